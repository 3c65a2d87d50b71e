import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NoteKey } from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { exists } from '../records/keys/key-file.ts';
import { KeptLog } from './kept-log.ts';

/** A log's folder below the one that a witness keeps its logs in. */
export const folderOf = (folder: string, origin: string): string =>
  join(folder, origin.replace(/[^A-Za-z0-9.-]/g, '_'));

/**
 * The one log of the broker whose checkpoints `folder` is for: the one that was seen there before, or that is told. Only so
 * is a log that was begun anew, under another name, told from one that was never seen.
 * @param shown the name of the log that the broker shows now.
 */
export async function openOnlyLog(
  folder: string,
  clock: Clock,
  shown: string,
  told: readonly NoteKey[] = [],
): Promise<KeptLog> {
  const [first] = told;
  const own = first === undefined ? await folderSeen(folder) : folderOf(folder, first.name);
  return KeptLog.open(own ?? folderOf(folder, shown), clock, told);
}

async function folderSeen(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  for (const name of names.sort()) if (await exists(join(folder, name, 'key'))) return join(folder, name);
  return undefined;
}
