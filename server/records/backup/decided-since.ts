import { join } from 'node:path';
import type { EntryOf } from '../../../protocol/record.ts';
import type { Logger } from '../../log.ts';
import { Refusal } from '../../refusal.ts';
import type { Settings, SettingsStore } from '../../settings/settings.ts';
import { openSettings, SettingsProblem } from '../../settings/settings-store.ts';
import { exists } from '../keys/key-file.ts';
import type { RecordStore } from '../record-store.ts';
import type { Connection } from '../sqlite/connection.ts';
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

/** What privacy officers set: a backup does not take it back. */
const RULES = ['retention', 'retentionOfTeams', 'reading'] as const satisfies readonly (keyof Settings)[];

/** The rules that are in force in a data folder; `undefined` where none can be read, and the backup's count. */
export async function rulesInForce(
  dataDir: string,
  log: Pick<Logger, 'info'>,
): Promise<Partial<Settings> | undefined> {
  if (!(await exists(join(dataDir, 'settings.json')))) return undefined;
  try {
    const settings = (await openSettings(dataDir)).current();
    return Object.fromEntries(RULES.map((rule) => [rule, settings[rule]]));
  } catch (error) {
    if (!(error instanceof SettingsProblem)) throw error;
    log.info(
      { err: error },
      'restore: the settings that are there cannot be read; those of the backup count',
    );
    return undefined;
  }
}

/** @returns the rules that are others than those of the backup. */
export async function keepRules(settings: SettingsStore, rules: Partial<Settings>): Promise<string[]> {
  const was = settings.current();
  const others = RULES.filter(
    (rule) => rules[rule] !== undefined && JSON.stringify(rules[rule]) !== JSON.stringify(was[rule]),
  );
  if (others.length > 0) await settings.change(rules);
  return others;
}
