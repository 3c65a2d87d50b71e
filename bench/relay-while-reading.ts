/**
 * Round trips of 64-byte messages through a lane while a manager lists, searches and exports a log of a million sessions in
 * the same broker, beside the same lane with nobody reading; the two take turns in one run, median of five rounds. The manager's
 * computer is played by a process of its own that steps back: what it does with the answers is no part of what is measured.
 * `node --import tsx bench/relay-while-reading.ts FOLDER KEY_FILE` with a folder of bench/make-sessions.ts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { SessionQuery } from '../protocol/session-query.ts';
import { systemClock } from '../server/clock.ts';
import { Lanes } from '../server/lanes/lanes.ts';
import { createLog } from '../server/log.ts';
import { openRecords } from '../server/records/open-records.ts';
import { Settings } from '../server/settings/settings.ts';
import '../bin/keep-freed-memory.mjs';
import { LOG_QUERIES } from './support/log-queries.ts';
import { median, quantile } from './support/statistics.ts';

const ROUNDS = 5;
const ROUND_MS = 10_000;
/** As often as a person at work moves and types. */
const EVERY_MS = 5;
const MESSAGE = Buffer.alloc(64, 0x5a);
const MONTH_MS = 30 * 86_400_000;

const [dataDir, keyFile, role] = process.argv.slice(2);
if (dataDir === undefined || keyFile === undefined) {
  console.error('Say where: node --import tsx bench/relay-while-reading.ts FOLDER KEY_FILE');
  process.exit(1);
}
if (role === 'broker') await serve();
else if (role === 'manager') manage();
else await measure();

interface Started {
  readonly port: number;
  readonly tickets: [string, string];
}

/** The store with its threads and the relay, in one process as in a broker. */
async function serve(): Promise<void> {
  const settings = { current: () => Settings.parse({}) };
  const { store } = await openRecords({ dataDir: dataDir!, keyFile: keyFile!, clock: systemClock, settings });
  const lanes = new Lanes(systemClock, createLog('warn'));
  let offered = '';
  lanes.serve({
    laneOpened: async () => {},
    laneClosed: () => {},
    mediaTold: () => {},
    waysChanged: () => {},
    laneOffered: (_session, _side, offer) => {
      offered = offer().ticket;
    },
  });
  const answer = async (path: string, response: ServerResponse) => {
    if (path === '/export') {
      const month = {
        from: new Date(Date.now() - 2 * MONTH_MS).toISOString(),
        to: new Date(Date.now() - MONTH_MS).toISOString(),
      };
      const text = store.exportSessions(month, { everything: true }, { format: 'ndjson' });
      await pipeline(Readable.from(text), response);
      return;
    }
    const [, question, scope] = LOG_QUERIES[Number(path.slice(1))]!;
    response.end(JSON.stringify(await store.sessions(SessionQuery.parse(question), scope)));
  };
  const http = createServer((request, response) => {
    answer(request.url ?? '', response).catch(() => response.destroy());
  });
  http.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url ?? '', 'http://x').searchParams.get('ticket') ?? '';
    lanes.accept(ticket, request, socket as Socket, head);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { ticket } = lanes.open('session', 'control', 'technician');
  const { port } = http.address() as AddressInfo;
  process.send?.({ port, tickets: [ticket, offered] } satisfies Started);
}

async function measure(): Promise<void> {
  const broker = start('broker');
  const [{ port, tickets }] = (await once(broker, 'message')) as [Started];
  const manager = start('manager');
  const [here, there] = await Promise.all(tickets.map((ticket) => connect(port, ticket)));
  there!.on('message', (message: Buffer) => there!.send(message));
  await roundTrips(here!);
  const rounds: Record<'alone' | 'reading', { p50: number; p99: number }[]> = { alone: [], reading: [] };
  let pages = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.alone.push(await roundTrips(here!));
    manager.send(port);
    rounds.reading.push(await roundTrips(here!));
    manager.send('stop');
    const [read] = (await once(manager, 'message')) as [number];
    pages += read;
  }
  broker.kill('SIGKILL');
  manager.kill('SIGKILL');
  const of = (who: 'alone' | 'reading', key: 'p50' | 'p99') => median(rounds[who].map((round) => round[key]));
  for (const who of ['alone', 'reading'] as const)
    console.log(
      `${who.padEnd(8)} p50 ${of(who, 'p50').toFixed(3)} ms   p99 ${of(who, 'p99').toFixed(3)} ms   (p99 of each round: ${rounds[who].map(({ p99 }) => p99.toFixed(2)).join(', ')})`,
    );
  const growth = (of('reading', 'p99') / of('alone', 'p99') - 1) * 100;
  console.log(
    `p99 grows by ${growth.toFixed(0)} %; ${(pages / ROUNDS).toFixed(0)} pages and exports read a round`,
  );
}

function start(role: 'broker' | 'manager'): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [dataDir!, keyFile!, role], { execArgv: ['--import', 'tsx'] });
}

/** Reads from the port that it is told until it is told to stop, and then tells how much. */
function manage(): void {
  setPriority(constants.priority.PRIORITY_LOW);
  let reading: ReturnType<typeof read> | undefined;
  process.on('message', async (told: number | 'stop') => {
    if (told !== 'stop') reading = read(told);
    else process.send?.(await reading?.stop());
  });
}

/** A manager who lists and searches without a rest, and one who exports a month again and again. */
function read(port: number): { stop(): Promise<number> } {
  let isOver = false;
  let done = 0;
  const ask = async (path: string) => {
    const { body } = await fetch(`http://127.0.0.1:${port}${path}`);
    for await (const _ of body ?? []) if (isOver) return;
    done += 1;
  };
  const listing = (async () => {
    for (let next = 0; !isOver; next += 1) await ask(`/${next % LOG_QUERIES.length}`);
  })();
  const exporting = (async () => {
    while (!isOver) await ask('/export');
  })();
  return {
    async stop() {
      isOver = true;
      await Promise.all([listing, exporting]);
      return done;
    },
  };
}

/** One message at a time, at a person's pace. */
async function roundTrips(lane: WebSocket): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  const until = performance.now() + ROUND_MS;
  while (performance.now() < until) {
    const sent = performance.now();
    lane.send(MESSAGE);
    await once(lane, 'message');
    times.push(performance.now() - sent);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  return { p50: median(times), p99: quantile(times, 0.99) };
}

async function connect(port: number, ticket: string): Promise<WebSocket> {
  const lane = new WebSocket(`ws://127.0.0.1:${port}/lane?ticket=${encodeURIComponent(ticket)}`);
  await once(lane, 'open');
  return lane;
}
