import { chromium, type Locator, type Page } from 'playwright-core';
import { X11Display } from '../../agent/platform/x11/display.ts';
import { CHROMIUM } from './browser.ts';
import { enterBrowser } from './scene.ts';

/** A page in a browser with windows, on an X display. */
export interface VisiblePage {
  readonly page: Page;
  /** The middle of an element, in pixels of the display. */
  onDisplay(element: Locator): Promise<{ x: number; y: number }>;
  close(): Promise<void>;
}

/** Chromium without its frame, filling the display, so that a place on the page is a place on the display. */
export async function startVisibleBrowser(display: string, address: string): Promise<VisiblePage> {
  const browser = enterBrowser(
    await chromium.launch({
      ...CHROMIUM,
      headless: false,
      env: { ...process.env, DISPLAY: display, XAUTHORITY: '/dev/null' } as Record<string, string>,
      args: [...CHROMIUM.args, '--window-position=0,0', '--kiosk'],
    }),
  );
  const page = await (await browser.newContext({ viewport: null, locale: 'en-GB' })).newPage();
  await page.goto(address);
  await keysFollowPointer(display);
  return {
    page,
    async onDisplay(element) {
      const box = (await element.boundingBox())!;
      const frame = await page.evaluate(() => ({
        x: window.screenX + (window.outerWidth - window.innerWidth) / 2,
        y: window.screenY + (window.outerHeight - window.innerHeight),
      }));
      return { x: frame.x + box.x + box.width / 2, y: frame.y + box.y + box.height / 2 };
    },
    close: () => browser.close(),
  };
}

/** Where no window manager hands out the focus, it may have gone with the window that had it last. */
async function keysFollowPointer(displayName: string): Promise<void> {
  const pointerRoot = 1;
  const display = await X11Display.connect(displayName);
  display.client.SetInputFocus(pointerRoot, pointerRoot);
  await display.sync();
  await display.close();
}
