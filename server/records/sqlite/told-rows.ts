import { ownTeamOf } from '../../../protocol/passing-fold.ts';
import { foldSession, type SessionDocument } from '../../../protocol/session-fold.ts';
import { keptUntil } from '../session-retention.ts';
import type { Connection } from './connection.ts';
import { type EntryColumns, entryOf, type SessionColumns } from './tables.ts';

/** What decides when a session goes: deletions find it by these columns. */
type GoingColumns = Pick<SessionColumns, 'team' | 'ended_at' | 'held_until' | 'kept_until'>;

/** Entries that say anything of it. */
const TELLING = `('session.created', 'session.ended', 'retention.held', 'retention.lifted')`;

/**
 * Rows are made from entries, but a page of the file can be an older one than the others: then a row does not know of a hold
 * that an entry tells of, or of an end. So what goes by a row asks the entries too.
 */
export class ToldRows {
  readonly #row;
  readonly #parts;
  readonly #telling;
  readonly #neverDue;

  constructor(connection: Connection) {
    this.#row = connection.prepare<[number], GoingColumns>(
      'SELECT team, ended_at, held_until, kept_until FROM sessions WHERE number = ?',
    );
    this.#parts = connection.prepare<[number], Pick<GoingColumns, 'team' | 'ended_at'>>(
      'SELECT team, ended_at FROM session_parts WHERE session = ? AND deleted_at IS NULL',
    );
    this.#telling = connection.prepare<[number], EntryColumns>(
      `SELECT seq, id, at, type, fields FROM entries WHERE session = ? AND type IN ${TELLING} ORDER BY seq`,
    );
    this.#neverDue = connection
      .prepare<[string], number>(
        `SELECT number FROM sessions WHERE ended_at IS NULL
           AND EXISTS (SELECT 1 FROM entries WHERE entries.session = number AND type = 'session.ended')
         UNION SELECT number FROM sessions WHERE kept_until > ?`,
      )
      .pluck();
  }

  /** Whether a session's row and those of its parts say what its entries tell of when it goes. */
  isTold(number: number): boolean {
    const document = foldSession(this.#telling.all(number).map(entryOf));
    const row = this.#row.get(number);
    // What no longer has a beginning tells nothing to go by.
    if (document === undefined || row === undefined) return true;
    const told = goingColumnsOf(document);
    return (
      told.team === row.team &&
      told.ended_at === row.ended_at &&
      told.held_until === row.held_until &&
      told.kept_until === row.kept_until &&
      this.#parts.all(number).every((part) => part.team === told.team && part.ended_at === told.ended_at)
    );
  }

  /** Sessions that no deletion would ever find, or not for a long time, though their entries do not tell why. */
  overlooked(at: string): number[] {
    return this.#neverDue.all(at).filter((number) => !this.isTold(number));
  }
}

function goingColumnsOf(document: SessionDocument): GoingColumns {
  const { held, whole } = keptUntil(document);
  return {
    team: ownTeamOf(document.record) ?? null,
    ended_at: document.record.endedAt ?? null,
    held_until: held ?? null,
    kept_until: whole ?? null,
  };
}
