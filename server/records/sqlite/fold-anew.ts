import { afterDeletion, foldSession, type SessionDocument } from '../../../protocol/session-fold.ts';
import type { Connection } from './connection.ts';
import { SessionFigures } from './session-figures.ts';
import { type EntryColumns, entryOf, lateColumnsOf } from './tables.ts';
import { inTenths, type OnUpgrade } from './upgrade.ts';

/** A step of migrations.ts, where the fold of a session makes something else than before of what tools were used for. */
export function foldUsesAnew(connection: Connection, onUpgrade: OnUpgrade): void {
  const figures = new SessionFigures(connection);
  const some = connection.prepare<[number], { number: number; stored: string | null }>(
    `SELECT sessions.number, document AS stored FROM sessions LEFT JOIN session_documents USING (number)
     WHERE sessions.number > ? ORDER BY sessions.number LIMIT 500`,
  );
  const entriesOf = connection.prepare<[number], EntryColumns>(
    'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
  );
  const putDocument = connection.prepare('UPDATE session_documents SET document = ? WHERE number = ?');
  const putUses = connection.prepare('UPDATE sessions SET used_tools = ? WHERE number = ?');
  const all = connection.prepare<[], number>('SELECT count(*) FROM sessions').pluck().get() ?? 0;
  const tell = inTenths(all, onUpgrade);
  let done = 0;
  for (let rows = some.all(0); rows.length > 0; rows = some.all(rows.at(-1)?.number ?? 0)) {
    for (const { number, stored } of rows) {
      const folded = foldSession(entriesOf.all(number).map(entryOf));
      if (folded === undefined) continue;
      const before = stored === null ? undefined : (JSON.parse(stored) as SessionDocument);
      const document = before === undefined ? folded : afterDeletion(folded, before);
      if (before !== undefined) putDocument.run(JSON.stringify(document), number);
      putUses.run(lateColumnsOf(document).used_tools, number);
      figures.put(number, document);
    }
    done += rows.length;
    tell(done);
  }
}
