import { ownTeamOf, techniciansOf } from '../../../protocol/passing-fold.ts';
import type { SessionDocument } from '../../../protocol/session-fold.ts';
import type { Connection } from '../sqlite/connection.ts';
import { packFigures, SLOT_BYTES, SLOTS_A_CHUNK } from '../sqlite/figures.ts';

/** What the overview counts of a session, and the kinds of which retention believes that it has entries. */
export class CountedChecks {
  readonly #slots;
  readonly #staff;
  readonly #parts;
  readonly #technicians;
  readonly #chunkAfter;
  readonly #isThere;
  readonly #idleStaff;
  #lastChunk = Number.MIN_SAFE_INTEGER;
  /** Hundreds of sessions have their figures in one block. */
  #read: { chunk: number; slots: Buffer | undefined } | undefined;

  constructor(connection: Connection) {
    this.#slots = connection
      .prepare<[number], Buffer>('SELECT slots FROM session_figures WHERE chunk = ?')
      .pluck();
    this.#staff = connection.prepare<[number], { technician_id: string; team: string }>(
      'SELECT technician_id, team FROM staff WHERE id = ?',
    );
    this.#technicians = connection
      .prepare<[number], string>(
        `SELECT technician_id || ' ' || team FROM session_technicians WHERE session = ?`,
      )
      .pluck();
    this.#parts = connection.prepare<
      [number],
      { kind: string; team: string | null; ended_at: string | null }
    >(
      'SELECT kind, team, ended_at FROM session_parts WHERE session = ? AND deleted_at IS NULL ORDER BY kind',
    );
    this.#chunkAfter = connection.prepare<[number], { chunk: number; latest: number; slots: Buffer }>(
      'SELECT chunk, latest, slots FROM session_figures WHERE chunk > ? ORDER BY chunk LIMIT 1',
    );
    this.#isThere = connection.prepare<[number]>('SELECT 1 FROM sessions WHERE number = ?');
    this.#idleStaff = connection
      .prepare<[], number>(
        `SELECT id FROM staff WHERE NOT EXISTS (SELECT 1 FROM sessions
           WHERE sessions.technician_id = staff.technician_id AND coalesce(sessions.team, '') = staff.team)`,
      )
      .pluck();
  }

  /** What was read before this belongs to another snapshot. */
  lookAnew(): void {
    this.#read = undefined;
  }

  /** The places that tell something else than the session's entries. @param kinds that these are of. */
  differences(number: number, document: SessionDocument, kinds: ReadonlySet<string>): string[] {
    return [
      ...(this.#isCounted(number, document) ? [] : ['what the overview counts of it']),
      ...(this.#isDue(number, document, kinds) ? [] : ['when parts of it are deleted']),
      ...(this.#isTheirs(number, document) ? [] : ['whose it was before it was passed on']),
    ];
  }

  /** What is counted though no session is there, some of it at each call; whole sentences. `more`: there may be others. */
  strays(): { strays: string[]; more: boolean } {
    const row = this.#chunkAfter.get(this.#lastChunk);
    if (row === undefined) {
      const idle = this.#idleStaff.all();
      const strays = idle.map((id) => `The overview counts for somebody (number ${id}) who has no session.`);
      return { strays, more: false };
    }
    const { chunk, latest, slots } = row;
    this.#lastChunk = chunk;
    const created = slotsIn(slots).map((slot) => slot.readUInt32LE(0));
    const counted = slotsIn(slots).flatMap((slot, index) =>
      slot.some((byte) => byte !== 0) ? [chunk * SLOTS_A_CHUNK + index] : [],
    );
    const gone = counted.filter((number) => this.#isThere.get(number) === undefined);
    const strays = gone.map((number) => `The overview counts session number ${number}, which is not there.`);
    if (latest < Math.max(...created))
      strays.push(`The overview does not find its figures of block ${chunk}.`);
    return { strays, more: true };
  }

  #isCounted(number: number, document: SessionDocument): boolean {
    const start = (number % SLOTS_A_CHUNK) * SLOT_BYTES;
    const chunk = Math.floor(number / SLOTS_A_CHUNK);
    if (this.#read?.chunk !== chunk) this.#read = { chunk, slots: this.#slots.get(chunk) };
    const slot = this.#read.slots?.subarray(start, start + SLOT_BYTES);
    if (slot?.length !== SLOT_BYTES) return false;
    const staff = slot.readUIntLE(12, 3);
    const counted = this.#staff.get(staff);
    const { userId } = document.record.technician;
    const team = ownTeamOf(document.record) ?? '';
    return (
      slot.equals(packFigures(document, staff)) && counted?.technician_id === userId && counted.team === team
    );
  }

  /** Whoever stands there reads it. */
  #isTheirs(number: number, { record }: SessionDocument): boolean {
    const had = record.earlierTechnicians === undefined ? [] : techniciansOf(record);
    const expected = new Set(had.map(({ userId, team = '' }) => `${userId} ${team}`));
    const known = this.#technicians.all(number);
    return known.length === expected.size && known.every((one) => expected.has(one));
  }

  #isDue(number: number, { record }: SessionDocument, kinds: ReadonlySet<string>): boolean {
    const parts = this.#parts.all(number);
    const [team, ended] = [ownTeamOf(record) ?? null, record.endedAt ?? null];
    return (
      parts.length === kinds.size - (kinds.has('session-record') ? 1 : 0) &&
      parts.every(({ kind }) => kinds.has(kind) && kind !== 'session-record') &&
      parts.every((part) => part.team === team && part.ended_at === ended)
    );
  }
}

const slotsIn = (chunk: Buffer): Buffer[] =>
  Array.from({ length: chunk.length / SLOT_BYTES }, (_, index) =>
    chunk.subarray(index * SLOT_BYTES, (index + 1) * SLOT_BYTES),
  );
