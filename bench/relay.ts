/**
 * CPU time of relaying lane messages, beside a relay made of two `ws` sockets, and beside two TCP sockets piped into
 * each other without any WebSocket, which is as cheap as it gets: 64 KiB messages in milliseconds of CPU a megabyte,
 * 64-byte messages in microseconds of CPU each; median of five rounds.
 * `npx tsx bench/relay.ts`
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '../server/clock.ts';
import { Lanes } from '../server/lanes/lanes.ts';
import { createLog } from '../server/log.ts';
import '../bin/keep-freed-memory.mjs';
import { median } from './support/statistics.ts';

type Kind = 'lanes' | 'ws' | 'tcp';
type ToRelay = 'cpu' | 'pair';
interface FromRelay {
  port?: number;
  cpuMicros?: number;
  pair?: [string, string];
}

const MIB = 1024 * 1024;
const ROUNDS = 5;
const LOADS = [
  { name: '64 KiB messages, ms CPU/MB', messageBytes: 64 * 1024, total: 256 * MIB, unit: 'MB' },
  { name: '64 B messages, us CPU each', messageBytes: 64, total: 400_000 * 64, unit: 'message' },
] as const;

const RELAYS: Record<Kind, (http: Server) => () => [string, string]> = {
  lanes: relayByLanes,
  ws: relayByWs,
  tcp: relayByTcp,
};

const [role, kind] = process.argv.slice(2);
if (role === 'relay') await serveRelay(kind as Kind);
else await measure();

/** The measured process: a relay and nothing else. */
async function serveRelay(kind: Kind): Promise<void> {
  const http = createServer();
  const pair = RELAYS[kind](http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  process.on('message', (message: ToRelay) => {
    const { user, system } = process.cpuUsage();
    process.send?.(message === 'pair' ? { pair: pair() } : { cpuMicros: user + system });
  });
  process.send?.({ port: (http.address() as AddressInfo).port });
}

function relayByLanes(http: Server): () => [string, string] {
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
  http.on('upgrade', (request, socket, head) => {
    lanes.accept(ticketOf(request), request, socket as Socket, head);
  });
  let sessions = 0;
  return () => {
    sessions += 1;
    const { ticket } = lanes.open(`session ${sessions}`, 'view', 'technician');
    return [ticket, offered];
  };
}

function relayByWs(http: Server): () => [string, string] {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 8 * MIB });
  const waiting = new Map<string, WebSocket>();
  http.on('upgrade', (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (one) => {
      const ticket = ticketOf(request);
      const other = waiting.get(ticket);
      if (!other) {
        waiting.set(ticket, one);
        return;
      }
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        from.on('message', (message) => {
          to.send(message);
          if (to.bufferedAmount > MIB) from.pause();
        });
        setInterval(() => {
          if (from.isPaused && to.bufferedAmount < MIB / 4) from.resume();
        }, 1).unref();
        from.on('close', () => to.close());
      }
    });
  });
  let pairs = 0;
  return () => {
    pairs += 1;
    return [`pair ${pairs}`, `pair ${pairs}`];
  };
}

function relayByTcp(http: Server): () => [string, string] {
  const waiting = new Map<string, Duplex>();
  http.on('upgrade', (request, socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    const other = waiting.get(ticketOf(request));
    if (other) socket.pipe(other).pipe(socket);
    else waiting.set(ticketOf(request), socket);
  });
  let pairs = 0;
  return () => {
    pairs += 1;
    return [`pair ${pairs}`, `pair ${pairs}`];
  };
}

const ticketOf = (request: IncomingMessage) =>
  new URL(request.url ?? '', 'http://x').searchParams.get('ticket') ?? '';

/** The load comes from raw sockets, so that this process is not what is slow. */
async function measure(): Promise<void> {
  const file = fileURLToPath(import.meta.url);
  for (const load of LOADS) {
    for (const kind of ['lanes', 'ws', 'tcp'] as const) {
      const relay = fork(file, ['relay', kind], { execArgv: ['--import', 'tsx'] });
      const [{ port }] = (await once(relay, 'message')) as [FromRelay];
      const figures: number[] = [];
      await run(relay, port!, load.messageBytes, load.total / 8);
      for (let round = 0; round < ROUNDS; round++) {
        const { cpuMicros, wallMs } = await run(relay, port!, load.messageBytes, load.total);
        figures.push(
          load.unit === 'MB'
            ? cpuMicros / 1000 / (load.total / MIB)
            : cpuMicros / (load.total / load.messageBytes),
        );
        if (round === ROUNDS - 1) {
          const rate = (load.total / MIB / wallMs) * 1000;
          console.log(
            `${load.name}: ${kind.padEnd(5)} ${median(figures).toFixed(2)} (${rate.toFixed(0)} MB/s)`,
          );
        }
      }
      relay.kill();
      await once(relay, 'exit');
    }
  }
}

async function run(relay: ChildProcess, port: number, messageBytes: number, total: number) {
  const { pair } = await ask(relay, 'pair');
  const [sender, receiver] = await Promise.all([upgrade(port, pair![0]), upgrade(port, pair![1])]);
  const block = frames(messageBytes, Math.max(1, Math.floor((256 * 1024) / messageBytes)));
  const messages = total / messageBytes;
  const perBlock = block.length / frames(messageBytes, 1).length;
  const blocks = Math.ceil(messages / perBlock);
  const expected = blocks * perBlock * messageBytes;
  const before = await ask(relay, 'cpu');
  const started = performance.now();
  let received = 0;
  const done = new Promise<void>((resolve) => {
    receiver.on('data', (chunk: Buffer) => {
      // Payload and a few bytes of header a frame: enough to know when all of it is there.
      received += chunk.length;
      if (received >= expected) resolve();
    });
  });
  for (let sent = 0; sent < blocks; sent++) {
    if (!sender.write(block)) await once(sender, 'drain');
  }
  await done;
  const wallMs = performance.now() - started;
  const after = await ask(relay, 'cpu');
  sender.destroy();
  receiver.destroy();
  return { cpuMicros: after.cpuMicros! - before.cpuMicros!, wallMs };
}

async function ask(relay: ChildProcess, what: ToRelay): Promise<FromRelay> {
  relay.send(what);
  const [answer] = (await once(relay, 'message')) as [FromRelay];
  return answer;
}

async function upgrade(port: number, ticket: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  socket.write(
    `GET /lane?ticket=${encodeURIComponent(ticket)} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(socket, 'data');
  return socket;
}

/** `count` masked binary frames in a row. */
function frames(messageBytes: number, count: number): Buffer {
  const header =
    messageBytes < 126
      ? Buffer.from([0x82, 0x80 | messageBytes])
      : Buffer.from([0x82, 0x80 | 127, 0, 0, 0, 0, 0, messageBytes >> 16, messageBytes >> 8, messageBytes]);
  const frame = Buffer.concat([header, Buffer.from([1, 2, 3, 4]), Buffer.alloc(messageBytes, 0x5a)]);
  return Buffer.concat(Array.from({ length: count }, () => frame));
}
