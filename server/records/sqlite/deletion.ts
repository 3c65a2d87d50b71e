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
import { LOGGED_COLUMNS, type LoggedColumns, LoggedEntries } from './logged-entries.ts';
import type { MerkleLog } from './merkle-log.ts';
import type { Team } from './rule-teams.ts';
import type { SessionProjection } from './session-projection.ts';
import { sizeBy } from './size-by.ts';
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
  /** What was not touched, because it is not as it was logged, or is filed as something else; nobody can put that right. */
  readonly damaged: readonly Damaged[];
  readonly more: boolean;
}

/** A session or an entry that does not go, by its number. */
export interface Damaged {
  readonly number: number;
  /** As an alarm names it. */
  readonly named: string;
}

/** What was looked at without being deleted. */
export type Spared = Pick<DeletionStep, 'corrected' | 'damaged'>;

/** What went at once, of a step. */
interface Gone extends Partial<Spared> {
  readonly seqs: readonly number[];
  readonly sessions: number;
  /** Saved views: no entries, so that no certificate names them. */
  readonly views?: number;
}

/** What the statements of due-rows.ts are asked; each takes of it what it needs. */
interface Due {
  readonly kind?: DatedKind;
  readonly team?: Team;
  readonly before: string;
  readonly size?: number;
  readonly at?: string;
  readonly begun?: string;
  readonly count: number;
  /** JSON of the numbers of what is damaged: it stays, and nothing of it is looked at again. */
  readonly passed: string;
}

/** A certificate stays, so it must stay small. */
const ENTRIES_A_STEP = 10_000;
const SESSIONS_AT_ONCE = 10;
const ENTRIES_AT_ONCE = 250;
/** As Due says. */
const notPassed = (number: string) => `AND ${number} NOT IN (SELECT value FROM json_each(@passed))`;

