import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import Database from 'better-sqlite3-multiple-ciphers';
import { type Connection, type FileOptions, openForReading, openForWriting, unlock } from './connection.ts';

/** Whether a database that exists opens with a key. */
export function opensWith(file: string, key: Uint8Array): boolean {
  const connection = new Database(file, { readonly: true });
  try {
    unlock(connection, key);
    connection.pragma('schema_version');
    return true;
  } catch {
    return false;
  } finally {
    connection.close();
  }
}

/** Where the snapshot of a database lies while it is needed. */
export const snapshotFile = (file: string): string => `${file}.snapshot`;

export async function removeSnapshot(file: string): Promise<void> {
  for (const suffix of ['', '-journal']) await rm(`${snapshotFile(file)}${suffix}`, { force: true });
}

/**
 * Copies the database as it stands at this moment, under a key of the copy's own, without free pages. The writer and
 * readers go on meanwhile. What is written is encrypted at every moment. Blocks the thread that it runs on.
 * @returns its size in bytes; it is durable.
 */
export function takeSnapshot(options: FileOptions, copyKey: Uint8Array): number {
  const target = snapshotFile(options.file);
  // VACUUM INTO takes an empty file, and leaves its mode as it is.
  closeSync(openSync(target, 'w', 0o600));
  const source = openForReading(options);
  try {
    source.prepare('VACUUM INTO ?').run(target);
  } finally {
    source.close();
  }
  changeKey(target, options.key, copyKey);
  const copy = openSync(target, 'r');
  try {
    fsyncSync(copy);
  } finally {
    closeSync(copy);
  }
  return statSync(target).size;
}

/**
 * Moves the WAL into the database, so that the file alone is the whole of it. Nobody else may have it open.
 * @throws Error when something is left in the WAL.
 */
export async function emptyLog(options: FileOptions): Promise<void> {
  const connection: Connection = openForWriting(options);
  connection.pragma('wal_checkpoint(TRUNCATE)');
  connection.close();
  const log = await stat(`${options.file}-wal`).catch(() => undefined);
  if (log !== undefined && log.size > 0) throw new Error(`${options.file}-wal is not empty`);
  const file = await open(options.file, 'r');
  await file.sync();
  await file.close();
}

/** A copy that was cut off is thrown away, so it needs neither a journal nor a sync before its end. */
function changeKey(file: string, from: Uint8Array | undefined, to: Uint8Array): void {
  const copy = new Database(file);
  try {
    unlock(copy, from);
    copy.pragma('journal_mode = OFF');
    copy.pragma('synchronous = OFF');
    copy.pragma(`rekey = "x'${Buffer.from(to).toString('hex')}'"`);
  } finally {
    copy.close();
  }
}
