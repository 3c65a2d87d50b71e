import { foldSession } from '../../../protocol/session-fold.ts';
import { searchableWords } from '../session-words.ts';
import type { Connection } from './connection.ts';
import { type EntryColumns, entryOf, lateColumnsOf } from './tables.ts';

const SCHEMA = `
  ALTER TABLE sessions ADD COLUMN refused_tools INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sessions ADD COLUMN ended_by TEXT;
  -- What is chosen from few: a walk along this looks up no row that does not match, and has them in order.
  CREATE INDEX sessions_by_choices ON sessions
    (created_at, number, status, outcome, team, ended_by, used_tools, refused_tools, active_seconds);

  -- Prefixes: the beginnings of words that very many words share have places of their own.
  DROP TABLE session_words;
  CREATE VIRTUAL TABLE session_words USING fts5 (
    technician, contact, contact_details, company, reference, computer, addresses, files, other,
    tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
  );
`;

/** A step of migrations.ts: each field gets words of its own, and sessions tell what was refused and who ended them. */
export function searchByField(connection: Connection): void {
  connection.exec(SCHEMA);
  const entriesOf = connection.prepare<[number], EntryColumns>(
    'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
  );
  const update = connection.prepare(
    'UPDATE sessions SET refused_tools = @refused_tools, ended_by = @ended_by WHERE number = @number',
  );
  const putWords = connection.prepare(
    `INSERT INTO session_words
       (rowid, technician, contact, contact_details, company, reference, computer, addresses, files, other)
     VALUES (@number, @technician, @contact, @contact_details, @company, @reference, @computer, @addresses, @files, @other)`,
  );
  const numbers = connection.prepare<[], number>('SELECT number FROM sessions').pluck().all();
  for (const number of numbers) {
    const document = foldSession(entriesOf.all(number).map(entryOf));
    if (document === undefined) continue;
    const { refused_tools, ended_by } = lateColumnsOf(document);
    update.run({ number, refused_tools, ended_by });
    putWords.run({ number, ...searchableWords(document.record) });
  }
}

/** The last step: who watched a session. */
export function searchByWatcher(connection: Connection): void {
  connection.exec(`
    ALTER TABLE sessions ADD COLUMN watcher_key TEXT;
    CREATE INDEX sessions_watched ON sessions (watcher_key) WHERE watcher_key IS NOT NULL;
  `);
  const entriesOf = connection.prepare<[number], EntryColumns>(
    'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
  );
  const update = connection.prepare('UPDATE sessions SET watcher_key = ? WHERE number = ?');
  const watched = connection
    .prepare<[], number>(`SELECT DISTINCT session FROM entries WHERE type = 'watching.asked'`)
    .pluck();
  for (const number of watched.all()) {
    const document = foldSession(entriesOf.all(number).map(entryOf));
    if (document !== undefined) update.run(lateColumnsOf(document).watcher_key, number);
  }
}

/** A later step: the words of each session also say whose it is. */
export function searchByWhose(connection: Connection): void {
  const entriesOf = connection.prepare<[number], EntryColumns>(
    'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
  );
  const update = connection.prepare('UPDATE session_words SET other = ? WHERE rowid = ?');
  for (const number of connection.prepare<[], number>('SELECT number FROM sessions').pluck().all()) {
    const document = foldSession(entriesOf.all(number).map(entryOf));
    if (document !== undefined) update.run(searchableWords(document.record).other, number);
  }
}
