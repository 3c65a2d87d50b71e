/**
 * What a browser's picture (1920 x 1080, by WebRTC, a stamp of the clock 30 times a second) does in three mishaps, each five
 * times: how long pictures still come after the customer's press that takes viewing back; how long until they come again after
 * SIGKILL of the media worker; and what 10,000 packets of nonsense a second at the media port do to them.
 *
 *     node --import tsx bench/media-bad-luck.ts [--rounds 5]
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../test/support/free-port.ts';
import { mediaWorkersOf } from '../test/support/media-workers-of.ts';
import { notedSince, noteStamps } from './browser-picture/note-stamps.ts';
import { SHOWN, startStampedSession } from './browser-picture/stamped-session.ts';
import { cpuSeconds } from './support/process-cpu.ts';
import { median } from './support/statistics.ts';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const SETTLING_MS = 3000;
const FLOOD_MS = 5000;
const PACKETS_A_SECOND = 10_000;
const now = () => performance.timeOrigin + performance.now();

interface Round {
  readonly lastAfterRevokeMs: number;
  readonly backAfterKillMs: number;
  readonly calm: Picture;
  readonly flooded: Picture;
}
interface Picture {
  readonly framesASecond: number;
  readonly ageMs: number;
  readonly workerCores: number;
  readonly packetsASecond: number;
}

async function round(): Promise<Round> {
  const port = await freePort();
  const session = await startStampedSession({
    COUNTERSIGN_MEDIA: 'on',
    COUNTERSIGN_MEDIA_PORT: String(port),
  });
  const { broker, technician, customer } = session;
  const { page } = technician;
  await noteStamps(page, SHOWN);
  await setTimeout(SETTLING_MS);

  const workers = () => mediaWorkersOf(broker.program.process.pid!);
  const picture = async (work: Promise<number>): Promise<Picture> => {
    const [begun, pids] = [now(), await workers()];
    const cpu = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
    const before = cpu();
    const packets = await work;
    const seconds = (now() - begun) / 1000;
    const noted = await notedSince(page, begun);
    return {
      framesASecond: noted.length / seconds,
      ageMs: median(noted.map(({ age }) => age)),
      workerCores: (cpu() - before) / seconds,
      packetsASecond: packets / seconds,
    };
  };
  const calm = await picture(setTimeout(FLOOD_MS, 0));
  const flooded = await picture(flood(port));

  const killed = now();
  for (const pid of await workers()) process.kill(pid, 'SIGKILL');
  await setTimeout(SETTLING_MS);
  const backAfterKillMs = endOfLongestGap(killed, await notedSince(page, killed)) - killed;
  await setTimeout(SETTLING_MS);

  await customer.page.evaluate(() =>
    document.addEventListener(
      'click',
      () => Object.assign(window, { pressed: performance.timeOrigin + performance.now() }),
      { capture: true, once: true },
    ),
  );
  await customer.stop('view');
  await technician.sees('view', 'revoked');
  const pressed = await customer.page.evaluate(() => (window as unknown as { pressed: number }).pressed);
  const late = await notedSince(page, pressed);
  await session.close();
  return { lastAfterRevokeMs: (late.at(-1)?.at ?? pressed) - pressed, backAfterKillMs, calm, flooded };
}

/** STUN binding requests (RFC 8489) of nobody, and bytes that are nothing at all, in turns. @returns how many were sent */
async function flood(port: number): Promise<number> {
  const socket = createSocket('udp4');
  const stun = Buffer.from(`000100082112a442${'ab'.repeat(12)}0006000461626364`, 'hex');
  const nonsense = randomBytes(1200);
  let sent = 0;
  const begun = now();
  while (now() - begun < FLOOD_MS) {
    const due = Math.min(((now() - begun) / 1000) * PACKETS_A_SECOND, sent + PACKETS_A_SECOND / 20);
    for (; sent < due; sent += 1)
      socket.send(sent % 2 === 0 ? stun : nonsense.subarray(0, 1 + (sent % 1200)), port, '127.0.0.1');
    await setTimeout(5);
  }
  socket.close();
  return sent;
}

function endOfLongestGap(since: number, noted: readonly { at: number }[]): number {
  const times = [since, ...noted.map(({ at }) => at)];
  const gaps = times.slice(1).map((at, index) => ({ at, length: at - times[index]! }));
  const longest = gaps.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) throw new Error('no picture came again');
  return longest.at;
}

const rounds: Round[] = [];
for (let number = 1; number <= Number(options.rounds); number += 1) {
  rounds.push(await round());
  console.error(`round ${number}: ${summary(rounds.slice(-1))}`);
}
console.log(summary(rounds));
process.exit();

function summary(all: readonly Round[]): string {
  const of = (pick: (one: Round) => number) => median(all.map(pick)).toFixed(0);
  const picture = (which: 'calm' | 'flooded') => {
    const its = (pick: (one: Picture) => number) => median(all.map((one) => pick(one[which])));
    return `${its((one) => one.framesASecond).toFixed(1)} pictures/s, ${its((one) => one.ageMs).toFixed(0)} ms old, worker ${its((one) => one.workerCores).toFixed(3)} cores`;
  };
  const rate = median(all.map(({ flooded }) => flooded.packetsASecond)).toFixed(0);
  return [
    `last picture ${of((one) => one.lastAfterRevokeMs)} ms after taking back`,
    `back ${of((one) => one.backAfterKillMs)} ms after SIGKILL of the worker`,
    `calm: ${picture('calm')}`,
    `with ${rate} packets of nonsense a second: ${picture('flooded')}`,
  ].join('\n  ');
}
