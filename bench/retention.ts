/**
 * Retention over 100,000 sessions: first what goes after 42 days, then the sessions, with their words, salts and all. Beside
 * it what an append waits meanwhile, and how late the thread is that relays (its event loop's delay).
 * `node --import tsx bench/retention.ts [sessions [folder]]` (100000, the system's temporary folder; name another one where
 * that is not on a disk). As many sessions again stay. One round: the folder is made for it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { v4 as uuid } from 'uuid';
import { systemClock } from '../server/clock.ts';
import { openRecords } from '../server/records/open-records.ts';
import type { DeletionCount } from '../server/records/record-store.ts';
import { deletionRules, Retention } from '../server/records/retention.ts';
import { Settings } from '../server/settings/settings.ts';
import { fillStore, LARGE_COMMITS, PastClock } from './support/fill-store.ts';
import { Random } from './support/random.ts';
import { createdEntry } from './support/sessions.ts';
import { median, quantile } from './support/statistics.ts';

const SESSIONS = Number(process.argv[2] ?? 100_000);
const PLACE = process.argv[3] ?? tmpdir();
const DAY_MS = 86_400_000;
const KEPT_DAYS = Settings.parse({}).retention['session-record'];
/** As in an office at night. */
const EVERY_MS = 250;

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const tell = (name: string, text: string) => console.log(`${name.padEnd(30)} ${text}`);

const folder = await mkdtemp(join(PLACE, 'countersign-retention-'));
const settings = { current: () => Settings.parse({}) };
const place = { dataDir: join(folder, 'data'), keyFile: join(folder, 'master.key'), settings };
try {
  const clock = new PastClock();
  const filled = await openRecords({ ...place, clock, limits: LARGE_COMMITS });
  clock.at = Date.now() - 2 * KEPT_DAYS * DAY_MS;
  const due = { sessions: SESSIONS, days: 300, until: Date.now() - (KEPT_DAYS + 2) * DAY_MS, seed: 1 };
  await fillStore(filled.store, clock, due);
  await fillStore(filled.store, clock, { sessions: SESSIONS, days: 40, until: Date.now() - DAY_MS, seed: 2 });
  await filled.store.close();

  const { store } = await openRecords({ ...place, clock: systemClock });
  const log = { info: () => {}, error: () => {} };
  const retention = new Retention({ store, settings, clock: systemClock, log });
  const random = new Random(3);
  const appends = async (isOver: () => boolean) => {
    const waits: number[] = [];
    while (!isOver()) {
      const started = performance.now();
      await store.append([createdEntry(random, uuid(), ['view'])]);
      waits.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    return `p50 ${median(waits).toFixed(2)} ms   p99 ${quantile(waits, 0.99).toFixed(2)} ms   most ${Math.max(...waits).toFixed(1)} ms`;
  };
  const quietUntil = performance.now() + 5000;
  tell('an append before', await appends(() => performance.now() > quietUntil));

  const watched = async (name: string, work: () => Promise<DeletionCount[]>) => {
    const [started, before] = [performance.now(), cpuSeconds()];
    const lateness = monitorEventLoopDelay({ resolution: 1 });
    lateness.enable();
    let isOver = false;
    const [counts, waits] = await Promise.all([
      work().finally(() => {
        isOver = true;
      }),
      appends(() => isOver),
    ]);
    lateness.disable();
    tell(
      name,
      `${((performance.now() - started) / 1000).toFixed(1)} s, CPU ${(cpuSeconds() - before).toFixed(1)} s`,
    );
    for (const { kind, sessions, entries } of counts)
      if (entries > 0) tell(`  ${kind}`, `${entries} entries of ${sessions} sessions`);
    tell('  an append meanwhile', waits);
    tell('  the relaying thread', `late by ${(lateness.percentile(99) / 1e6).toFixed(1)} ms (p99)`);
  };
  const early = deletionRules(Settings.parse({}), Date.now()).filter(({ kind }) => kind !== 'session-record');
  await watched('what goes after 42 days', () => store.deleteDue(early, false));
  await watched('whole sessions', () => retention.run({ dryRun: false, by: 'bench' }));
  await store.close();
} finally {
  await rm(folder, { recursive: true });
}
