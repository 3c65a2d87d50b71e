import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { exists, KeyProblem, type Keys, openKeys } from './keys.ts';
import {
  openSqliteStore,
  type SqliteRecordStore,
  type SqliteStoreOptions,
} from './sqlite/sqlite-record-store.ts';

export interface RecordsOptions extends Pick<SqliteStoreOptions, 'limits' | 'onDeath' | 'onCheckpoint'> {
  readonly dataDir: string;
  readonly keyFile: string;
  /** `COUNTERSIGN_KEY`: the key itself instead of a file. */
  readonly key?: string | undefined;
  readonly clock: Clock;
  readonly settings: Pick<SettingsStore, 'current'>;
}

export interface Records {
  readonly store: SqliteRecordStore;
  readonly keys: Keys;
}

/**
 * Opens the records in `dataDir`, or makes them where there are none.
 * @throws KeyProblem, for people to read, when the keys do not open them.
 */
export async function openRecords(options: RecordsOptions): Promise<Records> {
  const { dataDir, keyFile, key, clock, settings, ...rest } = options;
  const file = join(dataDir, 'records.db');
  const keys = await openKeys({ dataDir, keyFile, key, dataExist: await exists(file) });
  try {
    const store = await openSqliteStore({
      ...rest,
      file,
      key: keys.dataKey,
      cursorKey: keys.deriveKey('cursor'),
      signingSeed: keys.deriveKey('log signing'),
      clock,
      schedule: () => settings.current().retention,
    });
    return { store, keys };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'SQLITE_NOTADB') throw error;
    throw new KeyProblem(
      `${file} is damaged, or was not made with the keys in ${join(dataDir, 'keys.json')}: put both back from the same backup.`,
    );
  }
}
