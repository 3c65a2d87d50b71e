import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export interface VirtualDisplay {
  /** As DISPLAY wants it, for instance `:101`. */
  readonly display: string;
  /** Process id of the X server, for CPU figures and for tests that kill it. */
  readonly pid: number;
  /** Ends the window manager and the X server, and waits until both are gone. Safe to call twice. */
  stop(): Promise<void>;
}

export interface VirtualDisplayOptions {
  readonly width?: number;
  readonly height?: number;
  readonly depth?: 8 | 16 | 24;
  /** Runs openbox on the display, so that windows get focus and can be moved. */
  readonly windowManager?: boolean;
  /** More arguments for Xvfb, for instance `['-extension', 'MIT-SHM']`. */
  readonly xvfbArguments?: readonly string[];
}

const START_TIMEOUT_MS = 10_000;

/** Starts an X server of our own on a free display number that the server picks itself. Throws when Xvfb is not there. */
export async function startVirtualDisplay(options: VirtualDisplayOptions = {}): Promise<VirtualDisplay> {
  const { width = 1280, height = 720, depth = 24, windowManager = false, xvfbArguments = [] } = options;
  const server = spawn(
    'Xvfb',
    // -noreset: without it the server forgets its keymap when the last client leaves.
    [
      ...['-displayfd', '3', '-screen', '0', `${width}x${height}x${depth}`],
      ...['-noreset', '-nolisten', 'tcp', ...xvfbArguments],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  // A test run that crashes must not leave X servers behind.
  const killAtExit = () => server.kill('SIGKILL');
  process.once('exit', killAtExit);
  server.once('exit', () => process.removeListener('exit', killAtExit));
  const number = await readDisplayNumber(server);
  const display = `:${number}`;
  const manager = windowManager ? await startWindowManager(display).catch(stopThenThrow(server)) : undefined;
  return {
    display,
    pid: server.pid!,
    async stop() {
      if (manager) await endProcess(manager);
      await endProcess(server);
    },
  };
}

async function readDisplayNumber(server: ChildProcess): Promise<number> {
  const numberPipe = server.stdio[3] as Readable;
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  const failed = Promise.race([
    once(server, 'error', { signal }).then(([error]) => error as Error),
    once(server, 'exit', { signal }).then(
      ([code]) => new Error(`Xvfb exited with ${code} before it was ready`),
    ),
  ]).then((error) => {
    throw error;
  });
  let text = '';
  const announced = (async () => {
    for await (const chunk of numberPipe) {
      text += String(chunk);
      if (text.includes('\n')) break;
    }
    return Number.parseInt(text, 10);
  })();
  const number = await Promise.race([announced, failed]).catch(stopThenThrow(server));
  failed.catch(() => {}); // the timeout of the waits above fires later and concerns nobody then
  if (!Number.isInteger(number)) return stopThenThrow(server)(new Error('Xvfb told no display number'));
  return number;
}

/** Ready when it has announced itself on the root window, as every EWMH window manager does. */
async function startWindowManager(display: string): Promise<ChildProcess> {
  // --sm-disable: a session manager of the machine that runs the tests is none of our business.
  const manager = spawn('openbox', ['--sm-disable', '--startup', 'echo ready'], {
    env: { ...process.env, DISPLAY: display, XAUTHORITY: '/dev/null' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  try {
    await Promise.race([
      once(manager.stdout!, 'data', { signal }),
      once(manager, 'error', { signal }).then(([error]) => {
        throw error;
      }),
      once(manager, 'exit', { signal }).then(([code]) => {
        throw new Error(`openbox exited with ${code}`);
      }),
    ]);
  } catch (error) {
    await endProcess(manager);
    throw error;
  }
  manager.stdout!.resume();
  return manager;
}

function stopThenThrow(child: ChildProcess): (error: unknown) => Promise<never> {
  return async (error) => {
    await endProcess(child);
    throw error;
  };
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await exited;
  clearTimeout(killer);
}
