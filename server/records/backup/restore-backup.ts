import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLeafRanges } from '../../../protocol/proof/leaf-ranges.ts';
import { type Clock, instant, standing } from '../../clock.ts';
import { writeDurably } from '../../durable-file.ts';
import type { Logger } from '../../log.ts';
import { openSettings } from '../../settings/settings-store.ts';
import { untold } from '../certified-deletions.ts';
import { DeletionLedger, deletionLedgerFile } from '../deletion-ledger.ts';
import { deletionsFor, eraOf } from '../deletions-since.ts';
import { exists } from '../keys/key-file.ts';
import { type KeyRing, readKeyRing, writeKeyRing } from '../keys/key-ring.ts';
import { fingerprint, type KeyWrapper } from '../keys/key-wrapper.ts';
import { openMasterKey } from '../keys/master-key.ts';
import { wrapKeys } from '../keys/open-keys.ts';
import { base64 } from '../keys/signing-key.ts';
import {
  dropReplacement,
  nextFileOf,
  openSigningKeys,
  placeReplacement,
  prepareReplacement,
} from '../keys/signing-rotation.ts';
import { withVouchedFor } from '../keys/succession.ts';
import { type KeySources, openRecords, recordsFile } from '../open-records.ts';
import { OtherVersion } from '../other-version.ts';
import { rulesEntry } from '../recorded-rules.ts';
import { RecordsDamaged } from '../records-damaged.ts';
import { Retention } from '../retention.ts';
import { emptyLog } from '../sqlite/snapshot.ts';
import type { Upgrade } from '../sqlite/upgrade.ts';
import { logSigner } from '../transparency/node-crypto.ts';
import { BackupProblem } from './backup-problem.ts';
import { keepAsDecided, keepRules } from './decided-since.ts';
import { ledgerSince } from './ledger-since.ts';
import { type LogInFile, logBefore, restoredLog } from './log-in-file.ts';
import { type Backup, withBackup } from './read-backup.ts';
import { checkClock } from './restore-clock.ts';
import { abandonRestore, commitRestore, stageRestore } from './restored-files.ts';

const NOT_AS_LEFT =
  'The records in this backup are not as a broker left them: they were damaged, or somebody changed them, before it was made or since. Nothing was restored and nothing signed; take another backup.';
const NEWER =
  'The records in this backup were written by a newer version of Countersign: restore it with that one. Nothing was restored.';

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
  /** Lines of the deletion ledger that do not check are not obeyed, instead of the restore being refused. */
  readonly ledgerDamaged: boolean;
  /** Somebody compared the clock with another one: it counts, also where it does not follow the log. */
  readonly clockChecked: boolean;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly by: string;
  /** How far each part of the work is, of those that take long. */
  readonly onProgress?: (work: string, progress: { readonly done: number; readonly total: number }) => void;
}

export interface Restored {
  readonly madeAt: string;
  /** Entries that were deleted again because a decision had deleted them since. */
  readonly deletedAgain: number;
  /** Entries that went because their time has come since. */
  readonly overdue: number;
  /** Holds and extensions, or their end, that were decided since. */
  readonly keptAsDecided: number;
  /** Lines of the deletion ledger that were left out because they did not check. */
  readonly notObeyed: number;
  /** The backup was of an earlier version. */
  readonly broughtUpToDate: boolean;
  /** Where the records before lie now. */
  readonly aside?: string;
}

/**
 * Brings back what a backup holds. Everything is made ready in a folder of its own, from a backup that was checked whole,
 * what was deleted since is deleted again there and what was decided to be kept is kept, before anything takes the place of
 * what is in the data folder.
 * All of it goes by the moment at which it begins: a clock that is set meanwhile is not the one that was looked at.
 * @throws BackupProblem, KeyProblem, LedgerProblem: then nothing was changed.
 */
