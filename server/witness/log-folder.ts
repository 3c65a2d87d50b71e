import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NoteKey } from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { exists } from '../records/keys/key-file.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import { KeptUnusable } from './disagreement.ts';
import { KeptLog } from './kept-log.ts';

/** A witness's folder is for another log, or for several. The message says what to do. */
export class FolderTaken extends KeptUnusable {
  override readonly name = 'FolderTaken';
}

/** What our logs are called. Others tell their name themselves, and `..` would be a way out of the folder. */
const OWN_NAME = /^countersign\/([0-9a-f]{32})$/;

/** A log's folder below the one that a witness keeps its logs in. */
export function folderOf(folder: string, origin: string): string {
  const [, own] = OWN_NAME.exec(origin) ?? [];
  const hashed = () => Buffer.from(sha256(Buffer.from(origin)).slice(0, 16)).toString('hex');
  return join(folder, own === undefined ? `log_${hashed()}` : `countersign_${own}`);
}

/**
 * The one log of the broker whose checkpoints `folder` is for: the one that was seen there before, or that is told. Only so
 * is a log that was begun anew, under another name, told from one that was never seen.
 * @param shown the name of the log that the broker shows now.
 * @throws FolderTaken
 */
export async function openOnlyLog(
  folder: string,
  clock: Clock,
  shown: string,
  told: readonly NoteKey[] = [],
): Promise<KeptLog> {
  const [first] = told;
  const [seen, ...others] = await foldersSeen(folder);
  const own = first === undefined ? (seen ?? folderOf(folder, shown)) : folderOf(folder, first.name);
  if (others.length > 0)
    throw new FolderTaken(
      `${folder} holds the checkpoints of several logs: a broker that is watched needs a folder of its own.`,
    );
  if (seen !== undefined && seen !== own)
    throw new FolderTaken(
      `${folder} is for the log in ${seen}, and the key that you gave is of ${first?.name}: another log needs another folder.`,
    );
  return KeptLog.open(own, clock, told);
}

/** The folders of logs below a witness's. Logs are there once one of their keys was believed. */
export async function foldersSeen(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return [];
  });
  const places = names.sort().map((name) => join(folder, name));
  const seen = await Promise.all(places.map((place) => exists(join(place, 'key'))));
  return places.filter((_, index) => seen[index]);
}
