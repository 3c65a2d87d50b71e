import { ownTeamOf } from '../../../protocol/passing-fold.ts';
import type { Entry } from '../../../protocol/record.ts';
import { PART_KINDS } from '../../../protocol/retention-kinds.ts';
import {
  advance,
  afterDeletion,
  foldSession,
  isStory,
  type SessionDocument,
} from '../../../protocol/session-fold.ts';
import { NO_ENTRIES, nextNumbering } from '../../../protocol/session-numbering.ts';
import { Refusal } from '../../refusal.ts';
import { mayChangeSignatures } from '../session-signatures.ts';
import { searchableWords, TELLS_WORDS, WORD_COLUMNS } from '../session-words.ts';
import type { Connection } from './connection.ts';
import { packFigures } from './figures.ts';
import { LateColumnUpdates } from './late-columns.ts';
import { type Held, OpenSessions } from './open-sessions.ts';
import { PassedSessions } from './passed-sessions.ts';
import { SessionFigures } from './session-figures.ts';
import { SessionSignatures } from './session-signatures.ts';
import type { StoredEntry } from './stored-entry.ts';
import { type EntryColumns, entryOf, firstColumnsOf, lateColumnsOf } from './tables.ts';

/** An entry as it is written: with its place in its session, and the number of that (null for none). */
export interface FoldedEntry {
  readonly session: number | null;
  readonly entry: Entry;
}

/**
 * Keeps `sessions`, `session_documents`, `session_words` and, through SessionFigures, their figures as the fold of `entries`, inside the caller's transaction.
 * What an append costs does not grow with its session: the document is written when the session is over, and until then
 * folded again by who reads it; so are the words of its file names.
 */
export class SessionProjection {
  readonly #open = new OpenSessions();
  readonly #figures;
  readonly #passed;
  readonly #signatures;
  readonly #find;
  readonly #insert;
  readonly #columns;
  readonly #addPart;
  readonly #endParts;
  readonly #markDeletedParts;
  readonly #deleteParts;
  readonly #correctParts;
  readonly #putTeam;
  readonly #documentOf;
  readonly #putDocument;
  readonly #words;
  readonly #putWords;
  readonly #deleteWords;
  readonly #deleteDocument;
  readonly #deleteSession;
  readonly #entriesOf;
  readonly #lastEntryOf;

