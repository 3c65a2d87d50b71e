/**
 * From glass to glass: a customer's browser shows a tab of 1920 x 1080 in which a stamp of the clock changes 30 times a
 * second, and the technician's page reads it. By WebRTC through the media worker, by frames over the lane, and, beside them
 * in the same run, by a direct connection of two pages with nothing between them. With what the machine had to do for it,
 * both browsers included, and how long it took from the customer's yes to the first picture. Median of five rounds.
 *
 *     node --import tsx bench/browser-picture.ts [--rounds 5] [--seconds 10]
 */
import { parseArgs } from 'node:util';
import { customer as text } from '../console/shared/strings/en/customer.ts';
import { startBrowser } from '../test/support/browser.ts';
import { startSharingBrowser } from '../test/support/sharing-browser.ts';
import type { TechnicianPage } from '../test/support/technician-page.ts';
import { connectDirectly } from './browser-picture/direct.ts';
import { SHOWN, startStampedSession } from './browser-picture/stamped-session.ts';
import { openStampedTab } from './browser-picture/stamped-tab.ts';
import { type Watched, watchStamps } from './browser-picture/watch-stamps.ts';
import { cpuSeconds } from './support/process-cpu.ts';
import { median, quantile } from './support/statistics.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '10' } },
});
const FOR_MS = Number(options.seconds) * 1000;
/** The first pictures come while the bit rate is still being found. */
const SETTLING_MS = 3000;

interface Measured extends Watched {
  readonly cpu: number;
  readonly firstPictureMs?: number;
}

async function watched(page: TechnicianPage['page'], selector: string): Promise<Measured> {
  await watchStamps(page, selector, SETTLING_MS);
  const before = cpuSeconds(process.pid);
  const stamps = await watchStamps(page, selector, FOR_MS);
  return { ...stamps, cpu: (cpuSeconds(process.pid) - before) / (FOR_MS / 1000) };
}

/** Through a broker, whose media worker runs (`on`) or is done without (`off`). */
async function through(media: 'on' | 'off'): Promise<Measured> {
  const session = await startStampedSession({ COUNTERSIGN_MEDIA: media });
  const { technician, firstPictureMs } = session;
  const measured = await watched(technician.page, SHOWN);
  const wanted = media === 'on' ? 'VIDEO' : 'CANVAS';
  const got = await technician.desktop.evaluate(({ tagName }) => tagName);
  if (got !== wanted) throw new Error(`the picture came by the other way: ${got}`);
  await session.close();
  return { ...measured, firstPictureMs };
}

async function directly(): Promise<Measured> {
  const [staff, customers] = [await startBrowser(), await startSharingBrowser()];
  const watcher = await connectDirectly(await openStampedTab(customers), staff);
  const measured = await watched(watcher, 'video');
  await Promise.all([staff.close(), customers.close()]);
  return measured;
}

const ways = {
  'media worker': () => through('on'),
  'frames over the lane': () => through('off'),
  direct: directly,
};
const rounds = Object.keys(ways).map((name) => ({ name, all: [] as Measured[] }));
for (let round = 1; round <= Number(options.rounds); round++) {
  for (const { name, all } of rounds) {
    const measured = await ways[name as keyof typeof ways]();
    all.push(measured);
    console.error(`round ${round}, ${name}: ${summary([measured])}`);
  }
}
console.log(`from glass to glass; ${text.tool.title.view}, 1920 x 1080:`);
for (const { name, all } of rounds) console.log(`${name}: ${summary(all)}`);
process.exit();

function summary(all: readonly Measured[]): string {
  const of = (pick: (one: Measured) => number) => median(all.map(pick));
  const first = all.map(({ firstPictureMs }) => firstPictureMs).filter((ms) => ms !== undefined);
  return [
    `${of(({ latencies }) => median(latencies)).toFixed(0)} ms (p95 ${of(({ latencies }) => quantile(latencies, 0.95)).toFixed(0)})`,
    `${of(({ framesASecond }) => framesASecond).toFixed(1)} pictures/s`,
    `${of(({ cpu }) => cpu).toFixed(2)} cores`,
    ...(first.length > 0 ? [`first picture ${median(first).toFixed(0)} ms`] : []),
  ].join(', ');
}
