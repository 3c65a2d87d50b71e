import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Clock, instant } from '../../clock.ts';
import { renameWithoutReplacing, syncFolder } from '../../durable-file.ts';
import type { SettingsStore } from '../../settings/settings.ts';
import { readDeletionLedger } from '../deletion-ledger.ts';
import { exists } from '../keys/key-file.ts';
import { readKeyRing } from '../keys/key-ring.ts';
import { KEY_BYTES, type KeyWrapper } from '../keys/key-wrapper.ts';
import type { Recorder } from '../recorder.ts';
import type { FileOptions } from '../sqlite/connection.ts';
import { removeSnapshot, snapshotFile } from '../sqlite/snapshot.ts';
import { Thread } from '../sqlite/thread.ts';
import { bodyStart } from './backup-body.ts';
import { headerLines } from './backup-header.ts';
import { BackupProblem } from './backup-problem.ts';
import type { BackupThread } from './backup-worker.ts';
import { withSettingsOfMoment } from './settings-of-moment.ts';

export interface BackupOptions {
  readonly dataDir: string;
  /** The database, and the key that opens it. */
  readonly database: FileOptions;
  /** Where the backup goes; nothing may lie there. */
  readonly target: string;
  /** Keeps the backup's own key. */
  readonly wrapper: KeyWrapper;
  readonly recorder: Pick<Recorder, 'append'>;
  readonly settings: Pick<SettingsStore, 'onChange'>;
  readonly clock: Clock;
  readonly by: string;
}

export interface MadeBackup {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
  /** The fingerprint of the key without which nobody can read it. */
  readonly wrappedBy: string;
}

const WORKER = new URL('./backup-worker.mjs', import.meta.url);

/**
 * Writes everything that the broker keeps, as it stands at one moment, into one encrypted file. It appears under its name
 * when it is whole and durable and the record says so; until then it is `<name>.<anything>.partial`. Nothing that is there
 * already is written over, nor what came to lie there meanwhile.
 * @throws BackupProblem, KeyProblem, Refusal `record.unavailable`
 */
export async function makeBackup(options: BackupOptions): Promise<MadeBackup> {
  const { target, database, wrapper, recorder, by } = options;
  if (await exists(target)) throw existsAlready(target);
  const partial = `${target}.${randomUUID()}.partial`;
  const thread = new Thread<BackupThread>(WORKER, database, { restartDelayMs: 0, onDeath: () => {} });
  try {
    await thread.ready();
    const { size, sha256 } = await writeIn(thread, partial, options);
    await recorder.append([{ type: 'backup.made', size, sha256, by }]);
    await renameWithoutReplacing(partial, target);
    await syncFolder(dirname(target));
    return { file: target, size, sha256, wrappedBy: wrapper.fingerprint };
  } catch (error) {
    await rm(partial, { force: true });
    throw explained(error, target);
  } finally {
    await thread.kill();
    await removeSnapshot(database.file);
  }
}

const existsAlready = (target: string) => new BackupProblem(`${target} exists already: choose another name.`);

async function writeIn(
  thread: Thread<BackupThread>,
  target: string,
  { dataDir, database, wrapper, clock, settings: changing }: BackupOptions,
): Promise<{ size: number; sha256: string }> {
  // Before the snapshot: what is deleted while it is taken must not be missed by who restores it.
  const deletions = await readDeletionLedger(dataDir);
  const databaseKey = randomBytes(KEY_BYTES);
  const madeAt = instant(clock);
  const { snapshot, settings } = await withSettingsOfMoment(dataDir, changing, () =>
    thread.call('takeSnapshot', databaseKey),
  );
  const databaseBytes = snapshot.bytes;
  const ring = await readKeyRing(dataDir);
  const start = bodyStart({
    databaseKey: databaseKey.toString('base64'),
    databaseBytes,
    settings,
    deletions,
    signingKeys: ring?.signingKeys ?? [],
    successions: ring?.successions ?? [],
  });
  const key = randomBytes(KEY_BYTES);
  const bodyBytes = start.length + databaseBytes;
  const header = await headerLines({ madeAt, bytes: bodyBytes }, key, wrapper);
  return thread.call('writeBackup', {
    target,
    header,
    key,
    start,
    bodyBytes,
    database: snapshotFile(database.file),
  });
}

/** What is wrong with the place is for people to read; anything else is a defect. */
function explained(error: unknown, target: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const ofPlace = ['ENOENT', 'EACCES', 'ENOTDIR', 'EISDIR', 'EROFS', 'ENOSPC', 'EPERM', 'SQLITE_FULL'];
  if (code === 'EEXIST') return existsAlready(target);
  if (!ofPlace.includes(code ?? '')) return error;
  return new BackupProblem(`The backup ${target} cannot be written: ${message}`);
}
