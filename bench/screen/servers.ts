import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '../../test/support/until.ts';

/** Something that shows a display to noVNC over a WebSocket. */
export interface ScreenServer {
  readonly url: string;
  /** CPU seconds that it used so far, without the WebSocket bridge in front of a peer. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

export const SERVERS: Record<string, (display: string) => Promise<ScreenServer>> = {
  countersign: startOurs,
  x0vncserver: (display) =>
    startPeer('X0tigervnc', (port) => [
      ...[
        '-display',
        display,
        '-rfbport',
        `${port}`,
        '-localhost',
        '-SecurityTypes',
        'None',
        '-AlwaysShared',
      ],
    ]),
  x11vnc: (display) =>
    startPeer('x11vnc', (port) => [
      ...['-display', display, '-rfbport', `${port}`, '-localhost', '-nopw', '-forever', '-shared', '-quiet'],
    ]),
};

async function startOurs(display: string): Promise<ScreenServer> {
  const script = fileURLToPath(new URL('serve-screen.ts', import.meta.url));
  const server = spawn(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, DISPLAY: display },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface(server.stdout), 'line')) as [string];
  return { url, cpuSeconds: () => cpuSeconds(server), stop: () => end(server) };
}

async function startPeer(program: string, args: (port: number) => string[]): Promise<ScreenServer> {
  const [rfbPort, webPort] = [await freePort(), await freePort()];
  const server = spawn(program, args(rfbPort), { stdio: 'ignore' });
  await until(`${program} listens`, () => listens(rfbPort));
  const bridge = spawn('websockify', [`127.0.0.1:${webPort}`, `127.0.0.1:${rfbPort}`], { stdio: 'ignore' });
  await until('websockify listens', () => listens(webPort));
  return {
    url: `ws://127.0.0.1:${webPort}`,
    cpuSeconds: () => cpuSeconds(server),
    async stop() {
      await end(bridge);
      await end(server);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.destroy());
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}

const CLOCK_TICKS_PER_SECOND = 100;

/** Of the process and its children: all their threads, in user and system mode. */
function cpuSeconds({ pid }: ChildProcess): number {
  return processTree(pid!).reduce((sum, one) => sum + ownCpuSeconds(one), 0);
}

function ownCpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
  } catch {
    return 0; // it ended
  }
}

function processTree(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
    return [pid, ...children.flatMap(processTree)];
  } catch {
    return [pid];
  }
}
