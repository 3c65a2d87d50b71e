import { type Browser, type Locator, launch, type Page } from 'puppeteer-core';
import { enterPages } from './scene.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { startVirtualDisplay, type VirtualDisplay } from './virtual-display.ts';

/** What the microphone of this Firefox hears. */
export const FIREFOX_HZ = 500;
/** It stands at the left; what else is on its screen can be painted beside it. */
const WINDOW = { width: 900, height: 700 };
/** A new profile on a busy machine. */
const STARTS_WITHIN_MS = 60_000;
const ANSWERS_WITHIN_MS = 20_000;

/** Debian's Firefox, whose questions for the screen and the microphone are answered with yes. */
const preferences = (downloads: string) => ({
  'media.navigator.permission.disabled': true,
  'media.navigator.streams.fake': true,
  // The broker's media worker is on this machine, too.
  'media.peerconnection.ice.loopback': true,
  // Only to pages that may hear their person it gives this machine's address for itself.
  'permissions.default.microphone': 1,
  'media.navigator.audio.fake_frequency': FIREFOX_HZ,
  'media.autoplay.default': 0,
  // Its bar that says what is shared is a window of its own, over others.
  'privacy.webrtc.hideGlobalIndicator': true,
  'browser.download.folderList': 2,
  'browser.download.dir': downloads,
  'browser.download.alwaysOpenPanel': false,
});

/** A Firefox with a window: without one it has no screen to share. Playwright drives none but its own build. */
export interface Firefox {
  readonly display: VirtualDisplay;
  /** Where it saves what is downloaded. */
  readonly downloads: string;
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

export async function startFirefox(): Promise<Firefox> {
  const downloads = await temporaryFolder();
  const display = await startVirtualDisplay();
  let browser: Browser;
  try {
    browser = await launch({
      browser: 'firefox',
      executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
      headless: false,
      env: { ...process.env, DISPLAY: display.display, XAUTHORITY: '/dev/null' },
      args: [`--width=${WINDOW.width}`, `--height=${WINDOW.height}`],
      defaultViewport: null,
      extraPrefsFirefox: preferences(downloads.path),
      timeout: STARTS_WITHIN_MS,
    });
  } catch (error) {
    await display.stop();
    await downloads.remove();
    throw error;
  }
  const leave = enterPages(() => browser.pages());
  return {
    display,
    downloads: downloads.path,
    async newPage() {
      const page = await browser.newPage();
      page.setDefaultTimeout(ANSWERS_WITHIN_MS);
      await page.bringToFront();
      return page;
    },
    async close() {
      leave();
      await browser.close();
      await display.stop();
      await downloads.remove();
    },
  };
}

/**
 * By the words on it. Asked for roles and names, as a screen reader would, a busy Firefox answers for seconds and its page
 * meanwhile not at all.
 */
export const button = (page: Page, words: string): Locator<Element> =>
  page.locator(`::-p-xpath(//button[normalize-space() = "${words}"])`);

/** By the words that stand in it while it is empty. */
export const field = (page: Page, placeholder: string): Locator<Element> =>
  page.locator(`[placeholder="${placeholder}"]`);

/** Ticks the box, or turns the switch, with these words; in the middle of the page, because what is docked at its foot may lie over it. */
export async function turn(page: Page, words: string, on: boolean): Promise<void> {
  const label = page.locator(`::-p-xpath(//label[starts-with(normalize-space(), "${words}")])`);
  const box = await label.waitHandle();
  await box.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const isOn = await box.evaluate((element) => element.querySelector('input')?.checked);
  if (isOn !== on) await label.click();
  await page.waitForFunction(
    (element, wanted) => element.querySelector('input')?.checked === wanted,
    {},
    box,
    on,
  );
}

/** Waits until these words can be read. */
export const reads = (page: Page, words: string): Promise<unknown> =>
  page.waitForFunction((wanted) => document.body.innerText.includes(wanted), {}, words);
