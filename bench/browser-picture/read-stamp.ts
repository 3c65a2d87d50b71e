import type { Page } from 'playwright-core';
import { BITS, BLOCK } from './stamped-tab.ts';

/** The loader names functions with a function of its own, which pages do not have. */
export const nameNothing = (page: Page): Promise<unknown> =>
  page.evaluate('globalThis.__name ??= (it) => it');

/** What `putReader` puts into a page: the stamp in a picture and how old it is, ms; nothing where no picture is. */
export type ReadStamp = (
  shown: HTMLVideoElement | HTMLCanvasElement | null,
) => { stamp: number; at: number; age: number } | undefined;

/** In the page from now on: `window.readStamp`. Both browsers have the machine's one clock. */
export async function putReader(page: Page): Promise<void> {
  await nameNothing(page);
  await page.evaluate(
    ([block, bits]) => {
      const small = new OffscreenCanvas(bits, 1).getContext('2d', { willReadFrequently: true })!;
      small.imageSmoothingEnabled = false;
      const readStamp: ReadStamp = (shown) => {
        const width = shown instanceof HTMLVideoElement ? shown.videoWidth : (shown?.width ?? 0);
        if (!shown || width === 0) return undefined;
        const at = performance.timeOrigin + performance.now();
        const scale = width / 1920;
        small.drawImage(shown, 0, 0, bits * block * scale, block * scale, 0, 0, bits, 1);
        const { data } = small.getImageData(0, 0, bits, 1);
        let stamp = 0;
        for (let bit = 0; bit < bits; bit++) if (data[bit * 4]! > 128) stamp += 2 ** bit;
        return { stamp, at, age: (Math.round(at) - stamp + 2 ** bits) % 2 ** bits };
      };
      Object.assign(window, { readStamp });
    },
    [BLOCK, BITS] as const,
  );
}
