import type { Page } from 'playwright-core';
import { putReader, type ReadStamp } from './read-stamp.ts';

/** A new picture: when it was here, ms since 1970, and how old it was, ms. */
export interface Noted {
  readonly at: number;
  readonly age: number;
}

/** Notes each new picture from now on, whatever element shows it: one that breaks comes back in another one. */
export async function noteStamps(page: Page, selector: string): Promise<void> {
  await putReader(page);
  await page.evaluate((selector) => {
    const { readStamp } = window as unknown as { readStamp: ReadStamp };
    const noted: Noted[] = [];
    Object.assign(window, { noted });
    let last = -1;
    const look = () => {
      requestAnimationFrame(look);
      const read = readStamp(document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector));
      if (!read || read.stamp === last) return;
      last = read.stamp;
      noted.push({ at: read.at, age: read.age });
    };
    look();
  }, selector);
}

/** What was noted since this moment, ms since 1970. */
export const notedSince = (page: Page, since: number): Promise<Noted[]> =>
  page.evaluate(
    (from) => (window as unknown as { noted: Noted[] }).noted.filter(({ at }) => at >= from),
    since,
  );
