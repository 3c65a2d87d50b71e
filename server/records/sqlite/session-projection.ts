import type { Entry } from '../../../protocol/record.ts';
import { advance, foldSession, isStory, type SessionDocument } from '../session-record.ts';
import { searchableText } from '../session-words.ts';
import type { Connection } from './connection.ts';
import { type EntryColumns, firstColumnsOf, lateColumnsOf, type StoredEntry } from './tables.ts';

/** A session while an append is folded into it, and how its projections stand in the database. */
interface Held {
  readonly number: number;
  readonly document: SessionDocument;
  readonly words: string;
  readonly columns: string;
}

const held = (number: number, document: SessionDocument): Held => ({
  number,
  document,
  words: searchableText(document.record),
  columns: JSON.stringify(lateColumnsOf(document)),
});

/** Keeps `sessions`, `session_documents` and `session_words` as the fold of `entries`, inside the caller's transaction. */
export class SessionProjection {
  readonly #find;
  readonly #insert;
  readonly #update;
  readonly #setForgetsEarly;
  readonly #putDocument;
  readonly #putWords;
  readonly #deleteWords;
  readonly #deleteDocument;
  readonly #deleteSession;
  readonly #entriesOf;

  constructor(connection: Connection) {
    this.#find = connection.prepare<[string], { number: number; document: string }>(
      'SELECT number, document FROM sessions JOIN session_documents USING (number) WHERE id = ?',
    );
    this.#insert = connection.prepare(
      `INSERT INTO sessions (id, created_at, technician_id, technician, team, contact, company, reference, reason,
         technician_key, contact_key, company_key, status, ended_at, platform, platform_key, outcome, total_seconds, used_tools)
       VALUES (@id, @created_at, @technician_id, @technician, @team, @contact, @company, @reference, @reason,
         @technician_key, @contact_key, @company_key, @status, @ended_at, @platform, @platform_key, @outcome,
         @total_seconds, @used_tools)`,
    );
    this.#update = connection.prepare(
      `UPDATE sessions SET status = @status, ended_at = @ended_at, platform = @platform, platform_key = @platform_key,
         outcome = @outcome, total_seconds = @total_seconds, used_tools = @used_tools WHERE number = @number`,
    );
    this.#setForgetsEarly = connection.prepare('UPDATE sessions SET forgets_early = ? WHERE number = ?');
    this.#putDocument = connection.prepare(
      `INSERT INTO session_documents (number, document) VALUES (?, ?)
       ON CONFLICT (number) DO UPDATE SET document = excluded.document`,
    );
    this.#putWords = connection.prepare('INSERT INTO session_words (rowid, words) VALUES (?, ?)');
    this.#deleteWords = connection.prepare('DELETE FROM session_words WHERE rowid = ?');
    this.#deleteDocument = connection.prepare('DELETE FROM session_documents WHERE number = ?');
    this.#deleteSession = connection.prepare('DELETE FROM sessions WHERE number = ?');
    this.#entriesOf = connection.prepare<[number], EntryColumns>(
      'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
    );
  }

  /**
   * Folds the entries of one append into their sessions, and answers each one's session number (null for none).
   * @throws for an entry of a session that does not exist (any more), and for a session that exists already.
   */
  fold(entries: readonly StoredEntry[]): (number | null)[] {
    const sessions = new Map<string, Held>();
    const changed = new Set<Held>();
    const numbers = entries.map((stored) => {
      const { sessionId } = stored;
      const entry = entryOf({ ...stored, seq: 0 });
      if (sessionId === undefined || !isStory(entry)) return null;
      const known = sessions.get(sessionId) ?? this.#load(sessionId);
      const document = advance(known?.document, entry);
      const session = known ?? this.#add(document);
      sessions.set(sessionId, session);
      if (known !== undefined) changed.add(session);
      if (stored.keep !== 'session-record') this.#setForgetsEarly.run(1, session.number);
      return session.number;
    });
    for (const session of changed) this.#save(session);
    return numbers;
  }

  /** Folds a session again from the entries that are left, so that it tells nothing that no entry tells. */
  refold(number: number): void {
    const document = foldSession(this.#entriesOf.all(number).map(entryOf));
    if (document === undefined) throw new Error(`session ${number} has no beginning`);
    this.#update.run({ ...lateColumnsOf(document), number });
    this.#setForgetsEarly.run(0, number);
    this.#putDocument.run(number, JSON.stringify(document));
    this.#deleteWords.run(number);
    this.#putWords.run(number, searchableText(document.record));
  }

  /** The session's entries must be gone. */
  delete(number: number): void {
    this.#deleteWords.run(number);
    this.#deleteDocument.run(number);
    this.#deleteSession.run(number);
  }

  #load(sessionId: string): Held | undefined {
    const found = this.#find.get(sessionId);
    return found && held(found.number, JSON.parse(found.document));
  }

  #add(document: SessionDocument): Held {
    const row = { ...firstColumnsOf(document), ...lateColumnsOf(document) };
    const session = held(Number(this.#insert.run(row).lastInsertRowid), document);
    this.#putDocument.run(session.number, JSON.stringify(document));
    this.#putWords.run(session.number, session.words);
    return session;
  }

  /** Writes only what changed: every page touched is encrypted and synced before anybody hears of it. */
  #save({ number, document, words, columns }: Held): void {
    const now = held(number, document);
    if (now.columns !== columns) this.#update.run({ ...lateColumnsOf(document), number });
    this.#putDocument.run(number, JSON.stringify(document));
    if (now.words === words) return;
    this.#deleteWords.run(number);
    this.#putWords.run(number, now.words);
  }
}

/** A row as the entry that it is. */
export const entryOf = ({ seq, id, at, type, fields }: EntryColumns): Entry =>
  ({ ...JSON.parse(fields), type, id, seq, at }) as Entry;
