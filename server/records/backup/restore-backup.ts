import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLeafRanges } from '../../../protocol/proof/leaf-ranges.ts';
import { type Clock, instant } from '../../clock.ts';
import { writeDurably } from '../../durable-file.ts';
import type { Logger } from '../../log.ts';
import { openSettings } from '../../settings/settings-store.ts';
import {
  appendToDeletionLedger,
  deletionLedgerFile,
  parseDeletionLedger,
  readDeletionLedger,
} from '../deletion-ledger.ts';
import { deletionsFor, eraOf } from '../deletions-since.ts';
import { exists } from '../keys/key-file.ts';
import { readKeyRing, writeKeyRing } from '../keys/key-ring.ts';
import { fingerprint, type KeyWrapper } from '../keys/key-wrapper.ts';
import { openMasterKey } from '../keys/master-key.ts';
import { wrapKeys } from '../keys/open-keys.ts';
import { replaceLostSigningKey } from '../keys/signing-rotation.ts';
import { type KeySources, openRecords, recordsFile } from '../open-records.ts';
import { Retention } from '../retention.ts';
import { emptyLog } from '../sqlite/snapshot.ts';
import { BackupProblem } from './backup-problem.ts';
import { type Backup, withBackup } from './read-backup.ts';
import { abandonRestore, commitRestore, stageRestore } from './restored-files.ts';
import { settleBeforeRestore } from './settle-before-restore.ts';

export interface RestoreOptions {
  /** Claimed, and nothing in it open. */
  readonly dataDir: string;
  readonly file: string;
  readonly sources: KeySources;
  /** The keys that the backup may have been made with. */
  readonly backupKeys: (fingerprint: string) => Promise<KeyWrapper | undefined>;
  /** Whether records that are there may be moved aside. */
  readonly force: boolean;
  /** The log goes on under a new signing key, because the one before is gone. */
  readonly signingKeyLost: boolean;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly by: string;
}

export interface Restored {
  readonly madeAt: string;
  /** Entries that were deleted again because a decision had deleted them since. */
  readonly deletedAgain: number;
  /** Entries that went because their time has come since. */
  readonly overdue: number;
  /** Where the records before lie now. */
  readonly aside?: string;
}

/**
 * Brings back what a backup holds. Everything is made ready in a folder of its own, from a backup that was checked whole,
 * and what was deleted since is deleted again there, before anything takes the place of what is in the data folder.
 * @throws BackupProblem, KeyProblem, LedgerProblem: then nothing was changed.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { dataDir, file, force, backupKeys } = options;
  if (!force && (await exists(recordsFile(dataDir))))
    throw new BackupProblem(
      `There are records in ${dataDir}. To restore over them, say --force: they are then moved aside.`,
    );
  try {
    await settleBeforeRestore(dataDir, options.sources, options.log);
    const restored = await withBackup(file, backupKeys, (backup) => makeReady(backup, options));
    const aside = await commitRestore(dataDir);
    return { ...restored, ...(aside !== undefined && { aside }) };
  } catch (error) {
    await abandonRestore(dataDir);
    throw error;
  }
}

/** Reads a backup to its end and keeps nothing. @throws BackupProblem */
export function checkBackup({
  file,
  backupKeys,
}: Pick<RestoreOptions, 'file' | 'backupKeys'>): Promise<{ madeAt: string; databaseBytes: number }> {
  return withBackup(file, backupKeys, async (backup) => {
    let databaseBytes = 0;
    for await (const piece of backup.database()) databaseBytes += piece.length;
    return { madeAt: backup.madeAt, databaseBytes };
  });
}

async function makeReady(backup: Backup, options: RestoreOptions): Promise<Omit<Restored, 'aside'>> {
  const { dataDir, sources, clock, log, by } = options;
  const ledger = await ledgerSince(backup, options);
  const folder = await stageRestore(dataDir);
  await writeDatabase(backup, recordsFile(folder));
  await writeDurably(join(folder, 'settings.json'), backup.settings);
  await writeDurably(deletionLedgerFile(folder), ledger);
  await writeKeys(backup, folder, options);
  if (options.signingKeyLost) await replaceLostSigningKey(folder, sources);

  const settings = await openSettings(folder);
  const { store, keys } = await openRecords({ ...sources, dataDir: folder, clock, settings });
  try {
    const era = eraOf(parseDeletionLedger(backup.deletions));
    const deleted = await store.deleteLeaves(deletionsFor(parseDeletionLedger(ledger), era));
    const leaves = formatLeafRanges(deleted);
    const { madeAt } = backup;
    const [entry] = await store.append([{ type: 'backup.restored', madeAt, leaves, by }]);
    const restoredSize = (entry?.seq ?? 1) - 1;
    await appendToDeletionLedger(folder, [{ at: instant(clock), restoredEra: era, restoredSize }]);
    const aged = await new Retention({ store, settings, clock, log }).run({ dryRun: false, by });
    await store.close();
    await emptyLog({ file: recordsFile(folder), key: keys.dataKey });
    return {
      madeAt,
      deletedAgain: deleted.length,
      overdue: aged.reduce((sum, { entries }) => sum + entries, 0),
    };
  } catch (error) {
    await store.close().catch(() => {});
    throw error;
  } finally {
    for (const suffix of ['-wal', '-shm']) await rm(`${recordsFile(folder)}${suffix}`, { force: true });
  }
}

/** What is known to have been deleted: the ledger here, or, where there is none, the one in the backup. */
async function ledgerSince({ deletions }: Backup, { dataDir, file }: RestoreOptions): Promise<string> {
  const here = await readDeletionLedger(dataDir);
  if (here === '') return deletions;
  if (here.startsWith(deletions)) return here;
  throw new BackupProblem(
    `${deletionLedgerFile(dataDir)} does not go on from the deletion ledger in ${file}, so nobody can tell what was deleted since. Put the right one back; or move it away, and only what the backup knows to be deleted stays so.`,
  );
}

async function writeDatabase(backup: Backup, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of backup.database()) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The key that the database has in the backup becomes the data key: so nobody's sign-in from before holds. */
async function writeKeys(
  backup: Backup,
  folder: string,
  { dataDir, sources }: RestoreOptions,
): Promise<void> {
  const here = await readKeyRing(dataDir);
  const master = await openMasterKey(sources, {
    mayMake: here === undefined,
    needed: `The records in ${dataDir}`,
  });
  const bytes = Buffer.from(backup.databaseKey, 'base64');
  await writeKeyRing(folder, {
    keys: await wrapKeys([{ fingerprint: fingerprint(bytes), bytes }], master.wrapper),
    signingKeys: here?.signingKeys ?? backup.signingKeys,
    successions: here?.successions ?? backup.successions,
  });
}
