import { signaturesOf } from '../session-signatures.ts';
import type { Connection } from './connection.ts';
import { type EntryColumns, entryOf } from './tables.ts';

/** Keeps the column `signatures` of `sessions`, which rests on all entries of a session. */
export class SessionSignatures {
  readonly #entriesOf;
  readonly #put;

  constructor(connection: Connection) {
    this.#entriesOf = connection.prepare<[number], EntryColumns>(
      'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
    );
    this.#put = connection.prepare(
      'UPDATE sessions SET signatures = @signatures WHERE number = @number AND signatures IS NOT @signatures',
    );
  }

  /** From the entries that are there now. */
  put(number: number): void {
    const signatures = signaturesOf(this.#entriesOf.all(number).map(entryOf)) ?? null;
    this.#put.run({ number, signatures });
  }
}

/** A step of migrations.ts: the log tells of each session how far it was signed. */
export function signaturesInLog(connection: Connection): void {
  connection.exec(`
    ALTER TABLE sessions ADD COLUMN signatures TEXT;
    CREATE INDEX sessions_by_signatures ON sessions (signatures, created_at) WHERE signatures IS NOT NULL;
  `);
  const signatures = new SessionSignatures(connection);
  const over = connection
    .prepare<[], number>('SELECT number FROM sessions WHERE ended_at IS NOT NULL')
    .pluck();
  for (const number of over.all()) signatures.put(number);
}
