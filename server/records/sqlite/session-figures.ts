import { ownTeamOf } from '../../../protocol/passing-fold.ts';
import { foldSession, type SessionDocument } from '../../../protocol/session-fold.ts';
import type { Connection } from './connection.ts';
import { packFigures, SLOT_BYTES, SLOTS_A_CHUNK } from './figures.ts';
import { type EntryColumns, entryOf } from './tables.ts';

interface Chunk {
  readonly slots: Buffer;
  readonly latest: number;
}

/**
 * Keeps `session_figures` and `staff`, one more projection of `entries`: the figures of sessions with neighbouring
 * numbers in one row. Runs in its caller's transaction.
 */
export class SessionFigures {
  readonly #chunk;
  readonly #putChunk;
  readonly #putSlots;
  readonly #deleteChunk;
  readonly #staff;
  readonly #addStaff;
  readonly #deleteIdleStaff;

  constructor(connection: Connection) {
    this.#chunk = connection.prepare<[number], Chunk>(
      'SELECT slots, latest FROM session_figures WHERE chunk = ?',
    );
    this.#putChunk = connection.prepare<[number, number, Buffer]>(
      `INSERT INTO session_figures (chunk, latest, slots) VALUES (?, ?, ?)
       ON CONFLICT (chunk) DO UPDATE SET latest = excluded.latest, slots = excluded.slots`,
    );
    // Who names `latest` has its index written too: a page more to encrypt and sync, in most entries of a session.
    this.#putSlots = connection.prepare<[Buffer, number]>(
      'UPDATE session_figures SET slots = ? WHERE chunk = ?',
    );
    this.#deleteChunk = connection.prepare<[number]>('DELETE FROM session_figures WHERE chunk = ?');
    this.#staff = connection
      .prepare<[string, string], number>('SELECT id FROM staff WHERE technician_id = ? AND team = ?')
      .pluck();
    this.#addStaff = connection.prepare<[string, string]>(
      'INSERT INTO staff (technician_id, team) VALUES (?, ?)',
    );
    this.#deleteIdleStaff = connection.prepare<[number]>(
      `DELETE FROM staff WHERE id = ? AND NOT EXISTS (SELECT 1 FROM sessions
         WHERE sessions.technician_id = staff.technician_id AND coalesce(sessions.team, '') = staff.team)`,
    );
  }

  put(number: number, document: SessionDocument): void {
    const [chunk, start] = placeOf(number);
    const figures = packFigures(document, this.#staffOf(document));
    const { slots, latest } = this.#chunk.get(chunk) ?? {
      slots: Buffer.alloc(SLOT_BYTES * SLOTS_A_CHUNK),
      latest: -1,
    };
    if (figures.equals(slots.subarray(start, start + SLOT_BYTES))) return;
    const before = slots.readUIntLE(start + STAFF_AT, STAFF_BYTES);
    figures.copy(slots, start);
    const createdAt = figures.readUInt32LE(0);
    if (createdAt > latest) this.#putChunk.run(chunk, createdAt, slots);
    else this.#putSlots.run(slots, chunk);
    // Of a session that was passed on.
    if (before !== figures.readUIntLE(STAFF_AT, STAFF_BYTES)) this.#deleteIdleStaff.run(before);
  }

  /** The session's own row must be gone. */
  delete(number: number): void {
    const [chunk, start] = placeOf(number);
    const found = this.#chunk.get(chunk);
    if (found === undefined) return;
    const { slots } = found;
    const staff = slots.readUIntLE(start + STAFF_AT, STAFF_BYTES);
    slots.fill(0, start, start + SLOT_BYTES);
    if (slots.some((byte) => byte !== 0)) this.#putSlots.run(slots, chunk);
    else this.#deleteChunk.run(chunk);
    this.#deleteIdleStaff.run(staff);
  }

  /** It counts for who has it, or had it at its end, and for the team in which it was opened. */
  #staffOf({ record }: SessionDocument): number {
    const key = [record.technician.userId, ownTeamOf(record) ?? ''] as const;
    return this.#staff.get(...key) ?? Number(this.#addStaff.run(...key).lastInsertRowid);
  }
}

/** Where a slot says whose it is; see figures.ts. */
const [STAFF_AT, STAFF_BYTES] = [12, 3];

const placeOf = (number: number): [chunk: number, start: number] => [
  Math.floor(number / SLOTS_A_CHUNK),
  (number % SLOTS_A_CHUNK) * SLOT_BYTES,
];

/** For sessions that were recorded before there were figures. */
export function figureAllSessions(connection: Connection): void {
  const figures = new SessionFigures(connection);
  const some = connection.prepare<[number], { number: number; document: string | null }>(
    `SELECT sessions.number, document FROM sessions LEFT JOIN session_documents USING (number)
     WHERE sessions.number > ? ORDER BY sessions.number LIMIT 500`,
  );
  const entriesOf = connection.prepare<[number], EntryColumns>(
    'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
  );
  for (let rows = some.all(0); rows.length > 0; rows = some.all(rows.at(-1)?.number ?? 0)) {
    for (const { number, document } of rows) {
      const folded =
        document === null ? foldSession(entriesOf.all(number).map(entryOf)) : JSON.parse(document);
      if (folded !== undefined) figures.put(number, folded);
    }
  }
}
