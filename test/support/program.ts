import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { enterProgram } from './scene.ts';

/** A real program of ours in a process of its own, with what it printed. */
export interface Program {
  readonly process: ChildProcess;
  output(): string;
  /** Resolves with the first match in what it prints, from its start. @throws when it ends, or `withinMs` pass, without one. */
  prints(pattern: RegExp, withinMs?: number): Promise<RegExpMatchArray>;
  /** Sends `signal` and waits for its end. A program that has ended stays ended. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  readonly ended: Promise<number | null>;
}

export function startProgram(
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string | undefined>; cwd?: string } = {},
): Program {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      printed += text;
      for (const watcher of watchers) watcher();
    });
  }
  let over = false;
  const ended = once(child, 'close').then(() => {
    over = true;
    for (const watcher of watchers) watcher();
    return child.exitCode;
  });

  const program: Program = {
    process: child,
    output: () => printed,
    ended,
    prints(pattern, withinMs = 15_000) {
      return new Promise((resolve, reject) => {
        const done = (then: () => void) => {
          clearTimeout(timer);
          watchers.delete(look);
          then();
        };
        const look = () => {
          const found = printed.match(pattern);
          if (found) done(() => resolve(found));
          else if (over) done(() => reject(new Error(`ended without printing ${pattern}:\n${printed}`)));
        };
        const timer = setTimeout(
          () => done(() => reject(new Error(`did not print ${pattern} in ${withinMs} ms:\n${printed}`))),
          withinMs,
        );
        watchers.add(look);
        look();
      });
    },
    async stop(signal = 'SIGTERM') {
      if (!over) child.kill(signal);
      return ended;
    },
  };
  enterProgram(program, [command, ...args].join(' '));
  return program;
}
