import { type Browser, chromium, type Page } from 'playwright-core';
import { keepMicrophone } from './fake-microphone.ts';
import { enterBrowser } from './scene.ts';

/**
 * Playwright's own list, which Chromium forgets over a second one; and the address bar's suggestions: in each new window they
 * are two pages that nobody opens, and most of its work.
 */
const OFF = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

/** Debian's Chromium, kept from calling home. */
export const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--disable-features=${OFF.join()}`,
    // The broker's media worker is on this machine, too.
    '--allow-loopback-in-peer-connection',
  ],
};

/** A browser without a screen. One for a whole test run of a file. */
export async function startBrowser(args: readonly string[] = []): Promise<Browser> {
  return enterBrowser(
    await chromium.launch({ ...CHROMIUM, args: ['--headless', ...CHROMIUM.args, ...args] }),
  );
}

/** A page of a person of its own: own cookies, and an error in it fails the test that looks at `errors`. */
export async function newPerson(
  browser: Browser,
  options: { width?: number; height?: number; dark?: boolean; script?: (() => void) | undefined } = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.dark ? 'dark' : 'light',
    locale: 'en-GB',
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write', 'microphone'],
  });
  // A save dialog has no place without a screen: the page saves as it does in browsers that have none.
  await context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await keepMicrophone(context);
  if (options.script) await context.addInitScript(options.script);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  return { page, errors };
}
