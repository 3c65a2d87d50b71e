import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

export interface TerminalWindow {
  /** Waits until its program has ended (Return, then Ctrl+D), and answers what was typed into it. */
  typedText(): Promise<string>;
  /** What has reached the program so far, line by line: a terminal hands over whole lines. */
  textSoFar(): Promise<string>;
  stop(): Promise<void>;
}

/** An xterm that fills the display and writes what is typed into a file. It has the focus when the pointer is in it. */
export async function startTerminalWindow(display: string, program = 'cat'): Promise<TerminalWindow> {
  const folder = await mkdtemp(join(tmpdir(), 'terminal-window-'));
  const typed = join(folder, 'typed');
  const ready = join(folder, 'ready');
  const terminal = spawn(
    'xterm',
    // -wf: the program starts only when the window can be seen.
    [
      '-wf',
      '-u8',
      '-geometry',
      '200x80+0+0',
      '-e',
      'sh',
      '-c',
      `: > "${ready}"; exec ${program} > "${typed}"`,
    ],
    {
      env: { ...process.env, DISPLAY: display, LC_ALL: 'C.UTF-8', XAUTHORITY: '/dev/null' },
      stdio: 'ignore',
    },
  );
  const ended = once(terminal, 'exit');
  const exists = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    );
  await until('the terminal window is there', async () => {
    if (terminal.exitCode !== null) throw new Error(`xterm exited with ${terminal.exitCode}`);
    return (await exists(ready)) && (await exists(typed));
  });
  return {
    async typedText() {
      await ended;
      return readFile(typed, 'utf8');
    },
    textSoFar: () => readFile(typed, 'utf8'),
    async stop() {
      if (terminal.exitCode === null && terminal.signalCode === null) {
        terminal.kill('SIGKILL');
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
