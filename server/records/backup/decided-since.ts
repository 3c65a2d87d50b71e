import type { EntryOf } from '../../../protocol/record.ts';
import type { Logger } from '../../log.ts';
import { Refusal } from '../../refusal.ts';
import type { Settings, SettingsStore } from '../../settings/settings.ts';
import type { RecordStore } from '../record-store.ts';
import { changedRules, rulesOf, rulesOfEntry } from '../recorded-rules.ts';
import type { Connection } from '../sqlite/connection.ts';
import { houseEntries } from '../sqlite/house-entries.ts';
import { type EntryColumns, entryOf } from '../sqlite/tables.ts';

/** Holds and extensions of sessions, and that they were lifted. */
export type KeepingEntry = EntryOf<'retention.held'> | EntryOf<'retention.lifted'>;

/** Every one that a database knows, oldest first. */
export const keepingsIn = (connection: Connection): KeepingEntry[] =>
  connection
    .prepare<[], EntryColumns>(
      `SELECT seq, id, at, type, fields FROM entries
       WHERE type IN ('retention.held', 'retention.lifted') ORDER BY seq`,
    )
    .all()
    .map((row) => entryOf(row) as KeepingEntry);

/**
 * Says again of the sessions that are there what was decided about keeping them since the backup, before anything goes by it.
 * The entries are new ones: by whom it was decided and why is as it was, when is the moment of the restore.
 * @returns how many were said again.
 */
export async function keepAsDecided(
  store: Pick<RecordStore, 'append' | 'session'>,
  restored: readonly KeepingEntry[],
  before: readonly KeepingEntry[],
): Promise<number> {
  const known = new Set(restored.map(({ id }) => id));
  let count = 0;
  for (const { id, at: _, seq: __, ordinal: ___, follows: ____, ...decided } of before) {
    if (known.has(id) || !(await isThere(store, decided.sessionId))) continue;
    await store.append([decided]);
    count += 1;
  }
  return count;
}

async function isThere(store: Pick<RecordStore, 'session'>, sessionId: string): Promise<boolean> {
  try {
    await store.session(sessionId, { everything: true });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-found') return false;
    throw error;
  }
}

/** The rules that a database says were in force last; `undefined` where it says none. */
export const rulesIn = (connection: Connection): Partial<Settings> | undefined => {
  const recorded = recordedRulesIn(connection);
  return recorded && rulesOfEntry(recorded);
};

/** The entry that says so. */
export const recordedRulesIn = (connection: Connection): EntryOf<'rules.recorded'> | undefined => {
  const [row] = houseEntries(connection).entries({ types: ['rules.recorded'], limit: 1 });
  return row && (entryOf(row) as EntryOf<'rules.recorded'>);
};

/**
 * Goes on with the rules of the records that are moved aside. Not with those of the settings file there: whoever can write
 * that could choose what a restore deletes.
 * @returns what is another than in the backup.
 */
export async function keepRules(
  settings: SettingsStore,
  rules: Partial<Settings> | undefined,
  log: Pick<Logger, 'warn'>,
): Promise<string[]> {
  const was = rulesOf(settings.current());
  const others = rules === undefined ? [] : changedRules(was, rules);
  if (rules === undefined || others.length === 0) return [];
  try {
    await settings.change(rules);
    return others;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log.warn(
      { err: error },
      'restore: the rules of the records before do not fit; those of the backup count',
    );
    return [];
  }
}
