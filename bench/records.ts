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
import { TOOLS } from '../protocol/tool.ts';
import { systemClock } from '../server/clock.ts';
import { openSqliteStore, type SqliteRecordStore } from '../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../server/settings/settings.ts';
import { median, quantile } from './support/statistics.ts';

const SESSIONS = Number(process.argv[2] ?? 100_000);
const PLACE = process.argv[3] ?? tmpdir();
const ROUNDS = 5;
const EVERYTHING = { everything: true } as const;

const ms = (value: number) => `${value.toFixed(2)} ms`;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;
const FIRST = ['Dana', 'Omar', 'Élodie', 'Jürgen', 'Sofia', 'Chidi', 'Mei', 'Pavel', 'Ana', 'Bo'];
const LAST = [
  'Whitfield',
  'Lindqvist',
  'Okafor',
  'Zhang',
  'Moreau',
  'Novák',
  'García',
  'Haas',
  'Ito',
  'Berg',
];
const COMPANIES = Array.from(
  { length: 400 },
  (_, index) => `${pick(LAST)} ${pick(['Logistics', 'Foods', 'Tools'])} ${index}`,
);
const REASONS = [
  'Printer prints blank pages',
  'Cannot open the invoice',
  'Slow start after update',
  'No sound in meetings',
];
const TECHNICIANS = Array.from({ length: 60 }, (_, index) => ({
  userId: uuid(),
  name: `${pick(FIRST)} ${pick(LAST)}`,
  email: `t${index}@helpdesk.example`,
  team: `Team ${index % 8}`,
  address: '10.1.0.7',
}));

function beginning(sessionId: string): NewEntry {
  return {
    type: 'session.created',
    sessionId,
    technician: pick(TECHNICIANS),
    contact: { name: `${pick(FIRST)} ${pick(LAST)}`, company: pick(COMPANIES), phone: '+44 20 7946 0018' },
    reference: `INC-${Math.floor(Math.random() * 1e6)}`,
    reason: pick(REASONS),
    tools: ['view', 'control'],
    codeHash: 'f'.repeat(64),
    codeExpiresAt: new Date().toISOString(),
  };
}

/** A usual session: thirteen entries with two tools used and a file sent. */
function wholeSession(): NewEntry[] {
  const sessionId = uuid();
  const [requestId, fileId, laneId] = [uuid(), uuid(), uuid()];
  const tool = pick(TOOLS);
  return [
    beginning(sessionId),
    {
      type: 'session.joined',
      sessionId,
      computer: {
        hostName: `pc-${Math.floor(Math.random() * 1e4)}`,
        platform: pick(['Windows 10', 'Windows 11', 'Debian GNU/Linux 12']),
        architecture: 'x64',
        address: '203.0.113.9',
      },
      agent: { kind: 'native', version: '0.1.0', capable: [...TOOLS] },
      agentTokenHash: 'e'.repeat(64),
    },
    {
      type: 'consent.requested',
      sessionId,
      requestId,
      tools: ['view', tool],
      expiresAt: new Date().toISOString(),
    },
    {
      type: 'consent.answered',
      sessionId,
      requestId,
      allowed: ['view', tool],
      refused: [],
      unable: [],
      mode: 'person',
      textVersion: '2026-1',
    },
    { type: 'session.admitted', sessionId },
    { type: 'session.started', sessionId },
    { type: 'lane.opened', sessionId, laneId, tool },
    { type: 'file.offered', sessionId, fileId, tool: 'file-upload', size: 2048 },
    {
      type: 'file.named',
      sessionId,
      fileId,
      name: `driver-${Math.floor(Math.random() * 1e4)}.zip`,
      renamed: false,
    },
    { type: 'file.accepted', sessionId, fileId },
    {
      type: 'file.finished',
      sessionId,
      fileId,
      side: 'customer',
      outcome: 'completed',
      bytes: 2048,
      sha256: 'a'.repeat(64),
    },
    {
      type: 'lane.closed',
      sessionId,
      laneId,
      tool,
      reason: 'done',
      bytesFromTechnician: 120,
      bytesFromCustomer: 91_000,
    },
    { type: 'session.ended', sessionId, status: 'ended', endedBy: 'technician', reason: 'done' },
  ];
}

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
  const rounds: { bare: number; append: number; bare95: number; append95: number; cpu: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await measure(200, () => {
      writeSync(file, page);
      fdatasyncSync(file);
    });
    const before = cpuMs();
    const append = await measure(200, () => store.append([beginning(uuid())]));
    rounds.push({
      bare: median(bare),
      append: median(append),
      bare95: quantile(bare, 0.95),
      append95: quantile(append, 0.95),
      cpu: (cpuMs() - before) / 200,
    });
  }
  closeSync(file);
  const of = (key: keyof (typeof rounds)[0]) => median(rounds.map((round) => round[key]));
  console.log(`bare write + fdatasync   p50 ${ms(of('bare'))}   p95 ${ms(of('bare95'))}`);
  console.log(
    `append of one session    p50 ${ms(of('append'))}   p95 ${ms(of('append95'))}   CPU ${ms(of('cpu'))}`,
  );
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

async function fill(store: SqliteRecordStore): Promise<void> {
  const [started, before] = [performance.now(), cpuMs()];
  let entries = 0;
  for (let done = 0; done < SESSIONS; done += 200)
    await Promise.all(
      Array.from({ length: Math.min(200, SESSIONS - done) }, () => {
        const session = wholeSession();
        entries += session.length;
        return store.append(session);
      }),
    );
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `filled                   ${SESSIONS} sessions, ${entries} entries: ${(entries / seconds).toFixed(0)} entries/s, CPU ${ms((cpuMs() - before) / entries)} per entry`,
  );
}

async function listing(store: SqliteRecordStore): Promise<void> {
  const teams = { teams: ['Team 1', 'Team 5'] };
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

/** How much an append waits while the whole log is exported. */
async function appendsDuringExport(store: SqliteRecordStore): Promise<void> {
  let exporting = true;
  const started = performance.now();
  const exported = (async () => {
    let records = 0;
    for await (const batch of store.exportSessions({}, EVERYTHING)) records += batch.length;
    exporting = false;
    return records;
  })();
  const durations: number[] = [];
  while (exporting) durations.push(...(await measure(10, () => store.append([beginning(uuid())]))));
  const records = await exported;
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `export ${records} records    ${(records / seconds).toFixed(0)} records/s; appends meanwhile p50 ${ms(median(durations))}, p95 ${ms(quantile(durations, 0.95))}`,
  );
}

const folder = await mkdtemp(join(PLACE, 'countersign-bench-'));
try {
  const options = {
    key: Buffer.alloc(32, 1),
    cursorKey: Buffer.alloc(32, 2),
    signingSeed: Buffer.alloc(32, 3),
    clock: systemClock,
    schedule: () => Settings.parse({}).retention,
  };
  const store = await openSqliteStore({ ...options, file: join(folder, 'records.db') });
  await latency(store, folder);
  await throughput(store);
  await fill(store);
  await listing(store);
  await appendsDuringExport(store);
  await store.close();
} finally {
  await rm(folder, { recursive: true });
}
