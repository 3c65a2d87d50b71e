import type { Browser, Page } from 'playwright-core';
import { newCustomer } from '../../test/support/sharing-browser.ts';

/** The side of one block of the stamp, in pixels of the shown tab, and how many there are: one for each bit. */
export const BLOCK = 64;
export const BITS = 24;

/** The tab that is shown, 1920 x 1080: 30 times a second a new stamp of the clock, and text that stays. */
export async function openStampedTab(browser: Browser): Promise<Page> {
  const { page, shown } = await newCustomer(browser, { width: 1920, height: 1080 });
  await shown.page.evaluate(
    ([block, bits]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 1920, height: 1080 });
      const context = canvas.getContext('2d')!;
      document.body.replaceChildren(canvas);
      canvas.style.display = 'block';
      context.fillStyle = '#fff';
      context.fillRect(0, 0, 1920, 1080);
      context.fillStyle = '#222';
      context.font = '16px sans-serif';
      for (let y = 100; y < 1080; y += 22)
        context.fillText(`${y} What the customer reads on their screen. `.repeat(6), 10, y);
      setInterval(() => {
        const stamp = Math.round(performance.timeOrigin + performance.now()) % 2 ** bits!;
        for (let bit = 0; bit < bits!; bit++) {
          context.fillStyle = (stamp >>> bit) & 1 ? '#d0d0d0' : '#303030';
          context.fillRect(bit * block!, 0, block!, block!);
        }
      }, 1000 / 30);
    },
    [BLOCK, BITS] as const,
  );
  return page;
}
