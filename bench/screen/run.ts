/**
 * Measures our screen engine beside x0vncserver and x11vnc, each shown by noVNC in Chromium, in turns on the same
 * display, and prints the medians as a table.
 *
 *     node --import tsx bench/screen/run.ts [--rounds 5] [--only countersign,x0vncserver,x11vnc] [--url ws://...]
 *
 * `--url` measures a server of your own that shows $DISPLAY, for instance a session through the broker.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../../test/support/browser.ts';
import { startVirtualDisplay } from '../../test/support/virtual-display.ts';
import { type Figures, measure } from './measure.ts';
import { type ScreenServer, SERVERS } from './servers.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: Object.keys(SERVERS).join(',') },
    url: { type: 'string' },
    quality: { type: 'string', default: '6' },
    compression: { type: 'string', default: '2' },
  },
});

const pages = await servePages();
const browser = await startBrowser();
const display = options.url
  ? undefined
  : await startVirtualDisplay({ width: 1920, height: 1080, windowManager: true });
const name = display?.display ?? process.env.DISPLAY ?? ':0';
const figures = new Map<string, Figures[]>();
for (let round = 1; round <= Number(options.rounds); round++) {
  for (const [label, start] of serversToMeasure()) {
    const server = await start(name);
    const measured = await measureOne(browser, server);
    await server.stop();
    figures.set(label, [...(figures.get(label) ?? []), measured]);
    console.error(`round ${round} ${label} ${JSON.stringify(measured)}`);
  }
}
printTable();
await browser.close();
await display?.stop();
pages.close();

function serversToMeasure(): [string, (display: string) => Promise<ScreenServer>][] {
  const { url } = options;
  if (url) return [['url', async () => ({ url, cpuSeconds: () => 0, stop: async () => {} })]];
  return options.only.split(',').map((label) => {
    const start = SERVERS[label];
    if (!start) throw new Error(`--only knows ${Object.keys(SERVERS).join(', ')}, not ${label}`);
    return [label, start];
  });
}

async function measureOne(browser: Browser, server: ScreenServer): Promise<Figures> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
  const wishes = `${JSON.stringify(server.url)}, ${Number(options.quality)}, ${Number(options.compression)}`;
  await page.waitForFunction('window.bench');
  await page.evaluate(`bench.connect(${wishes})`);
  await page.waitForTimeout(1500);
  const measured = await measure(page, name, server);
  await page.close();
  return measured;
}

async function servePages() {
  const here = new URL('.', import.meta.url);
  const novnc = new URL('../', import.meta.resolve('@novnc/novnc'));
  const types: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://bench').pathname;
    const file = path.startsWith('/novnc/')
      ? new URL(path.slice('/novnc/'.length), novnc)
      : new URL(path === '/' ? 'viewer.html' : path.slice(1), here);
    try {
      response.setHeader('content-type', types[extname(file.pathname)] ?? 'application/octet-stream');
      response.end(readFileSync(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function printTable(): void {
  const rows = Object.keys([...figures.values()][0]![0]!) as (keyof Figures)[];
  const labels = [...figures.keys()];
  console.log(`| median of ${options.rounds} | ${labels.join(' | ')} |`);
  console.log(`|---|${labels.map(() => '---:|').join('')}`);
  for (const row of rows) {
    const cells = labels.map((label) => median(figures.get(label)!.map((one) => one[row])).toFixed(2));
    console.log(`| ${row} | ${cells.join(' | ')} |`);
  }
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}
