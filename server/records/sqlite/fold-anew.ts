import { afterDeletion, foldSession, type SessionDocument } from '../../../protocol/session-fold.ts';
import type { Connection } from './connection.ts';
import { SessionFigures } from './session-figures.ts';
import { type EntryColumns, entryOf, lateColumnsOf } from './tables.ts';
import { inTenths, type OnUpgrade } from './upgrade.ts';

/** A commit each: a start that is stopped goes on behind the last one. */
const SESSIONS_A_STEP = 100;
/** Four megabytes: the WAL is moved into the database when it is larger, and begun anew. */
const WAL_PAGES = 1000;

/**
 * A step of migrations.ts, where the fold of a session makes something else than before of what tools were used for. It only
 * leaves that to `foldAnew`: the records are of this version from here on, and no older one may open what is half done.
 */
export function leaveToFoldAnew(connection: Connection): void {
  connection.exec(`
    CREATE TABLE folding_anew (passed INTEGER NOT NULL) STRICT;
    INSERT INTO folding_anew VALUES (0);
  `);
}

export const isToFoldAnew = (connection: Connection): boolean =>
  connection.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'folding_anew'`).get() !== undefined;

/** Folds the sessions that are left, some in each commit. To be called before anybody reads. */
export function foldAnew(connection: Connection, onUpgrade: OnUpgrade): void {
  const passed = connection.prepare<[], number>('SELECT passed FROM folding_anew').pluck();
  const pass = connection.prepare<[number]>('UPDATE folding_anew SET passed = ?');
  const countTo = connection
    .prepare<[number], number>('SELECT count(*) FROM sessions WHERE number <= ?')
    .pluck();
  const tell = inTenths(countTo.get(Number.MAX_SAFE_INTEGER) ?? 0, onUpgrade);
  const foldNext = foldingOf(connection);
  let done = countTo.get(passed.get() ?? 0) ?? 0;
  const step = connection.transaction(() => {
    const numbers = foldNext(passed.get() ?? 0);
    const last = numbers.at(-1);
    if (last === undefined) connection.exec('DROP TABLE folding_anew');
    else pass.run(last);
    return numbers.length;
  });
  connection.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
  for (let folded = step(); folded > 0; folded = step()) {
    done += folded;
    tell(done);
  }
  connection.pragma('wal_autocheckpoint = 0');
}

/** Folds the next sessions behind a number, and answers theirs. */
function foldingOf(connection: Connection): (behind: number) => number[] {
  const figures = new SessionFigures(connection);
  const some = connection.prepare<[number], { number: number; stored: string | null }>(
    `SELECT sessions.number, document AS stored FROM sessions LEFT JOIN session_documents USING (number)
     WHERE sessions.number > ? ORDER BY sessions.number LIMIT ${SESSIONS_A_STEP}`,
  );
  const entriesOf = connection.prepare<[number], EntryColumns>(
    'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
  );
  const putDocument = connection.prepare('UPDATE session_documents SET document = ? WHERE number = ?');
  const putUses = connection.prepare('UPDATE sessions SET used_tools = ? WHERE number = ?');
  return (behind) =>
    some.all(behind).map(({ number, stored }) => {
      const folded = foldSession(entriesOf.all(number).map(entryOf));
      if (folded === undefined) return number;
      const before = stored === null ? undefined : (JSON.parse(stored) as SessionDocument);
      const document = before === undefined ? folded : afterDeletion(folded, before);
      if (before !== undefined) putDocument.run(JSON.stringify(document), number);
      putUses.run(lateColumnsOf(document).used_tools, number);
      figures.put(number, document);
      return number;
    });
}
