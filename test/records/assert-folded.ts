import assert from 'node:assert/strict';
import { ownTeamOf, techniciansOf } from '../../protocol/passing-fold.ts';
import { afterDeletion, foldSession, type SessionDocument } from '../../protocol/session-fold.ts';
import { signaturesOf } from '../../server/records/session-signatures.ts';
import { searchableWords, TELLS_WORDS, WORD_COLUMNS } from '../../server/records/session-words.ts';
import type { Connection } from '../../server/records/sqlite/connection.ts';
import { packFigures, SLOT_BYTES, SLOTS_A_CHUNK } from '../../server/records/sqlite/figures.ts';
import { type EntryColumns, entryOf } from '../../server/records/sqlite/tables.ts';

interface Projected {
  readonly number: number;
  readonly document: string | null;
  readonly ended: string | null;
  readonly held: string | null;
  readonly kept: string | null;
  readonly signatures: string | null;
}

/** The slots that are not empty, by the number of their session. */
export const figuresIn = (connection: Connection): (readonly [number: number, slot: Buffer])[] =>
  connection
    .prepare<[], { chunk: number; slots: Buffer }>('SELECT chunk, slots FROM session_figures ORDER BY chunk')
    .all()
    .flatMap(({ chunk, slots }) =>
      Array.from({ length: SLOTS_A_CHUNK }, (_, index) => {
        const slot = slots.subarray(index * SLOT_BYTES, (index + 1) * SLOT_BYTES);
        return [chunk * SLOTS_A_CHUNK + index, slot] as const;
      }),
    )
    .filter(([, slot]) => slot.some((byte) => byte !== 0));

/** Every projection says exactly what the entries say, and no entry is without its session. */
export function assertFolded(connection: Connection): void {
  const sessions = connection
    .prepare<[], Projected>(
      `SELECT number, document, ended_at AS ended, held_until AS held, kept_until AS kept, signatures FROM sessions
       JOIN session_words ON session_words.rowid = number LEFT JOIN session_documents USING (number)`,
    )
    .all();
  const orphans = 'SELECT count(*) FROM entries WHERE session NOT IN (SELECT number FROM sessions)';
  assert.equal(connection.prepare(orphans).pluck().get(), 0);
  assert.equal(sessions.length, connection.prepare('SELECT count(*) FROM sessions').pluck().get());
  const entries = connection.prepare<[number], EntryColumns>(
    'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
  );
  const parts = connection
    .prepare(
      `SELECT DISTINCT number, keep, team, ended_at FROM sessions JOIN entries ON entries.session = number
         WHERE keep <> 'session-record' ORDER BY 1, 2`,
    )
    .all();
  const partsKnown = connection
    .prepare(
      `SELECT session AS number, kind AS keep, team, ended_at FROM session_parts WHERE deleted_at IS NULL
         ORDER BY 1, 2`,
    )
    .all();
  assert.deepEqual(partsKnown, parts);
  const wordsOf = connection.prepare<[number], Record<string, string>>(
    `SELECT ${WORD_COLUMNS.join(', ')} FROM session_words WHERE rowid = ?`,
  );
  const hadIt = connection
    .prepare<[number], string>(
      `SELECT technician_id || ' ' || team FROM session_technicians WHERE session = ? ORDER BY 1`,
    )
    .pluck();
  const staff = new Map(
    connection
      .prepare<[], { id: number; technician_id: string; team: string }>('SELECT * FROM staff')
      .all()
      .map(({ id, technician_id, team }) => [id, [technician_id, team]]),
  );
  const figures = new Map(figuresIn(connection));
  assert.deepEqual(
    [...figures.keys()],
    sessions.map(({ number }) => number),
  );
  for (const { number, document, ended, held, kept, signatures } of sessions) {
    const told = entries.all(number).map(entryOf);
    const folded = foldSession(told);
    assert(folded);
    const over = folded.record.endedAt !== undefined;
    assert.equal(ended, folded.record.endedAt ?? null);
    const slot = figures.get(number);
    assert.deepEqual(slot, packFigures(folded, slot?.readUIntLE(12, 3) ?? 0));
    const { technician } = folded.record;
    assert.deepEqual(staff.get(slot?.readUIntLE(12, 3) ?? 0), [
      technician.userId,
      ownTeamOf(folded.record) ?? '',
    ]);
    const all = techniciansOf(folded.record).map(({ userId, team = '' }) => `${userId} ${team}`);
    assert.deepEqual(hadIt.all(number), folded.record.earlierTechnicians ? [...new Set(all)].sort() : []);
    assert.equal(signatures, signaturesOf(told) ?? null);
    const { hold, extension } = folded.kept ?? {};
    assert.equal(held, hold?.until ?? null);
    assert.equal(kept, [hold?.until, extension?.until].filter(Boolean).sort().at(-1) ?? null);
    const stored: SessionDocument | null = JSON.parse(document ?? 'null');
    const expected = stored && JSON.parse(JSON.stringify(afterDeletion(folded, stored)));
    assert.equal(stored !== null, over);
    assert.deepEqual(stored, expected);
    const lastWord = told.map(({ type }) => TELLS_WORDS.has(type)).lastIndexOf(true);
    const spoken = over ? folded : foldSession(told.slice(0, lastWord + 1));
    assert.deepEqual({ ...wordsOf.get(number) }, spoken && searchableWords(spoken.record));
  }
}
