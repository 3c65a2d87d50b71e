import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';

/** Runs in a page before its own scripts; see there. */
export const WATCH = fileURLToPath(new URL('watch.js', import.meta.url));

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' };
const QUALITY = 6;
const COMPRESSION = 2;

let address: Promise<string> | undefined;

/** noVNC at a bare WebSocket, in a page of 1920 x 1080. Resolves when it is connected; `before` runs before it connects. */
export async function openViewer(
  browser: Browser,
  url: string,
  before: (page: Page) => Promise<unknown> = async () => {},
): Promise<Page> {
  address ??= servePages();
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.addInitScript({ path: WATCH });
  await page.goto(await address);
  await page.waitForFunction('window.bench?.connect');
  await before(page);
  await page.evaluate(`bench.connect(${JSON.stringify(url)}, ${QUALITY}, ${COMPRESSION})`);
  return page;
}

async function servePages(): Promise<string> {
  const here = new URL('.', import.meta.url);
  const novnc = new URL('../', import.meta.resolve('@novnc/novnc'));
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://bench').pathname;
    const file = path.startsWith('/novnc/')
      ? new URL(path.slice('/novnc/'.length), novnc)
      : new URL(path === '/' ? 'viewer.html' : path.slice(1), here);
    try {
      response.setHeader('content-type', TYPES[extname(file.pathname)] ?? 'application/octet-stream');
      response.end(readFileSync(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
