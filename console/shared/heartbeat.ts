const EVERY_MS = 3000;
/** As long as the pulse in the style sheets. */
const BEAT_MS = 900;

/**
 * What is in use beats: `data-beat` is on the page for one pulse, and off for twice as long. An animation that never
 * rests keeps three processes of the browser drawing for hours; between the beats nothing is drawn.
 */
export function startHeartbeat(root: HTMLElement = document.documentElement): void {
  setInterval(() => {
    if (document.hidden) return;
    root.dataset.beat = '';
    setTimeout(() => delete root.dataset.beat, BEAT_MS);
  }, EVERY_MS);
}
