/**
 * Megabytes a second of one large file from disk to disk through a relay, each end and the relay a process of its own:
 * our frames, windows, SHA-256 at both ends and fsync over the broker's lanes, beside a bare TCP copy through a TCP
 * relay (no hash, no check, no fsync) in the same run. Median of five. `npx tsx bench/file-transfer.ts [megabytes]`
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { openLaneSocket } from '../agent/connection/lane-socket.ts';
import { FileOnArrival } from '../agent/files/receive-file.ts';
import { NodeSha256 } from '../agent/files/running-hash.ts';
import { FileOnDisk } from '../agent/files/send-file.ts';
import { attachFileLane } from '../protocol/customer-end/files/file-lane.ts';
import type { FileTool } from '../protocol/file-messages.ts';
import { FileReceiver } from '../protocol/file-receiver.ts';
import { FileSender } from '../protocol/file-sender.ts';
import { FileTransfers } from '../protocol/file-transfers.ts';
import { systemClock } from '../server/clock.ts';
import { Lanes } from '../server/lanes/lanes.ts';
import { createLog } from '../server/log.ts';
import '../bin/keep-freed-memory.mjs';
import { median } from './support/statistics.ts';

const ROUNDS = 5;
const MB = 1_000_000;

type Task =
  | { kind: 'lane-send'; url: string; path: string; size: number; fileId: string }
  | { kind: 'lane-receive'; url: string; path: string; size: number; fileId: string }
  | { kind: 'tcp-send'; port: number; path: string }
  | { kind: 'tcp-receive'; port: number; path: string }
  | { kind: 'tickets'; tool: FileTool };
type Answer = {
  done?: true;
  ports?: { lanes: number; tcp: number };
  tickets?: [string, string];
  peakMb?: number;
  cpuMs?: number;
};

const [role, megabytes = '512'] = process.argv.slice(2);
if (role === 'relay') await serveRelay();
else if (role === 'end') serveEnd();
else await measure(Number(role ?? megabytes) * MB);

async function serveRelay(): Promise<void> {
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
  const http = createServer();
  http.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url ?? '', 'http://x').searchParams.get('ticket') ?? '';
    lanes.accept(ticket, request, socket as Socket, head);
  });
  let waiting: Socket | undefined;
  const tcp = createTcpServer((socket) => {
    if (!waiting) {
      waiting = socket;
      return;
    }
    // The receiver comes first.
    void pipeline(socket, waiting).catch(() => {});
    waiting = undefined;
  });
  http.listen(0, '127.0.0.1');
  tcp.listen(0, '127.0.0.1');
  await Promise.all([once(http, 'listening'), once(tcp, 'listening')]);
  process.on('message', (task: Task) => {
    if (task.kind !== 'tickets') return;
    const { ticket } = lanes.open(randomUUID(), task.tool, 'technician');
    process.send?.({ tickets: [ticket, offered] } satisfies Answer);
  });
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  process.send?.({ ports: { lanes: portOf(http), tcp: portOf(tcp) } } satisfies Answer);
}

function serveEnd(): void {
  process.on('message', (task: Task) => {
    const before = process.cpuUsage();
    void carryOut(task).then(() => {
      const { user, system } = process.cpuUsage(before);
      const peakMb = process.resourceUsage().maxRSS / 1000;
      process.send?.({ done: true, peakMb, cpuMs: (user + system) / 1000 } satisfies Answer);
    });
  });
}

async function carryOut(task: Task): Promise<void> {
  if (task.kind === 'tcp-send')
    return pipeline(
      createReadStream(task.path, { highWaterMark: 256 * 1024 }),
      connect(task.port, '127.0.0.1'),
    );
  if (task.kind === 'tcp-receive')
    return pipeline(connect(task.port, '127.0.0.1'), createWriteStream(task.path));
  if (task.kind === 'tickets') return;
  const { url, path, size, fileId } = task;
  const transfers = new FileTransfers();
  const lane = await openLaneSocket(new URL(url));
  const closed = new Promise<void>((resolve) => lane.onClose(resolve));
  attachFileLane(lane, transfers);
  const hash = new NodeSha256();
  if (task.kind === 'lane-send') {
    const source = await FileOnDisk.open(path);
    await new Promise((resolve, reject) => {
      transfers.send(new FileSender(fileId, source, hash, { sent: resolve, failed: reject }));
    });
    // The receiver closes: the last frames are on their way.
    await closed;
  } else {
    const sink = await FileOnArrival.open({ folder: path, name: 'arrived', fileId, size }, hash);
    await new Promise((resolve, reject) => {
      transfers.receive(new FileReceiver(fileId, size, sink, hash, { completed: resolve, failed: reject }));
    });
    lane.close();
  }
}

async function measure(size: number): Promise<void> {
  const file = fileURLToPath(import.meta.url);
  const start = (as: string) => fork(file, [as], { execArgv: ['--import', 'tsx'] });
  const folder = await mkdtemp(join(tmpdir(), 'bench-file-transfer-'));
  const [relay, sender, receiver] = [start('relay'), start('end'), start('end')];
  try {
    const [{ ports }] = (await once(relay, 'message')) as [Answer];
    const original = join(folder, 'original');
    await writeOriginal(original, size);
    for (const tool of ['file-upload', 'file-download'] as const) {
      const rates: number[] = [];
      const cpu: [sending: number, receiving: number][] = [];
      let peaks: [sending: number, receiving: number] = [0, 0];
      // The first round warms up and does not count.
      for (let round = 0; round <= ROUNDS; round++) {
        const { tickets } = await ask(relay, { kind: 'tickets', tool });
        const [technician, customer] = tickets!.map(
          (ticket) => `ws://127.0.0.1:${ports!.lanes}/lane?ticket=${ticket}`,
        );
        const [from, to] = tool === 'file-upload' ? [technician!, customer!] : [customer!, technician!];
        const fileId = randomUUID();
        const arrived = join(folder, 'arrived');
        const started = performance.now();
        const [received, sent] = await Promise.all([
          ask(receiver, { kind: 'lane-receive', url: to, path: arrived, size, fileId }),
          ask(sender, { kind: 'lane-send', url: from, path: original, size, fileId }),
        ]);
        const seconds = (performance.now() - started) / 1000;
        await rm(arrived, { recursive: true });
        if (round === 0) continue;
        rates.push(size / MB / seconds);
        cpu.push([sent.cpuMs! / (size / MB), received.cpuMs! / (size / MB)]);
        peaks = [sent.peakMb!, received.peakMb!];
      }
      console.log(`${tool}: ${median(rates).toFixed(0)} MB/s`);
      for (const [index, end] of ['sending', 'receiving'].entries()) {
        const cpuMs = median(cpu.map((each) => each[index]!)).toFixed(2);
        console.log(`  ${end}: ${cpuMs} ms CPU a MB, peak memory ${Math.round(peaks[index]!)} MB`);
      }
    }
    const cpu: [sending: number, receiving: number][] = [];
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const arrived = join(folder, 'copied');
      const started = performance.now();
      const receiving = ask(receiver, { kind: 'tcp-receive', port: ports!.tcp, path: arrived });
      // The relay takes the first to come for the receiver.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const sending = ask(sender, { kind: 'tcp-send', port: ports!.tcp, path: original });
      const [received, sent] = await Promise.all([receiving, sending]);
      rates.push(size / MB / ((performance.now() - started - 50) / 1000));
      cpu.push([sent.cpuMs! / (size / MB), received.cpuMs! / (size / MB)]);
      await rm(arrived);
    }
    console.log(`bare TCP copy: ${median(rates).toFixed(0)} MB/s`);
    for (const [index, end] of ['sending', 'receiving'].entries())
      console.log(`  ${end}: ${median(cpu.map((each) => each[index]!)).toFixed(2)} ms CPU a MB`);
  } finally {
    for (const child of [relay, sender, receiver]) child.kill();
    await rm(folder, { recursive: true });
  }
}

async function writeOriginal(path: string, size: number): Promise<void> {
  const handle = await open(path, 'w');
  const block = randomBytes(MB);
  for (let written = 0; written < size; written += MB)
    await handle.write(block, 0, Math.min(MB, size - written));
  // So that writing it does not go on while something is measured.
  await handle.sync();
  await handle.close();
}

async function ask(child: ChildProcess, task: Task): Promise<Answer> {
  child.send(task);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}
