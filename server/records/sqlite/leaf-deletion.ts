import type { LeafRange } from '../../../protocol/proof/tree-shape.ts';
import { RECORD_TYPES } from '../../../protocol/record.ts';
import type { Connection } from './connection.ts';
import type { SessionProjection } from './session-projection.ts';

/** What one step removed; `more` when there is more to do. */
export interface DeletedLeaves {
  readonly leaves: readonly number[];
  /** Up to where the range is done. */
  readonly last: number;
  readonly more: boolean;
}

const ENTRIES_A_STEP = 500;
/** By what the entries are, whatever they are filed as. */
const PROOFS = Object.entries(RECORD_TYPES)
  .filter(([, { keep }]) => keep === 'log-proof')
  .map(([type]) => `'${type}'`)
  .join(', ');

/**
 * Deleting entries by their places in the log. A session whose beginning goes, goes whole. What the log needs to prove itself
 * stays, whatever is asked for.
 */
export function leafDeletion(connection: Connection, projection: SessionProjection) {
  const named = connection.prepare<[number, number, number], { seq: number; session: number | null }>(
    `SELECT seq, session FROM entries WHERE seq BETWEEN ? AND ? AND type NOT IN (${PROOFS}) ORDER BY seq LIMIT ?`,
  );
  const deleteEntry = connection.prepare('DELETE FROM entries WHERE seq = ?');
  const deleteRest = connection
    .prepare<[number], number>('DELETE FROM entries WHERE session = ? RETURNING seq')
    .pluck();
  const firstType = connection
    .prepare<[number], string>('SELECT type FROM entries WHERE session = ? ORDER BY seq LIMIT 1')
    .pluck();
  const begin = connection.prepare(`INSERT INTO unfinished (task) VALUES ('forget') ON CONFLICT DO NOTHING`);

  return {
    /** A leaf's number is its entry's `seq` less one; `at`: the moment, ISO 8601. */
    deleteLeavesStep([start, end]: LeafRange, at: string): DeletedLeaves {
      const rows = named.all(start + 1, end, ENTRIES_A_STEP);
      if (rows.length === 0) return { leaves: [], last: end - 1, more: false };
      begin.run();
      const seqs = rows.map(({ seq }) => seq);
      for (const seq of seqs) deleteEntry.run(seq);
      const sessions = new Set(rows.flatMap(({ session }) => session ?? []));
      for (const session of sessions) {
        if (firstType.get(session) !== 'session.created') {
          seqs.push(...deleteRest.all(session));
          projection.delete(session);
        } else projection.refold(session, at);
      }
      const last = (rows.at(-1)?.seq ?? end) - 1;
      return { leaves: seqs.map((seq) => seq - 1), last, more: rows.length === ENTRIES_A_STEP };
    },
  };
}
