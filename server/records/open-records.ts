import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { removeUnfinished } from '../durable-file.ts';
import { Refusal } from '../refusal.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { DeletionLedger } from './deletion-ledger.ts';
import { exists } from './keys/key-file.ts';
import { KeyProblem } from './keys/key-problem.ts';
import { keyRingFile } from './keys/key-ring.ts';
import type { MasterKeySources } from './keys/master-key.ts';
import { type Keys, openKeys } from './keys/open-keys.ts';
import { type SigningKeySources, signingKeyFileOf } from './keys/signing-key.ts';
import { openSigningKeys, settleSigningKey } from './keys/signing-rotation.ts';
import { OtherVersion } from './other-version.ts';
import { RecordsDamaged } from './records-damaged.ts';
import { settleDeletionLedger } from './settle-deletion-ledger.ts';
import { opensWith, removeSnapshot } from './sqlite/snapshot.ts';
import {
  openSqliteStore,
  type SqliteRecordStore,
  type SqliteStoreOptions,
} from './sqlite/sqlite-record-store.ts';
import { logSigner } from './transparency/node-crypto.ts';

/** Where keys come from; as the configuration names them. */
export type KeySources = MasterKeySources & SigningKeySources;

export interface RecordsOptions
  extends KeySources,
    Pick<
      SqliteStoreOptions,
      'limits' | 'onDeath' | 'onTrouble' | 'onCheckpoint' | 'onUpgrade' | 'onCorrected' | 'onDamaged'
    > {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly settings: Pick<SettingsStore, 'current'>;
  /** They are being restored: the ledger begins an era of which they do not know yet. */
  readonly isRestoring?: boolean;
}

export interface Records {
  readonly store: SqliteRecordStore;
  readonly keys: Keys;
  /** What else is signed with the log's key, and must follow when that is replaced. */
  readonly ledger: Pick<DeletionLedger, 'signWith'>;
  /** Key files that were made just now: the person who starts must hear of them. */
  readonly madeKeyFiles: readonly string[];
}

/** Who ends what was cut off, in the record. */
const BY_START = 'start';

/**
 * Opens the records in `dataDir`, or makes them where there are none. A rotation that was cut off is ended.
 * @throws KeyProblem, for people to read, when the keys do not open them; RecordsDamaged; LedgerProblem.
 */
export async function openRecords(options: RecordsOptions): Promise<Records> {
  const { dataDir, clock, settings, isRestoring = false } = options;
  const { limits, onDeath, onTrouble, onCheckpoint, onUpgrade, onCorrected, onDamaged } = options;
  const file = recordsFile(dataDir);
  await removeLeftovers(options);
  const keys = await openKeys({
    ...options,
    dataExist: await exists(file),
    opensData: (key) => opensWith(file, key),
  });
  const { current, next, predecessors } = await openSigningKeys(dataDir, options);
  const ledger = new DeletionLedger(dataDir, logSigner(current.seed));
  const store: SqliteRecordStore = await openStore(file, {
    ...(limits && { limits }),
    ...(onDeath && { onDeath }),
    ...(onTrouble && { onTrouble }),
    ...(onCheckpoint && { onCheckpoint }),
    ...(onUpgrade && { onUpgrade }),
    ...(onCorrected && { onCorrected }),
    ...(onDamaged && { onDamaged }),
    file,
    key: keys.dataKey,
    cursorKey: keys.deriveKey('cursor'),
    signingSeed: current.seed,
    nextSigningSeeds: next === undefined ? [] : [next.seed],
    predecessors,
    signingKeyIsNew: current.made !== undefined,
    clock,
    periods: () => settings.current(),
    onDeleted: (deletion) => ledger.append([deletion]),
    beforeRun: () => settleDeletionLedger(ledger, store),
  });
  const madeKeyFiles = [keys.madeKeyFile, current.made].filter((made) => made !== undefined);
  try {
    // First: while the log has not been told of its key, nothing else can be appended.
    const inForce = await settleSigningKey({ dataDir, sources: options, store, by: BY_START });
    ledger.signWith(logSigner(inForce.seed));
    await keys.settle(store, BY_START);
    if (!isRestoring) await settleDeletionLedger(ledger, store);
    // Before anybody asks which sessions go on.
    await store.correctOverlooked();
  } catch (error) {
    // A full disk: what is left to do waits for the next start.
    if (!(error instanceof Refusal)) {
      await store.close();
      throw error;
    }
  }
  return { store, keys, ledger, madeKeyFiles };
}

/** What was cut off: a copy of the records would outlive every deletion, a wrapped key every rotation. */
async function removeLeftovers(options: RecordsOptions): Promise<void> {
  const { dataDir, keyFile } = options;
  await removeSnapshot(recordsFile(dataDir));
  await removeUnfinished(keyRingFile(dataDir));
  for (const file of [keyFile, signingKeyFileOf(options)])
    for (const path of [file, `${file}.new`]) await removeUnfinished(path);
}

export const recordsFile = (dataDir: string): string => join(dataDir, 'records.db');

async function openStore(file: string, options: SqliteStoreOptions): Promise<SqliteRecordStore> {
  try {
    return await openSqliteStore(options);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'OTHER_VERSION') throw new OtherVersion((error as Error).message);
    if (code === 'WRONG_SIGNING_KEY')
      throw new KeyProblem(
        `The log in ${file} was signed with another key than the signing key that is there: put the right one back.`,
      );
    if (code === 'DAMAGED_LOG')
      throw new RecordsDamaged(
        `${file} is not as a broker left it: ${(error as Error).message}. Nothing was signed. Copy the data folder as it is, look through the copy with countersign verify, then put a backup back: countersign restore FILE.`,
      );
    if (/^SQLITE_CORRUPT/.test(String(code)))
      throw new RecordsDamaged(
        `${file} is damaged and cannot be opened. Copy the data folder as it is, then put a backup back: countersign restore FILE.`,
      );
    if (code !== 'SQLITE_NOTADB') throw error;
    throw new KeyProblem(
      `${file} is damaged, or was not made with the keys in ${join(file, '..', 'keys.json')}: put both back from the same backup.`,
    );
  }
}
