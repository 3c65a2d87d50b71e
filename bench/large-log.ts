/**
 * A log of a million sessions, read: `node --import tsx bench/large-log.ts FOLDER KEY_FILE` with a folder of
 * bench/make-sessions.ts. First pages of every kind of question, a month's export, proofs, the whole verification and the
 * start of a broker. Times are of a store as the broker has it, with its threads; medians of five rounds.
 */
import { SessionQuery } from '../protocol/session-query.ts';
import { systemClock } from '../server/clock.ts';
import { openKeys } from '../server/records/keys/open-keys.ts';
import { openRecords, type Records } from '../server/records/open-records.ts';
import type { ReadScope } from '../server/records/record-store.ts';
import { openForReading } from '../server/records/sqlite/connection.ts';
import { verifyStore } from '../server/records/verify/verify-store.ts';
import { Settings } from '../server/settings/settings.ts';
import { linesIn } from './support/lines-in.ts';
import { LOG_QUERIES } from './support/log-queries.ts';
import { median, quantile } from './support/statistics.ts';

const ROUNDS = 5;
const PAGES_A_ROUND = 20;
const EXPORTED_DAYS = 30;
const DAY_MS = 86_400_000;
const MIB = 1024 * 1024;

const [dataDir, keyFile] = process.argv.slice(2);
if (dataDir === undefined || keyFile === undefined) {
  console.error('Say where: node --import tsx bench/large-log.ts FOLDER KEY_FILE');
  process.exit(1);
}
const folder = { dataDir, keyFile };

const tell = (name: string, text: string) => console.log(`${name.padEnd(34)} ${text}`);
const ms = (value: number) => `${value.toFixed(2).padStart(8)} ms`;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const timed = async (work: () => unknown) => {
  const [started, cpu] = [performance.now(), cpuMs()];
  await work();
  return { wall: performance.now() - started, cpu: cpuMs() - cpu };
};
const open = () =>
  openRecords({ ...folder, clock: systemClock, settings: { current: () => Settings.parse({}) } });

async function firstPages({ store }: Records): Promise<void> {
  for (const [name, given, scope] of LOG_QUERIES) {
    const query = SessionQuery.parse(given);
    const rounds: { p50: number; p95: number; cpu: number }[] = [];
    let rows = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const durations: number[] = [];
      const before = cpuMs();
      for (let page = 0; page < PAGES_A_ROUND; page += 1)
        durations.push(
          (await timed(async () => (rows = (await store.sessions(query, scope)).items.length))).wall,
        );
      const cpu = (cpuMs() - before) / PAGES_A_ROUND;
      rounds.push({ p50: median(durations), p95: quantile(durations, 0.95), cpu });
    }
    const of = (key: 'p50' | 'p95' | 'cpu') => ms(median(rounds.map((round) => round[key])));
    tell(name, `p50 ${of('p50')}  p95 ${of('p95')}  CPU ${of('cpu')}  ${rows} rows`);
  }
}

/** What a manager downloads at the end of a month, and how much more memory there is while it goes. */
async function monthsExport({ store }: Records, format: 'ndjson' | 'csv'): Promise<void> {
  const month = {
    from: new Date(Date.now() - 2 * EXPORTED_DAYS * DAY_MS).toISOString(),
    to: new Date(Date.now() - EXPORTED_DAYS * DAY_MS).toISOString(),
  };
  const scope: ReadScope = { everything: true };
  const rates: number[] = [];
  const cpu: number[] = [];
  let [records, most] = [0, 0];
  const before = process.memoryUsage().rss;
  for (let round = 0; round < ROUNDS; round += 1) {
    records = 0;
    const took = await timed(async () => {
      for await (const piece of store.exportSessions(month, scope, { format })) {
        records += linesIn(piece);
        most = Math.max(most, process.memoryUsage().rss);
      }
    });
    rates.push(records / (took.wall / 1000));
    cpu.push(took.cpu / records);
  }
  const grown = `${((most - before) / MIB).toFixed(0)} MiB more at most`;
  tell(
    `export of ${records} sessions, ${format}`,
    `${median(rates).toFixed(0)} a second, CPU ${median(cpu).toFixed(3)} ms each, ${grown}`,
  );
}

async function proofs({ store }: Records): Promise<void> {
  const size = (await store.checkpoint())?.size ?? 0;
  const durations: number[] = [];
  let leaf = 1;
  for (let round = 0; round < ROUNDS * 200; round += 1) {
    leaf = (leaf * 48_271) % size;
    const asked = leaf;
    durations.push((await timed(() => store.inclusion(asked))).wall);
  }
  tell(
    `inclusion among ${size} entries`,
    `p50 ${ms(median(durations))}  p95 ${ms(quantile(durations, 0.95))}`,
  );
}

async function verification(): Promise<void> {
  const keys = await openKeys({ ...folder, dataExist: true, opensData: () => true });
  const database = { file: `${dataDir}/records.db`, key: keys.dataKey };
  const connection = openForReading(database);
  const found = { size: 0, sessions: 0, findingCount: 0 };
  const took = await timed(async () => Object.assign(found, await verifyStore(connection, database, {})));
  const { size, sessions, findingCount } = found;
  connection.close();
  const rate = `${(size / (took.wall / 1000)).toFixed(0)} entries a second`;
  tell(
    `verification of ${size} entries`,
    `${rate}, ${(took.wall / 1000).toFixed(1)} s, ${sessions} sessions with it, CPU ${(took.cpu / 1000).toFixed(0)} s, ${findingCount} findings`,
  );
}

/** From nothing to a store that answers: the part of a broker's start that grows with its records. */
async function start(): Promise<void> {
  const durations: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    let records: Records | undefined;
    durations.push(
      (
        await timed(async () => {
          records = await open();
          await records.store.openSessions();
        })
      ).wall,
    );
    await records?.store.close();
  }
  tell('opening the records', ms(median(durations)));
}

await start();
const records = await open();
await firstPages(records);
await monthsExport(records, 'ndjson');
await monthsExport(records, 'csv');
await proofs(records);
await records.store.close();
await verification();
