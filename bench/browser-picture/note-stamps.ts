import type { Page } from 'playwright-core';
import { BITS, BLOCK } from './stamped-tab.ts';
import { nameNothing } from './watch-stamps.ts';

/** A new picture: when it was here, and how old it was, in ms. */
export interface Noted {
  readonly at: number;
  readonly age: number;
}

/** Notes each new picture from now on, whatever element shows it: one that breaks comes back in another one. */
export async function noteStamps(page: Page, selector: string): Promise<void> {
  await nameNothing(page);
  await page.evaluate(
    ([selector, block, bits]) => {
      const small = new OffscreenCanvas(bits, 1).getContext('2d', { willReadFrequently: true })!;
      small.imageSmoothingEnabled = false;
      const noted: Noted[] = [];
      Object.assign(window, { noted });
      let last = -1;
      const look = () => {
        requestAnimationFrame(look);
        const shown = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector);
        const width = shown instanceof HTMLVideoElement ? shown.videoWidth : (shown?.width ?? 0);
        if (!shown || width === 0) return;
        const at = performance.timeOrigin + performance.now();
        const scale = width / 1920;
        small.drawImage(shown, 0, 0, bits * block * scale, block * scale, 0, 0, bits, 1);
        const { data } = small.getImageData(0, 0, bits, 1);
        let stamp = 0;
        for (let bit = 0; bit < bits; bit++) if (data[bit * 4]! > 128) stamp += 2 ** bit;
        if (stamp === last) return;
        last = stamp;
        noted.push({ at, age: (Math.round(at) - stamp + 2 ** bits) % 2 ** bits });
      };
      look();
    },
    [selector, BLOCK, BITS] as const,
  );
}

/** What was noted since this moment, ms since 1970. */
export const notedSince = (page: Page, since: number): Promise<Noted[]> =>
  page.evaluate(
    (from) => (window as unknown as { noted: Noted[] }).noted.filter(({ at }) => at >= from),
    since,
  );
