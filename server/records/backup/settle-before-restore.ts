import { rm } from 'node:fs/promises';
import type { EntryOf } from '../../../protocol/record.ts';
import type { Logger } from '../../log.ts';
import { exists } from '../keys/key-file.ts';
import { KeyProblem } from '../keys/key-problem.ts';
import { openKeys } from '../keys/open-keys.ts';
import { type KeySources, recordsFile } from '../open-records.ts';
import { settleDeletionLedger } from '../settle-deletion-ledger.ts';
import { openForReading } from '../sqlite/connection.ts';
import { readOperations } from '../sqlite/read-operations.ts';
import { opensWith } from '../sqlite/snapshot.ts';
import { entryOf } from '../sqlite/tables.ts';

/**
 * The records that are moved aside may certify a deletion that the ledger has not heard of, because the disk was full or
 * the broker was killed. Records that cannot be read tell nothing: they may be why somebody restores.
 * @throws LedgerProblem, and what the file system throws.
 */
export async function settleBeforeRestore(
  dataDir: string,
  sources: KeySources,
  log: Pick<Logger, 'info'>,
): Promise<void> {
  const file = recordsFile(dataDir);
  if (!(await exists(file))) return;
  const hadLog = await exists(`${file}-wal`);
  try {
    const opensData = (key: Uint8Array) => opensWith(file, key);
    const { dataKey } = await openKeys({ ...sources, dataDir, dataExist: true, opensData });
    const connection = openForReading({ file, key: dataKey });
    try {
      const { certificates } = readOperations(connection);
      await settleDeletionLedger(dataDir, {
        certificates: async ({ before, limit }) =>
          certificates(before, limit).map(entryOf) as EntryOf<'retention.deleted'>[],
      });
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    log.info(
      { err: error },
      'restore: the records that are there cannot be read; the deletion ledger counts',
    );
  } finally {
    // SQLite makes these also for who only reads.
    if (!hadLog) for (const suffix of ['-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
  }
}

const isUnreadable = (error: unknown): boolean =>
  error instanceof KeyProblem || String((error as { code?: unknown }).code).startsWith('SQLITE_');