  constructor(connection: Connection) {
    this.#figures = new SessionFigures(connection);
    this.#passed = new PassedSessions(connection);
    this.#signatures = new SessionSignatures(connection);
    this.#find = connection.prepare<[string], { number: number; document: string | null }>(
      'SELECT number, document FROM sessions LEFT JOIN session_documents USING (number) WHERE id = ?',
    );
    this.#insert = connection.prepare(
      `INSERT INTO sessions (id, created_at, technician_id, technician, team, contact, company, reference, reason,
         technician_key, contact_key, company_key, status, ended_at, platform, platform_key, outcome,
         active_seconds, total_seconds, used_tools, refused_tools, ended_by, held_until, kept_until, watcher_key)
       VALUES (@id, @created_at, @technician_id, @technician, @team, @contact, @company, @reference, @reason,
         @technician_key, @contact_key, @company_key, @status, @ended_at, @platform, @platform_key, @outcome,
         @active_seconds, @total_seconds, @used_tools, @refused_tools, @ended_by, @held_until, @kept_until, @watcher_key)`,
    );
    this.#columns = new LateColumnUpdates(connection);
    this.#addPart = connection.prepare(
      `INSERT INTO session_parts (session, kind, team, ended_at) VALUES (@session, @kind, @team, @endedAt)
       ON CONFLICT DO UPDATE SET ended_at = excluded.ended_at, deleted_at = NULL`,
    );
    this.#endParts = connection.prepare('UPDATE session_parts SET ended_at = ? WHERE session = ?');
    this.#markDeletedParts = connection.prepare(
      `UPDATE session_parts SET deleted_at = @at WHERE session = @number AND deleted_at IS NULL
         AND kind NOT IN (SELECT keep FROM entries WHERE session = @number)`,
    );
    this.#deleteParts = connection.prepare('DELETE FROM session_parts WHERE session = ?');
    this.#correctParts = connection.prepare(
      `INSERT INTO session_parts (session, kind, team, ended_at)
         SELECT DISTINCT session, keep, @team, @endedAt FROM entries
         WHERE session = @number AND keep IN (SELECT value FROM json_each(@kinds))
       ON CONFLICT DO UPDATE SET team = excluded.team, ended_at = excluded.ended_at, deleted_at = NULL`,
    );
    this.#putTeam = connection.prepare('UPDATE sessions SET team = ? WHERE number = ?');
    this.#documentOf = connection
      .prepare<[number], string>('SELECT document FROM session_documents WHERE number = ?')
      .pluck();
    this.#putDocument = connection.prepare(
      `INSERT INTO session_documents (number, document) VALUES (?, ?)
       ON CONFLICT (number) DO UPDATE SET document = excluded.document`,
    );
    const columns = WORD_COLUMNS.join(', ');
    this.#words = connection.prepare<[number], Record<string, string>>(
      `SELECT ${columns} FROM session_words WHERE rowid = ?`,
    );
    this.#putWords = connection.prepare(
      `INSERT INTO session_words (rowid, ${columns}) VALUES (?${', ?'.repeat(WORD_COLUMNS.length)})`,
    );
    this.#deleteWords = connection.prepare('DELETE FROM session_words WHERE rowid = ?');
    this.#deleteDocument = connection.prepare('DELETE FROM session_documents WHERE number = ?');
    this.#deleteSession = connection.prepare('DELETE FROM sessions WHERE number = ?');
    this.#entriesOf = connection.prepare<[number], EntryColumns>(
      'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
    );
    this.#lastEntryOf = connection
      .prepare<[number], string>('SELECT id FROM entries WHERE session = ? ORDER BY seq DESC LIMIT 1')
      .pluck();
  }

  /**
   * Gives the entries of one append their places in their sessions and folds them in. `parsed` are the same entries, read.
   * @throws Refusal `not-found` for an entry of a session that does not exist (any more), Error for one that exists already.
   */
  fold(entries: readonly StoredEntry[], parsed: readonly Entry[]): FoldedEntry[] {
    const sessions = new Map<string, Held>();
    const speaking = new Set<Held>();
    const folded = entries.map((stored, index): FoldedEntry => {
      const { sessionId } = stored;
      const told = parsed[index] as Entry;
      if (sessionId === undefined || !isStory(told)) return { session: null, entry: told };
      const known = sessions.get(sessionId) ?? this.#load(sessionId);
      const entry = { ...told, ...nextNumbering(known?.document.count ?? NO_ENTRIES, told.type) };
      if (known === undefined && entry.type !== 'session.created')
        throw new Refusal('not-found', 'There is no such session, or it was deleted.');
      const document = advance(known?.document, entry);
      const session = known ?? this.#add(document);
      sessions.set(sessionId, session);
      session.lastEntry = stored.id;
      session.characters += stored.fields.length;
      if (TELLS_WORDS.has(entry.type)) speaking.add(session);
      if (entry.type === 'session.passed') {
        this.#passed.put(session.number, document);
        // Somebody else's figure from now on, though it is the same.
        delete session.figures;
      }
      if (isPart(stored.keep)) this.#part(session, stored.keep);
      return { session: session.number, entry };
    });
    for (const [id, session] of sessions) this.#save(id, session, speaking.has(session));
    return folded;
  }

  /** After these entries were written: how far each session that is over was signed. */
  sign(folded: readonly FoldedEntry[]): void {
    const over = folded.flatMap(({ session, entry }) =>
      session !== null && mayChangeSignatures(entry.type) && this.#documentOf.get(session) !== undefined
        ? [session]
        : [],
    );
    for (const number of new Set(over)) this.#signatures.put(number);
  }

  /** Folds a session again from the entries that are left at `at`, so that it tells nothing that no entry tells. */
  refold(number: number, at: string): SessionDocument {
    const left = foldSession(this.#entriesOf.all(number).map(entryOf));
    if (left === undefined) throw new Error(`session ${number} has no beginning`);
    const before = this.#documentOf.get(number);
    const document = before === undefined ? left : afterDeletion(left, JSON.parse(before));
    this.#columns.update(number, {}, lateColumnsOf(document));
    this.#signatures.put(number);
    this.#markDeletedParts.run({ at, number });
    // Of a session that goes on there is none yet, but perhaps one in memory, with what is gone.
    if (left.record.endedAt === undefined) {
      this.#open.take(left.record.id);
      this.#deleteDocument.run(number);
    } else this.#putDocument.run(number, JSON.stringify(document));
    this.#writeWords(number, document);
    return document;
  }

  /** Makes anew what is kept of a session, of which something was found that its entries do not tell. @returns its id */
  correct(number: number, at: string): string {
    const { record, ...document } = this.refold(number, at);
    const [team = null, endedAt = null] = [ownTeamOf(record), record.endedAt];
    this.#putTeam.run(team, number);
    this.#correctParts.run({ number, team, endedAt, kinds: JSON.stringify(PART_KINDS) });
    this.#figures.put(number, { record, ...document });
    return record.id;
  }

  /** The session's entries must be gone. */
  delete(number: number): void {
    this.#deleteWords.run(number);
    this.#deleteDocument.run(number);
    this.#deleteParts.run(number);
    this.#passed.delete(number);
    this.#deleteSession.run(number);
    this.#figures.delete(number);
  }

  /** Before the session's end it only stands there; from then on the kind's period runs. */
  #part({ number, document: { record } }: Held, kind: string): void {
    const [team = null, endedAt = null] = [ownTeamOf(record), record.endedAt];
    this.#addPart.run({ session: number, kind, team, endedAt });
  }

  #load(sessionId: string): Held | undefined {
    const found = this.#find.get(sessionId);
    if (found === undefined) return undefined;
    const { number } = found;
    if (found.document !== null) return held(number, JSON.parse(found.document));
    const kept = this.#open.take(sessionId);
    if (kept !== undefined && kept.lastEntry === this.#lastEntryOf.get(number)) return kept;
    const entries = this.#entriesOf.all(number);
    const document = foldSession(entries.map(entryOf));
    if (document === undefined) throw new Error(`session ${number} has no beginning`);
    return {
      ...held(number, document),
      characters: entries.reduce((sum, { fields }) => sum + fields.length, 0),
    };
  }

  #add(document: SessionDocument): Held {
    const row = { ...firstColumnsOf(document), ...lateColumnsOf(document) };
    return held(Number(this.#insert.run(row).lastInsertRowid), document);
  }

  /** Writes only what changed: every page touched is encrypted and synced before anybody hears of it. */
  #save(id: string, session: Held, speaks: boolean): void {
    const { number, document } = session;
    const late = lateColumnsOf(document);
    if (this.#columns.update(number, session.columns, late) && late.ended_at !== null)
      this.#endParts.run(late.ended_at, number);
    session.columns = late;
    const figures = packFigures(document, 0);
    if (!session.figures?.equals(figures)) this.#figures.put(number, document);
    session.figures = figures;
    const over = document.record.endedAt !== undefined;
    if (over) this.#putDocument.run(number, JSON.stringify(document));
    else this.#open.keep(id, session);
    if (over || speaks) this.#writeWords(number, document);
  }

  #writeWords(number: number, { record }: SessionDocument): void {
    const words = searchableWords(record);
    const before = this.#words.get(number);
    if (before !== undefined && WORD_COLUMNS.every((column) => before[column] === words[column])) return;
    if (before !== undefined) this.#deleteWords.run(number);
    this.#putWords.run(number, ...WORD_COLUMNS.map((column) => words[column]));
  }
}

const isPart = (kind: string): boolean => (PART_KINDS as readonly string[]).includes(kind);

const held = (number: number, document: SessionDocument): Held => ({
  number,
  document,
  columns: lateColumnsOf(document),
  lastEntry: '',
  characters: 0,
});
