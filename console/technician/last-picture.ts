/** A still of what `canvas` shows, which stays when its connection is gone. `undefined`: it never showed anything. */
export function stillOf(canvas: HTMLCanvasElement): HTMLCanvasElement | undefined {
  if (canvas.dataset.connected === undefined || canvas.width === 0 || canvas.height === 0) return undefined;
  const still = document.createElement('canvas');
  still.width = canvas.width;
  still.height = canvas.height;
  still.setAttribute('aria-hidden', 'true');
  still.getContext('2d')?.drawImage(canvas, 0, 0);
  return still;
}
