import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from './command-line.ts';

/** The first line of standard input: for scripts, so that no password stands in a process list or a shell's history. */
export async function passwordFromStdin(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  lines.close();
  if (typeof line !== 'string' || line === '') throw new UsageError('--password-stdin: no password came in.');
  return line;
}

/** Asks twice at the terminal, without showing what is typed. */
export async function passwordFromTerminal(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError('Give the password on standard input, with --password-stdin.');
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  const ask = async (question: string) => {
    process.stderr.write(question);
    const typed = await prompt.question('');
    process.stderr.write('\n');
    return typed;
  };
  try {
    const password = await ask('Password: ');
    if ((await ask('The same again: ')) !== password) throw new UsageError('The two were not the same.');
    return password;
  } finally {
    prompt.close();
  }
}
