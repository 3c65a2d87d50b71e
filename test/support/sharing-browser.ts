import type { Browser, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { keepMicrophone } from './fake-microphone.ts';

/** The title of the tab that the browser's own question is answered with. */
const SHOWN = 'Known pixels';

/**
 * The tab that the customer shows: one grey, and a square of another. Without a graphics card Chromium names the wrong
 * matrix for the colours of a captured tab; greys are the same in each.
 */
export class ShownTab {
  constructor(readonly page: Page) {}

  async paint(background: string, square: string): Promise<void> {
    await this.page.evaluate(
      ([back, front]) => {
        document.body.style.background = back!;
        document.getElementById('square')!.style.background = front!;
      },
      [background, square],
    );
  }
}

/** A customer's browser. Where there is a tab to show it is chosen; without one the browser's question is answered with no. */
export const startSharingBrowser = (args: readonly string[] = []): Promise<Browser> =>
  startBrowser([`--auto-select-tab-capture-source-by-title=${SHOWN}`, ...args]);

/** A page of the customer's, and the tab that they show. */
export async function newCustomer(
  browser: Browser,
  {
    width = 1280,
    height = 720,
    script,
  }: { width?: number; height?: number; script?: (() => void) | undefined } = {},
): Promise<{ page: Page; shown: ShownTab; errors: string[] }> {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'en-GB',
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write', 'microphone'],
  });
  await context.addInitScript(() => {
    Reflect.deleteProperty(window, 'showSaveFilePicker');
    // What is shared is kept in reach of a test, which has no hand on the browser's own bar.
    const { mediaDevices } = navigator;
    const ask = mediaDevices?.getDisplayMedia.bind(mediaDevices);
    if (ask)
      mediaDevices.getDisplayMedia = async (wish) =>
        Object.assign(window, { shared: await ask(wish) }).shared;
  });
  await keepMicrophone(context);
  if (script) await context.addInitScript(script);
  const shown = await context.newPage();
  await shown.setContent(
    `<title>${SHOWN}</title><body style="margin:0;background:#303030"><div id="square" style="position:absolute;left:100px;top:80px;width:300px;height:200px;background:#c0c0c0"></div>`,
  );
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  return { page, shown: new ShownTab(shown), errors };
}
