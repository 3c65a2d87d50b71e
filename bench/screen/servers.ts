import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '../../test/support/free-port.ts';
import { until } from '../../test/support/until.ts';
import { cpuSeconds } from '../support/process-cpu.ts';
import { heldSession } from './held-session.ts';
import { openViewer } from './viewer-pages.ts';

/** Something that shows a display in a browser. */
export interface ScreenServer {
  /** A page with the picture on its canvas, in the display's own pixels. `before` runs before a bare viewer connects. */
  open(browser: Browser, before?: (page: Page) => Promise<unknown>): Promise<Page>;
  /** CPU seconds that it used so far; without the WebSocket bridge in front of a peer. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

export const SERVERS: Record<string, (display: string) => Promise<ScreenServer>> = {
  countersign: heldSession,
  'countersign without broker': startEngine,
  x0vncserver: (display) =>
    startPeer('X0tigervnc', (port) => [
      ...['-display', display, '-rfbport', `${port}`, '-localhost'],
      ...['-SecurityTypes', 'None', '-AlwaysShared'],
    ]),
  x11vnc: (display) =>
    startPeer('x11vnc', (port) => [
      ...['-display', display, '-rfbport', `${port}`, '-localhost', '-nopw', '-forever', '-shared', '-quiet'],
    ]),
};

/** Our screen engine alone at a bare WebSocket, as the peers are. */
async function startEngine(display: string): Promise<ScreenServer> {
  const script = fileURLToPath(new URL('serve-screen.ts', import.meta.url));
  const server = spawn(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, DISPLAY: display },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface(server.stdout), 'line')) as [string];
  return {
    open: (browser, before) => openViewer(browser, url, before),
    cpuSeconds: () => cpuSeconds(server.pid!),
    stop: () => end(server),
  };
}

async function startPeer(program: string, args: (port: number) => string[]): Promise<ScreenServer> {
  const [rfbPort, webPort] = [await freePort(), await freePort()];
  const server = spawn(program, args(rfbPort), { stdio: 'ignore' });
  await until(`${program} listens`, () => listens(rfbPort));
  const bridge = spawn('websockify', [`127.0.0.1:${webPort}`, `127.0.0.1:${rfbPort}`], { stdio: 'ignore' });
  await until('websockify listens', () => listens(webPort));
  return {
    open: (browser, before) => openViewer(browser, `ws://127.0.0.1:${webPort}`, before),
    cpuSeconds: () => cpuSeconds(server.pid!),
    async stop() {
      await end(bridge);
      await end(server);
    },
  };
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
