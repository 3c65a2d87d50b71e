import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import type { LanePass } from '../../protocol/lane.ts';
import type { MediaJoined, MediaMessage, MediaNews } from '../../protocol/media.ts';
import type { Side } from '../../protocol/session.ts';
import { Refusal } from '../../server/refusal.ts';
import type { RunningSession, RunningSessions } from '../sessions/start-sessions.ts';
import { CHROMIUM } from '../support/browser.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PAGE = fileURLToPath(new URL('../support/media-page.ts', import.meta.url));

/** What a test does to what a page says and hears. */
export interface Meddling {
  said?(message: MediaMessage): MediaMessage;
  heard?(answer: MediaJoined): MediaJoined | Promise<MediaJoined>;
}

export interface MediaPages {
  /** A page that is `side` of this session. */
  open(running: RunningSessions, session: RunningSession, side: Side, meddling?: Meddling): Promise<Page>;
  close(): Promise<void>;
}

/** Chromium, and a server with a page that holds one end of a media lane. */
export async function startMediaPages(): Promise<MediaPages> {
  const built = await temporaryFolder();
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: built.path,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: PAGE, output: { entryFileNames: 'page.js' } },
    },
  });
  const server = createServer((request, response) => {
    // As our own pages have it.
    response.setHeader('Content-Security-Policy', "default-src 'self'; script-src 'self'");
    if (request.url === '/') {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>media</title><body><script type="module" src="/page.js"></script>');
      return;
    }
    response.setHeader('Content-Type', 'text/javascript');
    readFile(join(built.path, decodeURIComponent(request.url!))).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser: Browser = await chromium.launch({
    ...CHROMIUM,
    args: ['--headless', ...CHROMIUM.args, '--autoplay-policy=no-user-gesture-required'],
  });

  return {
    async open(running, session, side, meddling = {}) {
      const page = await (await browser.newContext()).newPage();
      await page.exposeFunction('askBroker', async (message: MediaMessage) => {
        const said = meddling.said?.(message) ?? message;
        try {
          const answer = await (side === 'customer'
            ? session.agent(said)
            : session.console(said as Parameters<RunningSession['console']>[0]));
          return said.type === 'media.join' && meddling.heard
            ? await meddling.heard(answer as MediaJoined)
            : (answer ?? {});
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          throw new Error(error.code);
        }
      });
      await page.goto(url);
      await page.waitForFunction(() => window.media !== undefined);
      running.sessions.onMediaTold((sessionId, { side: to }, news: MediaNews) => {
        if (sessionId !== session.sessionId || to !== side || page.isClosed()) return;
        // A page that is being closed hears nothing more.
        page.evaluate((told) => window.media.told(told), news).catch(() => {});
      });
      return page;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await built.remove();
    },
  };
}

export const joinLane = (page: Page, pass: LanePass): Promise<void> =>
  page.evaluate((given) => window.media.join(given), pass);

/** Waits until the page sees this colour; compression changes it a little. */
export async function sees(page: Page, colour: readonly number[], withinMs = 15_000): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const seen = window.media.seen();
      return seen?.every((value, index) => Math.abs(value - wanted[index]!) < 24) ?? false;
    },
    [...colour],
    { polling: 50, timeout: withinMs },
  );
}
