import type { Connection } from './connection.ts';

const INDEX_PAGES_A_STEP = 64;

/**
 * Rows and pages are overwritten as they are deleted (`secure_delete`), but two places still hold what they said: the
 * segments of the word index, until they are merged, and the WAL, until it is emptied. (FTS5's own `secure-delete` left
 * words behind, and an index that failed its integrity check, in SQLite 3.53.) That this is still to do stands in the
 * database, so that a crash in between does not leave it undone.
 */
export function forgetting(connection: Connection) {
  const isUnfinished = connection.prepare(`SELECT 1 FROM unfinished WHERE task = 'forget'`);
  const finish = connection.prepare(`DELETE FROM unfinished WHERE task = 'forget'`);
  const merge = connection.prepare(`INSERT INTO session_words (session_words, rank) VALUES ('merge', ?)`);
  const changes = connection.prepare<[], number>('SELECT total_changes()').pluck();
  let merging = false;

  return {
    /** Merges the word index into one segment; a deleted word has no place in that. True when there is more to merge. */
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
