/**
 * The record store: `node --import tsx bench/records.ts [sessions [folder]]` (100000 sessions, the system's temporary folder;
 * name another one where that is not on a disk).
 * Durable appends beside a bare write + fdatasync on the same disk in the same run; then the session log.
 * Every figure is the median of five rounds.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v4 as uuid } from 'uuid';
import type { NewEntry } from '../protocol/record.ts';
import { SessionQuery } from '../protocol/session-query.ts';
import { StatisticsQuery } from '../protocol/statistics.ts';
import { openSqliteStore, type SqliteRecordStore } from '../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../server/settings/settings.ts';
import { fillStore, PastClock } from './support/fill-store.ts';
import { linesIn } from './support/lines-in.ts';
import { Random } from './support/random.ts';
import { createdEntry, someSession } from './support/sessions.ts';
import { median, quantile } from './support/statistics.ts';
import { TEAMS, TECHNICIANS } from './support/support-cast.ts';

const SESSIONS = Number(process.argv[2] ?? 100_000);
const PLACE = process.argv[3] ?? tmpdir();
const ROUNDS = 5;
const EVERYTHING = { everything: true } as const;

const ms = (value: number) => `${value.toFixed(2)} ms`;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const random = new Random(1);
const beginning = (): NewEntry => createdEntry(random, uuid(), ['view', 'control']);
const wholeSession = (): NewEntry[] => someSession(random, Date.now()).flatMap(({ entries }) => entries);

async function measure(count: number, work: () => unknown): Promise<number[]> {
  const durations: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const started = performance.now();
    await work();
    durations.push(performance.now() - started);
  }
  return durations;
}

/** One append at a time, each waited for, beside a bare durable write of a page. */
async function latency(store: SqliteRecordStore, folder: string): Promise<void> {
  const file = openSync(join(folder, 'bare'), 'a');
  const page = Buffer.alloc(4096, 1);
  const rounds: {
    bare: number;
    append: number;
    bare95: number;
    append95: number;
    cpu: number;
    next: number;
  }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await measure(200, () => {
      writeSync(file, page);
      fdatasyncSync(file);
    });
    const before = cpuMs();
    const append = await measure(200, () => store.append([beginning()]));
    const cpu = (cpuMs() - before) / 200;
    // What comes after the first entry of a session changes fewer pages.
    const later = Array.from({ length: 15 }, wholeSession);
    for (const [first] of later) await store.append([first!]);
    const rest = later.flatMap(([, ...others]) => others);
    const next = await measure(rest.length, () => store.append([rest.shift()!]));
    rounds.push({
      bare: median(bare),
      append: median(append),
      bare95: quantile(bare, 0.95),
      append95: quantile(append, 0.95),
      cpu,
      next: median(next),
    });
  }
  closeSync(file);
  const of = (key: keyof (typeof rounds)[0]) => median(rounds.map((round) => round[key]));
  console.log(`bare write + fdatasync   p50 ${ms(of('bare'))}   p95 ${ms(of('bare95'))}`);
  console.log(
    `append of one session    p50 ${ms(of('append'))}   p95 ${ms(of('append95'))}   CPU ${ms(of('cpu'))}`,
  );
  console.log(`append to a session      p50 ${ms(of('next'))}`);
}

/** 64 sessions at once, each writing its entries one by one and waiting for each. */
async function throughput(store: SqliteRecordStore): Promise<void> {
  const perSecond: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [started, before] = [performance.now(), cpuMs()];
    let written = 0;
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (performance.now() - started < 2000)
          for (const entry of wholeSession()) {
            await store.append([entry]);
            written += 1;
          }
      }),
    );
    perSecond.push(written / ((performance.now() - started) / 1000));
    cpu.push((cpuMs() - before) / written);
  }
  console.log(
    `64 sessions at once      ${median(perSecond).toFixed(0)} durable entries/s   CPU ${ms(median(cpu))} per entry`,
  );
}

async function fill(store: SqliteRecordStore, clock: PastClock): Promise<void> {
  const [started, before] = [performance.now(), cpuMs()];
  const entries = await fillStore(store, clock, { sessions: SESSIONS });
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `filled                   ${SESSIONS} sessions, ${entries} entries: ${(entries / seconds).toFixed(0)} entries/s, CPU ${ms((cpuMs() - before) / entries)} per entry`,
  );
}

