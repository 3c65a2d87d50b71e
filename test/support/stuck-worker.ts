import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

export interface StuckWorker {
  /** Of all that were started since. */
  pids(): Promise<number[]>;
  /** Workers start as ever. */
  heal(): void;
  close(): Promise<void>;
}

/** A worker that never gets ready. */
export async function stuckWorker(): Promise<
  { readonly path: string } & Pick<StuckWorker, 'pids' | 'close'>
> {
  const folder = await temporaryFolder();
  const path = join(folder.path, 'stuck-worker');
  const started = join(folder.path, 'started');
  await writeFile(started, '');
  await writeFile(path, `#!/bin/sh\necho $$ >> '${started}'\nexec sleep 600\n`, { mode: 0o700 });
  return {
    path,
    pids: async () => (await readFile(started, 'utf8')).split('\n').filter(Boolean).map(Number),
    close: () => folder.remove(),
  };
}

/** From now on workers of this process get stuck: mediasoup reads the way to its worker once, and this one at each start. */
export async function startsGetStuck(): Promise<StuckWorker> {
  const { path, pids, close } = await stuckWorker();
  Object.assign(process.env, { MEDIASOUP_USE_VALGRIND: 'true', MEDIASOUP_VALGRIND_BIN: path });
  const heal = () => {
    delete process.env.MEDIASOUP_USE_VALGRIND;
    delete process.env.MEDIASOUP_VALGRIND_BIN;
  };
  return {
    pids,
    heal,
    close() {
      heal();
      return close();
    },
  };
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
