/**
 * Measures a session through the broker, in the console as it is, beside x0vncserver and x11vnc shown by noVNC, all in
 * Chromium, in turns on the same display, and prints the medians as a table.
 *
 *     node --import tsx bench/screen/run.ts [--rounds 5] [--only countersign,x0vncserver]
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startBrowser } from '../../test/support/browser.ts';
import { startVirtualDisplay } from '../../test/support/virtual-display.ts';
import { median } from '../support/statistics.ts';
import { type Figures, measure } from './measure.ts';
import { SERVERS } from './servers.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: Object.keys(SERVERS).join(',') },
  },
});
const labels = options.only.split(',');
for (const label of labels) {
  if (!SERVERS[label]) throw new Error(`--only knows ${Object.keys(SERVERS).join(', ')}, not ${label}`);
}

const browser = await startBrowser();
const display = await startVirtualDisplay({ width: 1920, height: 1080, windowManager: true });
const figures = new Map<string, Figures[]>();
for (let round = 1; round <= Number(options.rounds); round++) {
  for (const label of labels) {
    const server = await SERVERS[label]!(display.display);
    const page = await server.open(browser);
    await pause(1500); // the first picture, and whatever the servers do at their start
    const measured = await measure(page, display.display, server);
    await page.context().close();
    await server.stop();
    figures.set(label, [...(figures.get(label) ?? []), measured]);
    console.error(`round ${round} ${label} ${JSON.stringify(measured)}`);
  }
}
printTable();
await browser.close();
await display.stop();

function printTable(): void {
  const rows = Object.keys(figures.get(labels[0]!)![0]!) as (keyof Figures)[];
  console.log(`| median of ${options.rounds} | ${labels.join(' | ')} |`);
  console.log(`|---|${labels.map(() => '---:|').join('')}`);
  for (const row of rows) {
    const cells = labels.map((label) => median(figures.get(label)!.map((one) => one[row])).toFixed(2));
    console.log(`| ${row} | ${cells.join(' | ')} |`);
  }
}
