import { v7 as uuid } from 'uuid';
import { formatLeafRanges } from '../../../protocol/proof/leaf-ranges.ts';
import type { DeletionRule } from '../record-store.ts';
import type { Connection } from './connection.ts';
import type { SessionProjection } from './session-projection.ts';
import { type StoredEntry, storedEntry } from './stored-entry.ts';

/** What one step of a deletion removed; `more` when there is more to do. */
export interface DeletionStep {
  readonly entries: number;
  readonly sessions: number;
  readonly more: boolean;
}

interface Deleted {
  /** Numbers of the entries that are gone. */
  readonly seqs: readonly number[];
  readonly sessions: number;
  readonly more: boolean;
}

/** Few enough that an append hardly waits for a step. */
const SESSIONS_A_STEP = 20;
const ENTRIES_A_STEP = 500;
const INDEX_PAGES_A_STEP = 64;

/**
 * Deleting, in steps. Rows and pages are overwritten at once (`secure_delete`), but two places still hold what they said:
 * the segments of the word index, until they are merged, and the WAL, until it is emptied. (FTS5's own `secure-delete`
 * left words behind, and an index that failed its integrity check, in SQLite 3.53.) That this is still to do stands in
 * the database, so that a crash in between does not leave it undone.
 */
export function deletion(
  connection: Connection,
  projection: SessionProjection,
  certify: (certificate: StoredEntry) => void,
) {
  const sessionsOver = connection
    .prepare<[string, number], number>(
      'SELECT number FROM sessions WHERE ended_at < ? ORDER BY ended_at LIMIT ?',
    )
    .pluck();
  const sessionsThatForget = connection
    .prepare<[string, number], number>(
      'SELECT number FROM sessions WHERE forgets_early = 1 AND ended_at < ? ORDER BY ended_at LIMIT ?',
    )
    .pluck();
  const deleteEntries = connection
    .prepare<[number], number>('DELETE FROM entries WHERE session = ? RETURNING seq')
    .pluck();
  const deleteEntriesKept = connection
    .prepare<[number, string], number>('DELETE FROM entries WHERE session = ? AND keep = ? RETURNING seq')
    .pluck();
  const deleteAged = connection
    .prepare<[string, string, number], number>(
      `DELETE FROM entries WHERE seq IN
        (SELECT seq FROM entries WHERE session IS NULL AND keep = ? AND at < ? ORDER BY at LIMIT ?) RETURNING seq`,
    )
    .pluck();
  const begin = connection.prepare(`INSERT INTO unfinished (task) VALUES ('forget') ON CONFLICT DO NOTHING`);
  const isUnfinished = connection.prepare(`SELECT 1 FROM unfinished WHERE task = 'forget'`);
  const finish = connection.prepare(`DELETE FROM unfinished WHERE task = 'forget'`);
  const merge = connection.prepare(`INSERT INTO session_words (session_words, rank) VALUES ('merge', ?)`);
  const changes = connection.prepare<[], number>('SELECT total_changes()').pluck();
  let merging = false;

  const aged = ({ kind, before }: DeletionRule): Deleted => {
    const seqs = deleteAged.all(kind, before, ENTRIES_A_STEP);
    return { seqs, sessions: 0, more: seqs.length === ENTRIES_A_STEP };
  };
  const steps: Record<DeletionRule['kind'], (rule: DeletionRule) => Deleted> = {
    'session-record': ({ before }) => {
      const numbers = sessionsOver.all(before, SESSIONS_A_STEP);
      const seqs: number[] = [];
      for (const number of numbers) {
        seqs.push(...deleteEntries.all(number));
        projection.delete(number);
      }
      return { seqs, sessions: numbers.length, more: numbers.length === SESSIONS_A_STEP };
    },
    'chat-and-file-names': ({ kind, before }) => {
      const numbers = sessionsThatForget.all(before, SESSIONS_A_STEP);
      const seqs: number[] = [];
      for (const number of numbers) {
        seqs.push(...deleteEntriesKept.all(number, kind));
        projection.refold(number);
      }
      return { seqs, sessions: numbers.length, more: numbers.length === SESSIONS_A_STEP };
    },
    'sign-in-log': aged,
    'access-log': aged,
  };

  return {
    /** @param at the moment, ISO 8601: of the certificate that names what this step deleted, in the same transaction. */
    deleteStep(rule: DeletionRule, at: string): DeletionStep {
      const { seqs, sessions, more } = steps[rule.kind](rule);
      const entries = seqs.length;
      if (entries + sessions > 0) begin.run();
      if (entries > 0) {
        const leaves = formatLeafRanges(seqs.map((seq) => seq - 1).sort((a, b) => a - b));
        const certificate = { type: 'retention.deleted', ...rule, leaves, entries, sessions } as const;
        certify(storedEntry(certificate, uuid(), at));
      }
      return { entries, sessions, more };
    },

    /** Merges the word index into one segment; a deleted word has no place in that. */
    forgetStep(): boolean {
      if (isUnfinished.get() === undefined) return false;
      const before = changes.get() ?? 0;
      // A negative number of pages starts the merge of everything, positive ones go on with it.
      merge.run(merging ? INDEX_PAGES_A_STEP : -INDEX_PAGES_A_STEP);
      // https://www.sqlite.org/fts5.html#the_merge_command: fewer than two changes mean that nothing was left to do.
      merging = (changes.get() ?? 0) - before >= 2;
      return merging;
    },

    forgotten(): void {
      finish.run();
    },
  };
}
