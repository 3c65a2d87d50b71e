import type { Page } from 'playwright-core';
import { BITS, BLOCK } from './stamped-tab.ts';

/** The loader names functions with a function of its own, which pages do not have. */
export const nameNothing = (page: Page): Promise<unknown> =>
  page.evaluate('globalThis.__name ??= (it) => it');

export interface Watched {
  /** From the moment when it was drawn in the shown tab to the one when it was here, each new stamp once. */
  readonly latencies: number[];
  readonly framesASecond: number;
}

/** Watches the picture that `selector` is (a video or a canvas) for so long. Both browsers have the machine's one clock. */
export async function watchStamps(page: Page, selector: string, forMs: number): Promise<Watched> {
  await nameNothing(page);
  return page.evaluate(
    async ([selector, forMs, block, bits]) => {
      const small = new OffscreenCanvas(bits, 1).getContext('2d', { willReadFrequently: true })!;
      small.imageSmoothingEnabled = false;
      const shown = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector)!;
      const latencies: number[] = [];
      let last = -1;
      const look = () => {
        const now = Math.round(performance.timeOrigin + performance.now());
        const scale = (shown instanceof HTMLVideoElement ? shown.videoWidth : shown.width) / 1920;
        small.drawImage(shown, 0, 0, bits * block * scale, block * scale, 0, 0, bits, 1);
        const { data } = small.getImageData(0, 0, bits, 1);
        let stamp = 0;
        for (let bit = 0; bit < bits; bit++) if (data[bit * 4]! > 128) stamp += 2 ** bit;
        if (stamp === last) return;
        last = stamp;
        latencies.push((now - stamp + 2 ** bits) % 2 ** bits);
      };
      const begun = performance.now();
      await new Promise<void>((resolve) => {
        const next = () => {
          look();
          if (performance.now() - begun > forMs) resolve();
          else if (shown instanceof HTMLVideoElement) shown.requestVideoFrameCallback(next);
          else requestAnimationFrame(next);
        };
        next();
      });
      return { latencies: latencies.slice(1), framesASecond: (latencies.length - 1) / (forMs / 1000) };
    },
    [selector, forMs, BLOCK, BITS] as const,
  );
}
