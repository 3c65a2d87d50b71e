import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../test/support/until.ts';
import { startVirtualDisplay } from '../../test/support/virtual-display.ts';

export interface DemoDesktop {
  readonly display: string;
  /** It was made for the demo; otherwise it is the one that you sit at. */
  readonly virtual: boolean;
  /** Where the terminal window is, in pixels of the desktop. */
  readonly terminal: { x: number; y: number };
  /** What has been typed into the terminal window, whole lines. */
  typed(): Promise<string>;
  stop(): Promise<void>;
}

const TERMINAL = { x: 80, y: 70 };

/** The desktop of the demo's customer: the current one, or a virtual one with a few windows; always with our terminal on it. */
export async function openDesktop(): Promise<DemoDesktop> {
  const current = process.env.DISPLAY;
  const virtual = current
    ? undefined
    : await startVirtualDisplay({ width: 1280, height: 800, windowManager: true });
  const display = current ?? virtual!.display;
  const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-desktop-'));
  const typedFile = join(folder, 'typed');
  const windows: ChildProcess[] = [];
  const openWindow = (args: string[]) => {
    const environment = { ...process.env, DISPLAY: display, LC_ALL: 'C.UTF-8' };
    windows.push(
      spawn('xterm', ['-u8', '-fa', 'DejaVu Sans Mono', '-fs', '11', ...args], {
        env: environment,
        stdio: 'ignore',
      }),
    );
  };
  if (virtual) {
    openWindow([
      '-geometry',
      '46x14+760+420',
      '-T',
      'Printer',
      '-bg',
      '#123a3a',
      '-fg',
      '#e6f2f2',
      '-e',
      'sh',
      '-c',
      'echo "Queue: office-2"; echo "State: 3 jobs held"; exec sleep 100000',
    ]);
    openWindow(['-geometry', '40x10+820+60', '-T', 'Calendar', '-e', 'sh', '-c', 'date; exec sleep 100000']);
  }
  openWindow([
    '-geometry',
    `80x24+${TERMINAL.x}+${TERMINAL.y}`,
    '-T',
    'Terminal',
    '-e',
    'sh',
    '-c',
    `: > ${typedFile}; exec tee ${typedFile}`,
  ]);
  const typed = () => readFile(typedFile, 'utf8').catch(() => undefined);
  await until('the terminal window is open', async () => (await typed()) !== undefined);

  return {
    display,
    virtual: virtual !== undefined,
    terminal: { x: TERMINAL.x + 200, y: TERMINAL.y + 150 },
    typed: async () => (await typed()) ?? '',
    async stop() {
      for (const window of windows) window.kill();
      await virtual?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
