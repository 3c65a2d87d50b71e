/** A still of what is shown, which stays when its connection is gone. `undefined`: it never showed anything. */
export function stillOf(shown: HTMLCanvasElement | HTMLVideoElement): HTMLCanvasElement | undefined {
  const [width, height] =
    shown instanceof HTMLVideoElement ? [shown.videoWidth, shown.videoHeight] : [shown.width, shown.height];
  if (shown.dataset.connected === undefined || width === 0 || height === 0) return undefined;
  const still = document.createElement('canvas');
  still.width = width;
  still.height = height;
  still.setAttribute('aria-hidden', 'true');
  still.getContext('2d')?.drawImage(shown, 0, 0);
  return still;
}
