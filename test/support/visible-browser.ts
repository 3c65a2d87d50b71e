import { chromium, type Locator, type Page } from 'playwright-core';
import { X11Display } from '../../agent/platform/x11/display.ts';
import { X11Input } from '../../agent/platform/x11/x11-input.ts';
import { CHROMIUM } from './browser.ts';
import { enterBrowser, enterPages } from './scene.ts';

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

/** A browser of somebody's own, with a history and keys of its own: what a test's browser usually does without. */
export interface OwnBrowser {
  /** The tab that it begins with. */
  readonly page: Page;
  /** Presses these keys together, on the keyboard, and answers the tab that comes of it. */
  opensTabBy(keysyms: readonly number[]): Promise<Page>;
  close(): Promise<void>;
}

/** With a frame around it, on an X display without a window manager; `profile` is the folder that it keeps its things in. */
export async function startOwnBrowser(display: string, profile: string): Promise<OwnBrowser> {
  const context = await chromium.launchPersistentContext(profile, {
    ...CHROMIUM,
    headless: false,
    viewport: null,
    locale: 'en-GB',
    env: { ...process.env, DISPLAY: display, XAUTHORITY: '/dev/null' } as Record<string, string>,
    args: [...CHROMIUM.args, '--window-position=0,0'],
  });
  const leave = enterPages(() => context.pages());
  const input = await X11Input.open(display);
  const [page = await context.newPage()] = context.pages();
  return {
    page,
    async opensTabBy(keysyms) {
      await page.bringToFront();
      const { x, y } = await page.evaluate(() => ({ x: window.screenX + 100, y: window.screenY + 300 }));
      await input.pointer(x, y, 0);
      await keysFollowPointer(display);
      const opened = context.waitForEvent('page');
      for (const keysym of keysyms) await input.key(keysym, true, 0);
      for (const keysym of [...keysyms].reverse()) await input.key(keysym, false, 0);
      return opened;
    },
    async close() {
      leave();
      await input.close();
      await context.close();
    },
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
