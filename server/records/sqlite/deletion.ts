import { v7 as uuid } from 'uuid';
import { formatLeafRanges } from '../../../protocol/proof/leaf-ranges.ts';
import {
  type DatedKind,
  type Ending,
  goesWithSession,
  RETENTION_KINDS,
} from '../../../protocol/retention-kinds.ts';
import type { DeletionRule } from '../record-store.ts';
import type { Connection } from './connection.ts';
import { DUE_ROWS } from './due-rows.ts';
import type { Team } from './rule-teams.ts';
import type { SessionProjection } from './session-projection.ts';
import { type StoredEntry, storedEntry } from './stored-entry.ts';
import { ToldRows } from './told-rows.ts';

/** What one step of a deletion removed; `more` when there is more to do. */
export interface DeletionStep {
  /** As its certificate names them; empty when it removed nothing. */
  readonly leaves: string;
  readonly entries: number;
  readonly sessions: number;
  /** Sessions that were not touched, because their rows were not what their entries tell; these are right now. */
  readonly corrected: readonly string[];
  readonly more: boolean;
}

/** What went at once, of a step. */
interface Gone {
  readonly seqs: readonly number[];
  readonly sessions: number;
  readonly corrected?: readonly string[];
  /** Saved views: no entries, so that no certificate names them. */
  readonly views?: number;
}

/** What the statements of due-rows.ts are asked; each takes of it what it needs. */
interface Due {
  readonly kind?: DatedKind;
  readonly team?: Team;
  readonly before: string;
  readonly at?: string;
  readonly count: number;
}

/** A certificate stays, so it must stay small. */
const ENTRIES_A_STEP = 10_000;
const SESSIONS_AT_ONCE = 10;
const ENTRIES_AT_ONCE = 500;

/** Deletes what is due, in steps; each ends with the certificate of what it deleted, in the same transaction. */
export function deletion(
  connection: Connection,
  projection: SessionProjection,
  append: (entries: readonly StoredEntry[]) => unknown,
) {
  const sessionsOver = connection
    .prepare<[Due], number>(`SELECT number ${DUE_ROWS.session} ORDER BY ended_at LIMIT @count`)
    .pluck();
  const sessionsWithPart = connection
    .prepare<[Due], number>(`SELECT number ${DUE_ROWS['session-part']} ORDER BY part.ended_at LIMIT @count`)
    .pluck();
  const deleteSession = connection
    .prepare<[number], number>('DELETE FROM entries WHERE session = ? RETURNING seq')
    .pluck();
  const deletePart = connection
    .prepare<[number, DatedKind], number>('DELETE FROM entries WHERE session = ? AND keep = ? RETURNING seq')
    .pluck();
  const deleteAged = connection
    .prepare<[Due], number>(
      `DELETE FROM entries WHERE seq IN (SELECT seq ${DUE_ROWS['by-itself']} ORDER BY at LIMIT @count) RETURNING seq`,
    )
    .pluck();
  const deleteViews = connection.prepare<[Due]>(
    `DELETE FROM saved_views WHERE (user_id, id) IN (SELECT user_id, id ${DUE_ROWS.view} LIMIT @count)`,
  );
  const leaveToForget = connection.prepare(
    `INSERT INTO unfinished (task) VALUES ('forget') ON CONFLICT DO NOTHING`,
  );

  const rows = new ToldRows(connection);
  /** Of sessions that are due by their rows: those whose entries say so too go, the others are put right. */
  const goingOf = (numbers: readonly number[], at: string) => {
    const going = numbers.filter((number) => rows.isTold(number));
    const others = going.length === numbers.length ? [] : numbers.filter((number) => !going.includes(number));
    return { going, corrected: others.map((number) => projection.correct(number, at)) };
  };

  /** How the next few go that are due; nothing when none is. */
  const ways: Record<Exclude<Ending, 'never'>, (rule: DeletionRule, team: Team, at: string) => Gone> = {
    session({ before }, team, at) {
      const numbers = sessionsOver.all({ team, before, at, count: SESSIONS_AT_ONCE });
      const { going, corrected } = goingOf(numbers, at);
      const seqs = going.flatMap((number) => {
        const deleted = deleteSession.all(number);
        projection.delete(number);
        return deleted;
      });
      return { seqs, sessions: going.length, corrected };
    },
    'session-part'({ kind, before }, team, at) {
      const numbers = sessionsWithPart.all({ kind, team, before, at, count: SESSIONS_AT_ONCE });
      const { going, corrected } = goingOf(numbers, at);
      const seqs = going.flatMap((number) => {
        const deleted = deletePart.all(number, kind);
        projection.refold(number, at);
        return deleted;
      });
      return { seqs, sessions: going.length, corrected };
    },
    view: ({ before }) => ({
      seqs: [],
      sessions: 0,
      views: deleteViews.run({ before, count: ENTRIES_AT_ONCE }).changes,
    }),
    'by-itself': ({ kind, before }) => ({
      seqs: deleteAged.all({ kind, before, count: ENTRIES_AT_ONCE }),
      sessions: 0,
    }),
  };

  return {
    /** @param teams that `rule` is for; `at`: the moment, ISO 8601; `forMs`: an append that comes meanwhile waits so long, and for the commit */
    deleteStep(rule: DeletionRule, teams: readonly Team[], at: string, forMs: number): DeletionStep {
      const way = ways[RETENTION_KINDS[rule.kind].ends];
      const waiting = goesWithSession(rule.kind) ? [...teams] : [null];
      const until = performance.now() + forMs;
      const seqs: number[] = [];
      const corrected: string[] = [];
      let [sessions, views] = [0, 0];
      do {
        const gone = way(rule, waiting[0] ?? null, at);
        const done = gone.seqs.length + gone.sessions + (gone.views ?? 0) + (gone.corrected?.length ?? 0);
        if (done === 0) waiting.shift();
        seqs.push(...gone.seqs);
        corrected.push(...(gone.corrected ?? []));
        sessions += gone.sessions;
        views += gone.views ?? 0;
      } while (waiting.length > 0 && performance.now() < until && seqs.length < ENTRIES_A_STEP);
      const leaves = formatLeafRanges(seqs.map((seq) => seq - 1).sort((a, b) => a - b));
      const step = { leaves, entries: seqs.length + views, sessions };
      if (seqs.length > 0) append([storedEntry({ type: 'retention.deleted', ...rule, ...step }, uuid(), at)]);
      if (seqs.length + views > 0) leaveToForget.run();
      return { ...step, corrected, more: waiting.length > 0 };
    },
    /** Puts right those of these sessions whose rows are not what their entries tell. @returns their ids */
    correctSessions: (numbers: readonly number[], at: string): readonly string[] =>
      goingOf(numbers, at).corrected,
  };
}