/** Deletes what is due, in steps; each ends with the certificate of what it deleted, in the same transaction. */
export function deletion(
  connection: Connection,
  log: Pick<MerkleLog, 'state'>,
  projection: SessionProjection,
  append: (entries: readonly StoredEntry[]) => unknown,
) {
  const sessionsOver = connection
    .prepare<[Due], number>(
      `SELECT number ${DUE_ROWS.session} ${notPassed('number')} ORDER BY ended_at LIMIT @count`,
    )
    .pluck();
  const sessionsWithPart = connection
    .prepare<[Due], number>(
      `SELECT number ${DUE_ROWS['session-part']} ${notPassed('number')} ORDER BY part.ended_at LIMIT @count`,
    )
    .pluck();
  const deleteSession = connection
    .prepare<[number], number>('DELETE FROM entries WHERE session = ? RETURNING seq')
    .pluck();
  const deletePart = connection
    .prepare<[number, DatedKind], number>('DELETE FROM entries WHERE session = ? AND keep = ? RETURNING seq')
    .pluck();
  const aged = connection.prepare<[Due], LoggedColumns>(
    `SELECT ${LOGGED_COLUMNS} ${DUE_ROWS['by-itself']} ${notPassed('seq')} ORDER BY at LIMIT @count`,
  );
  const deleteEntry = connection.prepare<[number]>('DELETE FROM entries WHERE seq = ?');
  const deleteViews = connection.prepare<[Pick<Due, 'before' | 'count'>]>(
    `DELETE FROM saved_views WHERE (user_id, id) IN (SELECT user_id, id ${DUE_ROWS.view} LIMIT @count)`,
  );
  const leaveToForget = connection.prepare(
    `INSERT INTO unfinished (task) VALUES ('forget') ON CONFLICT DO NOTHING`,
  );

  const told = new ToldRows(connection);
  const logged = new LoggedEntries(connection, log);
  /**
   * Of sessions that are due by their rows: those whose entries are as they were logged, and say so too, go. Of the others those
   * are put right whose entries can say how.
   */
  const goingOf = (numbers: readonly number[], at: string) => {
    const [going, corrected, damaged]: [number[], string[], Damaged[]] = [[], [], []];
    for (const number of numbers)
      if (!logged.isSession(number)) damaged.push({ number, named: `session ${logged.idOf(number)}` });
      else if (told.isTold(number)) going.push(number);
      else corrected.push(projection.correct(number, at));
    return { going, corrected, damaged };
  };

  const sizeOf = sizeBy(connection);

  /** How the next few go that are due; nothing when none is. */
  type Way = (due: Required<Omit<Due, 'count' | 'team'>> & { readonly team: Team }) => Gone;
  const ways: Record<Exclude<Ending, 'never'>, Way> = {
    session(due) {
      const numbers = sessionsOver.all({ ...due, count: SESSIONS_AT_ONCE });
      const { going, ...spared } = goingOf(numbers, due.at);
      const seqs = going.flatMap((number) => {
        const deleted = deleteSession.all(number);
        projection.delete(number);
        return deleted;
      });
      return { seqs, sessions: going.length, ...spared };
    },
    'session-part'({ kind, at, ...due }) {
      const numbers = sessionsWithPart.all({ ...due, kind, at, count: SESSIONS_AT_ONCE });
      const { going, ...spared } = goingOf(numbers, at);
      const seqs = going.flatMap((number) => {
        const deleted = deletePart.all(number, kind);
        projection.refold(number, at);
        return deleted;
      });
      return { seqs, sessions: going.length, ...spared };
    },
    view: ({ before }) => ({
      seqs: [],
      sessions: 0,
      views: deleteViews.run({ before, count: ENTRIES_AT_ONCE }).changes,
    }),
    'by-itself'(due) {
      const rows = aged.all({ ...due, count: ENTRIES_AT_ONCE });
      const going = rows.filter((row) => logged.entryIn(row) !== undefined);
      for (const { seq } of going) deleteEntry.run(seq);
      const left = going.length === rows.length ? [] : rows.filter((row) => !going.includes(row));
      const damaged = left.map(({ seq }) => ({ number: seq, named: `log entry ${seq}` }));
      return { seqs: going.map(({ seq }) => seq), sessions: 0, damaged };
    },
  };

  return {
    /**
     * @param teams that `rule` is for; `at`: the moment, ISO 8601; `forMs`: an append that comes meanwhile waits so long, and for the commit
     * @param passed what earlier steps of this rule found damaged
     * @param begun the moment by which the run judges what is kept: a clock that is set forward meanwhile ends no hold
     */
    deleteStep(
      rule: DeletionRule,
      teams: readonly Team[],
      at: string,
      forMs: number,
      passed: readonly number[] = [],
      begun = at,
    ): DeletionStep {
      const way = ways[RETENTION_KINDS[rule.kind].ends];
      const size = sizeOf(rule.before);
      const waiting = goesWithSession(rule.kind) ? [...teams] : [null];
      const until = performance.now() + forMs;
      const seqs: number[] = [];
      const corrected: string[] = [];
      const damaged: Damaged[] = [];
      let [sessions, views] = [0, 0];
      do {
        const left = JSON.stringify([...passed, ...damaged.map(({ number }) => number)]);
        const gone = way({ ...rule, size, team: waiting[0] ?? null, at, begun, passed: left });
        const spared = (gone.corrected?.length ?? 0) + (gone.damaged?.length ?? 0);
        if (gone.seqs.length + gone.sessions + (gone.views ?? 0) + spared === 0) waiting.shift();
        seqs.push(...gone.seqs);
        corrected.push(...(gone.corrected ?? []));
        damaged.push(...(gone.damaged ?? []));
        sessions += gone.sessions;
        views += gone.views ?? 0;
      } while (waiting.length > 0 && performance.now() < until && seqs.length < ENTRIES_A_STEP);
      const leaves = formatLeafRanges(seqs.map((seq) => seq - 1).sort((a, b) => a - b));
      const step = { leaves, entries: seqs.length + views, sessions };
      if (seqs.length > 0) append([storedEntry({ type: 'retention.deleted', ...rule, ...step }, uuid(), at)]);
      if (seqs.length + views > 0) leaveToForget.run();
      return { ...step, corrected, damaged, more: waiting.length > 0 };
    },
    /** Puts right those of these sessions whose rows are not what their entries tell. */
    correctSessions(numbers: readonly number[], at: string): Spared {
      const { corrected, damaged } = goingOf(numbers, at);
      return { corrected, damaged };
    },
  };
}
