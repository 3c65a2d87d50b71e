import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../durable-file.ts';
import { exists } from '../keys/key-file.ts';

/** What belongs to the database that is there, and would be taken for the new one's; nothing of the kind is staged. */
const BESIDE_DATABASE = ['records.db-wal', 'records.db-shm'];
const FILES = ['records.db', 'settings.json', 'deletions.ndjson', 'keys.json'];

const staging = (dataDir: string) => join(dataDir, '.restoring');
const decided = (dataDir: string) => join(dataDir, '.restored');

/** An empty folder, in which what comes from a backup is made ready; what was in it is thrown away. */
export async function stageRestore(dataDir: string): Promise<string> {
  await abandonRestore(dataDir);
  const fresh = join(staging(dataDir), 'new');
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  return fresh;
}

export const abandonRestore = (dataDir: string): Promise<void> =>
  rm(staging(dataDir), { recursive: true, force: true });

/**
 * Puts what was staged in the place of what is there. It is decided in one step, by one name; what follows is done again
 * from its beginning by whoever takes the data folder next, should it be cut off.
 * @returns the folder to which the files before were moved, if there were any.
 */
export async function commitRestore(dataDir: string): Promise<string | undefined> {
  await syncFolder(join(staging(dataDir), 'new'));
  await syncFolder(staging(dataDir));
  await rename(staging(dataDir), decided(dataDir));
  await syncFolder(dataDir);
  return finishRestore(dataDir);
}

/** To be called by who has claimed the data folder, before anything in it is opened. */
export async function finishRestore(dataDir: string): Promise<string | undefined> {
  await abandonRestore(dataDir);
  const folder = decided(dataDir);
  if (!(await exists(folder))) return undefined;
  const fresh = (name: string) => join(folder, 'new', name);
  const moveAside = async (name: string) => {
    if (await exists(join(dataDir, name))) await rename(join(dataDir, name), join(folder, name));
  };
  if (await exists(fresh('records.db'))) for (const name of BESIDE_DATABASE) await moveAside(name);
  for (const name of FILES) {
    if (!(await exists(fresh(name)))) continue;
    await moveAside(name);
    await rename(fresh(name), join(dataDir, name));
  }
  await syncFolder(dataDir);
  await rm(join(folder, 'new'), { recursive: true, force: true });
  if ((await readdir(folder)).length === 0) {
    await rm(folder, { recursive: true });
    return undefined;
  }
  const aside = join(dataDir, `before-restore-${new Date().toISOString().replace(/\D/g, '').slice(0, 17)}`);
  await rename(folder, aside);
  await syncFolder(dataDir);
  return aside;
}
