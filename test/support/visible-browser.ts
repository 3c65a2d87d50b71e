import { chromium, type Locator, type Page } from 'playwright-core';

/** A page in a browser with windows, on an X display. */
export interface VisiblePage {
  readonly page: Page;
  /** The middle of an element, in pixels of the display. */
  onDisplay(element: Locator): Promise<{ x: number; y: number }>;
  close(): Promise<void>;
}

/** Chromium without its frame, filling the display, so that a place on the page is a place on the display. */
export async function startVisibleBrowser(display: string, address: string): Promise<VisiblePage> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: false,
    env: { ...process.env, DISPLAY: display, XAUTHORITY: '/dev/null' } as Record<string, string>,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--window-position=0,0',
      '--kiosk',
    ],
  });
  const page = await (await browser.newContext({ viewport: null, locale: 'en-GB' })).newPage();
  await page.goto(address);
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
