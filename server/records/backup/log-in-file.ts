import { rm } from 'node:fs/promises';
import type { Logger } from '../../log.ts';
import type { Settings } from '../../settings/settings.ts';
import { type Certified, certifiedIn, certifyingIn } from '../certified-deletions.ts';
import { newestBelieved } from '../clock-guard.ts';
import { exists } from '../keys/key-file.ts';
import { KeyProblem } from '../keys/key-problem.ts';
import { openKeys } from '../keys/open-keys.ts';
import { type KeySources, recordsFile } from '../open-records.ts';
import { type Connection, type FileOptions, openForReading, openForWriting } from '../sqlite/connection.ts';
import { LogReads } from '../sqlite/log-reads.ts';
import { opensWith } from '../sqlite/snapshot.ts';
import type { OnUpgrade } from '../sqlite/upgrade.ts';
import { type KeepingEntry, keepingsIn, rulesIn } from './decided-since.ts';

/** What a restore must know of a log before anything is appended to it. */
export interface LogInFile {
  readonly size: number;
  /** That it was signed with (base64), in their order. Who has no key of the data cannot have written them. */
  readonly keys: readonly string[];
  readonly certified: Certified;
  readonly keepings: readonly KeepingEntry[];
  readonly rules: Partial<Settings> | undefined;
  /** The newest moment that its clock is believed by; absent where nothing was logged. */
  readonly believed: number | undefined;
  /** Of its first leaf, which no other log has; absent where nothing was logged. */
  readonly firstLeaf: string | undefined;
}

/** The log of a database that was written from a backup; one of an earlier version is brought up to date. @throws OtherVersion for a newer one. */
export const restoredLog = async (options: FileOptions, onUpgrade: OnUpgrade): Promise<LogInFile> =>
  logIn(openForWriting(options, onUpgrade));

/**
 * The log that is moved aside: it may certify a deletion that the ledger has not heard of, because the disk was full or
 * the broker was killed. Records that cannot be read tell nothing: they may be why somebody restores.
 */
export async function logBefore(
  dataDir: string,
  sources: KeySources,
  log: Pick<Logger, 'info'>,
): Promise<LogInFile | undefined> {
  const file = recordsFile(dataDir);
  if (!(await exists(file))) return undefined;
  const hadLog = await exists(`${file}-wal`);
  try {
    const opensData = (key: Uint8Array) => opensWith(file, key);
    const { dataKey } = await openKeys({ ...sources, dataDir, dataExist: true, opensData });
    return await logIn(openForReading({ file, key: dataKey }));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    log.info(
      { err: error },
      'restore: the records that are there cannot be read; the deletion ledger counts',
    );
    return undefined;
  } finally {
    // SQLite makes these also for who only reads.
    if (!hadLog) for (const suffix of ['-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
  }
}

async function logIn(connection: Connection): Promise<LogInFile> {
  try {
    const reads = new LogReads(connection);
    const certifying = certifyingIn(connection);
    return {
      size: reads.checkpoint()?.size ?? 0,
      keys: reads.logKeys(),
      certified: await certifiedIn(certifying),
      keepings: keepingsIn(connection),
      rules: rulesIn(connection),
      believed: await newestBelieved({ ...certifying, signedSince: async (size) => reads.signedSince(size) }),
      firstLeaf: reads.inclusion(0, 1)?.leafHash,
    };
  } finally {
    connection.close();
  }
}

const isUnreadable = (error: unknown): boolean =>
  error instanceof KeyProblem || String((error as { code?: unknown }).code).startsWith('SQLITE_');
