import { stat } from 'node:fs/promises';
import type { Logger } from '../log.ts';
import { lastVerdict } from './last-verdict.ts';
import type { SqliteRecordStore } from './sqlite/sqlite-record-store.ts';

/** What SQLite looks through in well under a second. A larger one is for a verification that somebody asks for. */
const MAX_CHECKED_BYTES = 64 * 2 ** 20;

export interface DamageParts {
  readonly store: Pick<SqliteRecordStore, 'entries' | 'damage'>;
  readonly file: string;
  readonly log: Pick<Logger, 'error'>;
}

/** Told while the store is open; each says what it did about it. */
export const recordAlarms = (log: DamageParts['log']) => ({
  onCorrected: (sessions: readonly string[]): void =>
    log.error(
      { sessions },
      'ALARM: rows of sessions were not what their entries tell, as when old pages of the database are put back. Nothing was deleted by them, and they are right again; see /verification',
    ),
  onDamaged: (damaged: readonly string[]): void =>
    log.error(
      { damaged },
      'ALARM: what is due by its row is not as it was logged, or is filed as something else: somebody changed the database. Nothing of it was deleted; see /verification',
    ),
});

/**
 * Says loudly what is known against the records, or is found quickly, before people rely on them. The broker goes on: what
 * can still be written is worth more than a silence, and only a verification tells what is still right.
 */
export async function warnOfDamage({ store, file, log }: DamageParts): Promise<void> {
  try {
    const last = await lastVerdict(store);
    if (last?.outcome === 'wrong')
      log.error(
        { at: last.at, findings: last.findings, leaves: last.leaves },
        'ALARM: the last verification of the record found what is not as it was logged; see /verification',
      );
    const damage = (await stat(file)).size > MAX_CHECKED_BYTES ? [] : await store.damage();
    if (damage.length > 0)
      log.error(
        { damage },
        'ALARM: the database is damaged. Stop, copy the data folder, and run countersign verify on the copy',
      );
  } catch (error) {
    log.error({ err: error }, 'ALARM: whether the database is damaged could not be found out');
  }
}
