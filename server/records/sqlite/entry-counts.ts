import { foldSession } from '../../../protocol/session-fold.ts';
import type { Connection } from './connection.ts';
import { type EntryColumns, entryOf } from './tables.ts';

/** A step of migrations.ts: the documents of sessions that are over know how many entries these have. */
export function countSessionEntries(connection: Connection): void {
  const entriesOf = connection.prepare<[number], EntryColumns>(
    'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
  );
  const put = connection.prepare('UPDATE session_documents SET document = ? WHERE number = ?');
  const numbers = connection.prepare<[], number>('SELECT number FROM session_documents').pluck().all();
  for (const number of numbers) {
    const document = foldSession(entriesOf.all(number).map(entryOf));
    if (document !== undefined) put.run(JSON.stringify(document), number);
  }
}
