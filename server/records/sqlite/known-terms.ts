import type { KnownTerms } from '../session-words.ts';
import type { Connection } from './connection.ts';

/** Naming more of them costs more than it saves: together they seldom stand in many sessions. */
const MAX_NAMED = 24;

/** Which words the index of words knows (https://www.sqlite.org/fts5.html#the_fts5vocab_virtual_table_module). */
export function knownTerms(connection: Connection): KnownTerms {
  connection.exec(
    `CREATE VIRTUAL TABLE IF NOT EXISTS temp.session_terms USING fts5vocab (main, session_words, 'instance')`,
  );
  // By `>=` it is a look-up; by `>` SQLite would walk through all places of the word before.
  const firstFrom = connection
    .prepare<[string, string], string>('SELECT term FROM session_terms WHERE term >= ? AND term < ? LIMIT 1')
    .pluck();
  return (beginning) => {
    const end = `${beginning}\u{10ffff}`;
    const terms: string[] = [];
    let term = firstFrom.get(beginning, end);
    while (term !== undefined) {
      if (terms.length === MAX_NAMED) return undefined;
      terms.push(term);
      // No term has this character in it, so it is the least that comes behind.
      term = firstFrom.get(`${term}\u0001`, end);
    }
    return terms;
  };
}
