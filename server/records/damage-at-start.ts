import { stat } from 'node:fs/promises';
import type { Logger } from '../log.ts';
import type { DamagedRows } from './damaged-rows.ts';
import { lastVerdict } from './last-verdict.ts';
import type { SqliteRecordStore } from './sqlite/sqlite-record-store.ts';
import type { Upgrade } from './sqlite/upgrade.ts';

/** What SQLite looks through in well under a second. A larger one is for a verification that somebody asks for. */
const MAX_CHECKED_BYTES = 64 * 2 ** 20;

export interface DamageParts {
  readonly store: Pick<SqliteRecordStore, 'entries' | 'damage'>;
  readonly file: string;
  readonly log: Pick<Logger, 'error'>;
}

const UPGRADE_SENTENCES: Readonly<Record<Upgrade['standing'], string>> = {
  begun:
    'the records are of an earlier version and are brought up to date: with many sessions that takes minutes. Let it run; where it is stopped, the next start goes on',
  'under-way': 'the records are being brought up to date: what tools were used for is counted anew',
  over: 'the records are up to date',
};

/** Told while the store opens and is open; each alarm says what was done about it. */
export const recordAlarms = (log: Pick<Logger, 'error' | 'info'>, rows?: DamagedRows) => ({
  onUpgrade: ({ standing, ...figures }: Upgrade): void => log.info(figures, UPGRADE_SENTENCES[standing]),
  onCorrected: (sessions: readonly string[]): void => {
    rows?.righted(sessions);
    log.error(
      { sessions },
      'ALARM: rows of sessions were not what their entries tell, as when old pages of the database are put back. Nothing was deleted by them, and they are right again; see /verification',
    );
  },
  onDamaged: (damaged: readonly string[]): void => {
    rows?.left(damaged);
    log.error(
      { damaged },
      'ALARM: what is due by its row is not as it was logged, or is filed as something else: somebody changed the database. Nothing of it was deleted; see /verification',
    );
  },
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