async function listing(store: SqliteRecordStore): Promise<void> {
  const teams = { teams: [TEAMS[1]!, TEAMS[5]!] };
  const queries: [string, Record<string, unknown>, Parameters<SqliteRecordStore['sessions']>[1]][] = [
    ['newest 50', {}, EVERYTHING],
    ['newest 50, two teams', {}, teams],
    ['newest 50, own sessions', {}, { technicianId: TECHNICIANS[3]?.userId ?? '' }],
    ['by company', { sort: 'company' }, EVERYTHING],
    ['by total, two teams', { sort: '-total' }, teams],
    ['one tool', { tool: 'clipboard' }, EVERYTHING],
    ['status that is rare', { status: 'declined' }, EVERYTHING],
    ['part of a company', { company: 'foods 1' }, EVERYTHING],
    ['word: every row', { q: 'p' }, EVERYTHING],
    ['words: some rows', { q: 'invoice whit' }, EVERYTHING],
    ['word: one row', { q: 'INC-123456' }, EVERYTHING],
    ['words, two teams, by contact', { q: 'printer garc', sort: 'contact' }, teams],
  ];
  for (const [name, given, scope] of queries) {
    const query = SessionQuery.parse(given);
    const rounds: { p50: number; p95: number; cpu: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = cpuMs();
      const durations = await measure(20, () => store.sessions(query, scope));
      rounds.push({
        p50: median(durations),
        p95: quantile(durations, 0.95),
        cpu: (cpuMs() - before) / durations.length,
      });
    }
    const of = (key: 'p50' | 'p95' | 'cpu') => ms(median(rounds.map((round) => round[key])));
    console.log(
      `${name.padEnd(30)} p50 ${of('p50').padStart(9)}   p95 ${of('p95').padStart(9)}   CPU ${of('cpu').padStart(9)}`,
    );
  }
}

/** The figures of a month and of a year; the first time of each round reads from the disk's cache. */
async function overview(store: SqliteRecordStore): Promise<void> {
  const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  const teams = { teams: [TEAMS[1]!, TEAMS[5]!] };
  for (const [name, days, scope] of [
    ['figures of 30 days', 30, EVERYTHING],
    ['figures of a year', 365, EVERYTHING],
    ['figures of a year, two teams', 365, teams],
  ] as const) {
    const query = StatisticsQuery.parse({ from: day(days), to: day(-1), zone: 'Europe/Berlin' });
    const durations = await measure(ROUNDS, () => store.statistics(query, scope));
    console.log(
      `${name.padEnd(30)} p50 ${ms(median(durations)).padStart(9)}   first ${ms(durations[0]!).padStart(9)}`,
    );
  }
}

/** How much an append waits while the whole log is exported. */
async function appendsDuringExport(store: SqliteRecordStore): Promise<void> {
  let exporting = true;
  const started = performance.now();
  const exported = (async () => {
    let records = 0;
    for await (const piece of store.exportSessions({}, EVERYTHING, { format: 'ndjson' }))
      records += linesIn(piece);
    exporting = false;
    return records;
  })();
  const durations: number[] = [];
  while (exporting) durations.push(...(await measure(10, () => store.append([beginning()]))));
  const records = await exported;
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `export ${records} records    ${(records / seconds).toFixed(0)} records/s; appends meanwhile p50 ${ms(median(durations))}, p95 ${ms(quantile(durations, 0.95))}`,
  );
}

const folder = await mkdtemp(join(PLACE, 'countersign-bench-'));
try {
  const clock = new PastClock();
  const options = {
    key: Buffer.alloc(32, 1),
    cursorKey: Buffer.alloc(32, 2),
    signingSeed: Buffer.alloc(32, 3),
    clock,
    periods: () => Settings.parse({}),
  };
  const store = await openSqliteStore({ ...options, file: join(folder, 'records.db') });
  await latency(store, folder);
  await throughput(store);
  await fill(store, clock);
  clock.at = Date.now();
  await overview(store);
  await listing(store);
  await appendsDuringExport(store);
  await store.close();
} finally {
  await rm(folder, { recursive: true });
}