export async function restoreBackup(given: RestoreOptions): Promise<Restored> {
  const options = { ...given, clock: standing(given.clock) };
  const { dataDir, file, force, backupKeys, sources, signingKeyLost } = options;
  if (!force && (await exists(recordsFile(dataDir))))
    throw new BackupProblem(
      `There are records in ${dataDir}. To restore over them, say --force: they are then moved aside.`,
    );
  let ready: Omit<Restored, 'aside'>;
  try {
    const before = await logBefore(dataDir, sources, options.log);
    ready = await withBackup(file, backupKeys, (backup) => makeReady(backup, before, options));
  } catch (error) {
    await abandonRestore(dataDir);
    if (signingKeyLost) await dropReplacement(dataDir, sources);
    throw error;
  }
  const aside = await commitRestore(dataDir);
  // Cut off before this, the next start does it: the ring that is in force now knows the key.
  if (signingKeyLost) await placeReplacement(dataDir, sources);
  return { ...ready, ...(aside !== undefined && { aside }) };
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

async function makeReady(
  backup: Backup,
  before: LogInFile | undefined,
  options: RestoreOptions,
): Promise<Omit<Restored, 'aside'>> {
  const { dataDir, clock, log, by } = options;
  const folder = await stageRestore(dataDir);
  await writeDatabase(backup, recordsFile(folder), options.onProgress);
  await writeDurably(join(folder, 'settings.json'), backup.settings);
  const ring = await writeKeys(backup, folder, options);
  const sources = await signingSources(folder, options);
  // Before the store is opened, which may append: from there on leaves are new ones.
  const database = { file: recordsFile(folder), key: Buffer.from(backup.databaseKey, 'base64') };
  let broughtUpToDate = false;
  const restored = await restoredLog(database, (upgrade) => {
    broughtUpToDate = true;
    options.onProgress?.('Bringing the records up to date', progressOf(upgrade));
  }).catch((error: unknown) => {
    throw error instanceof OtherVersion ? new BackupProblem(NEWER, { cause: error }) : error;
  });
  if (!options.clockChecked) checkClock(clock.now(), restored, before);
  const signer = logSigner((await openSigningKeys(folder, sources)).current.seed);
  const vouched = withVouchedFor(
    [...new Set([...(before?.keys ?? []), ...restored.keys])],
    [...ring.successions, ...backup.successions],
  );
  const known = await ledgerSince(backup, [...new Set([...vouched, base64(signer.publicKey)])], options);
  await writeDurably(deletionLedgerFile(folder), known.text);
  const told = before === undefined ? [] : untold(known.lines, before.certified);
  const lines = [...known.lines, ...told];
  const { size, certified } = restored;
  const era = Math.max(eraOf(lines), certified.era) + 1;
  const begun = { at: instant(clock), era, restoredEra: certified.era, restoredSize: size };
  await new DeletionLedger(folder, signer).append([...told, begun]);

  const settings = await openSettings(folder);
  const changed = await keepRules(settings, before?.rules, log);
  const { store, keys } = await openRecords({
    ...sources,
    dataDir: folder,
    clock,
    settings,
    isRestoring: true,
  }).catch((error: unknown) => {
    throw error instanceof RecordsDamaged ? new BackupProblem(NOT_AS_LEFT, { cause: error }) : error;
  });
  try {
    const deleted = await store.deleteLeaves(deletionsFor(lines, { era: certified.era, size }), (progress) =>
      options.onProgress?.('Deleting again what was deleted since', progress),
    );
    const leaves = formatLeafRanges(deleted);
    const { madeAt } = backup;
    const { notObeyed } = known;
    const unheeded = notObeyed > 0 && { ledgerLinesNotObeyed: notObeyed };
    await store.append([{ type: 'backup.restored', madeAt, leaves, era, ...unheeded, by }]);
    if (changed.length > 0)
      await store.append([rulesEntry(settings.current()), { type: 'settings.changed', by, changed }]);
    const keptAsDecided = await keepAsDecided(store, restored.keepings, before?.keepings ?? []);
    const aged = await new Retention({ store, settings, clock, log }).run({ dryRun: false, by });
    await store.close();
    await emptyLog({ file: recordsFile(folder), key: keys.dataKey });
    return {
      madeAt,
      deletedAgain: deleted.length,
      keptAsDecided,
      overdue: aged.reduce((sum, { entries }) => sum + entries, 0),
      notObeyed,
      broughtUpToDate,
    };
  } catch (error) {
    await store.close().catch(() => {});
    throw error;
  } finally {
    for (const suffix of ['-wal', '-shm']) await rm(`${recordsFile(folder)}${suffix}`, { force: true });
  }
}

/** How many sessions there are to count anew, if any, only the step knows that does it. */
function progressOf(upgrade: Upgrade): { done: number; total: number } {
  if (upgrade.standing === 'under-way') return { done: upgrade.sessions, total: upgrade.of };
  return upgrade.standing === 'over' ? { done: 1, total: 1 } : { done: 0, total: 0 };
}

/** Where the log's key is; a new one waits beside its place until everything is ready. */
async function signingSources(
  folder: string,
  { sources, signingKeyLost }: RestoreOptions,
): Promise<KeySources> {
  if (!signingKeyLost) return sources;
  await prepareReplacement(folder, sources);
  return { ...sources, signingKeyFile: nextFileOf(sources) };
}

async function writeDatabase(
  backup: Backup,
  path: string,
  onProgress: RestoreOptions['onProgress'],
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let done = 0;
    for await (const piece of backup.database()) {
      await file.writeFile(piece);
      done += piece.length;
      onProgress?.('Reading the backup', { done, total: backup.bytes });
    }
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
): Promise<KeyRing> {
  const here = await readKeyRing(dataDir);
  const master = await openMasterKey(sources, {
    mayMake: here === undefined,
    needed: `The records in ${dataDir}`,
  });
  const bytes = Buffer.from(backup.databaseKey, 'base64');
  const ring: KeyRing = {
    keys: await wrapKeys([{ fingerprint: fingerprint(bytes), bytes }], master.wrapper),
    signingKeys: here?.signingKeys ?? backup.signingKeys,
    successions: here?.successions ?? backup.successions,
  };
  await writeKeyRing(folder, ring);
  return ring;
}
