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
  /** The numbers of what was not touched, because it came later than it says: by a clock that was behind. */
  readonly early: readonly number[];
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

type Stays = Spared & Pick<DeletionStep, 'early'>;

/** What went at once, of a step. */
interface Gone extends Partial<Stays> {
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
  /** SizeBy.most: what lies above needs no look. */
  readonly size?: number;
  readonly at?: string;
  readonly begun?: string;
  readonly count: number;
  /** JSON of the numbers of what stays: nothing of it is looked at again. */
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

  const endOf = connection
    .prepare<[number], number | null>(
      `SELECT max(seq) FROM entries WHERE session = ? AND type = 'session.ended'`,
    )
    .pluck();

  const told = new ToldRows(connection);
  const logged = new LoggedEntries(connection, log);
  /**
   * Of sessions that are due by their rows: those whose entries are as they were logged, and say so too, go, unless their end came
   * later than it says. Of the others those are put right whose entries can say how.
   * @param least of the log by then, for certain; nothing where nobody need ask when they ended
   */
  const goingOf = (numbers: readonly number[], at: string, least?: number) => {
    const [going, corrected, damaged, early]: [number[], string[], Damaged[], number[]] = [[], [], [], []];
    for (const number of numbers)
      if (!logged.isSession(number)) damaged.push({ number, named: `session ${logged.idOf(number)}` });
      else if (!told.isTold(number)) corrected.push(projection.correct(number, at));
      else if (least !== undefined && (endOf.get(number) ?? 0) > least) early.push(number);
      else going.push(number);
    return { going, corrected, damaged, early };
  };

  const sizeOf = sizeBy(connection);

  /** How the next few go that are due; nothing when none is. */
  type Way = (due: Required<Omit<Due, 'count' | 'team'>> & { readonly team: Team }, least?: number) => Gone;
  const ways: Record<Exclude<Ending, 'never'>, Way> = {
    session(due, least) {
      const numbers = sessionsOver.all({ ...due, count: SESSIONS_AT_ONCE });
      const { going, ...stays } = goingOf(numbers, due.at, least);
      const seqs = going.flatMap((number) => {
        const deleted = deleteSession.all(number);
        projection.delete(number);
        return deleted;
      });
      return { seqs, sessions: going.length, ...stays };
    },
    'session-part'({ kind, at, ...due }, least) {
      const numbers = sessionsWithPart.all({ ...due, kind, at, count: SESSIONS_AT_ONCE });
      const { going, ...stays } = goingOf(numbers, at, least);
      const seqs = going.flatMap((number) => {
        const deleted = deletePart.all(number, kind);
        projection.refold(number, at);
        return deleted;
      });
      return { seqs, sessions: going.length, ...stays };
    },
    view: ({ before }) => ({
      seqs: [],
      sessions: 0,
      views: deleteViews.run({ before, count: ENTRIES_AT_ONCE }).changes,
    }),
    'by-itself'(due, least) {
      const rows = aged.all({ ...due, count: ENTRIES_AT_ONCE });
      const [seqs, damaged, early]: [number[], Damaged[], number[]] = [[], [], []];
      for (const row of rows)
        if (logged.entryIn(row) === undefined)
          damaged.push({ number: row.seq, named: `log entry ${row.seq}` });
        else if (least !== undefined && row.seq > least) early.push(row.seq);
        else seqs.push(row.seq);
      for (const seq of seqs) deleteEntry.run(seq);
      return { seqs, sessions: 0, damaged, early };
    },
  };

  return {
    /**
     * @param teams that `rule` is for; `at`: the moment, ISO 8601; `forMs`: an append that comes meanwhile waits so long, and for the commit
     * @param passed what earlier steps of this rule left where it is: what was damaged, or early
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
      const { least, most } = sizeOf(rule.before);
      const waiting = goesWithSession(rule.kind) ? [...teams] : [null];
      const until = performance.now() + forMs;
      const seqs: number[] = [];
      const corrected: string[] = [];
      const damaged: Damaged[] = [];
      const early: number[] = [];
      let [sessions, views] = [0, 0];
      do {
        const left = JSON.stringify([...passed, ...damaged.map(({ number }) => number), ...early]);
        const due = { ...rule, size: most, team: waiting[0] ?? null, at, begun, passed: left };
        const gone = way(due, least < most ? least : undefined);
        corrected.push(...(gone.corrected ?? []));
        damaged.push(...(gone.damaged ?? []));
        early.push(...(gone.early ?? []));
        seqs.push(...gone.seqs);
        sessions += gone.sessions;
        views += gone.views ?? 0;
        if (isNothing(gone)) waiting.shift();
      } while (waiting.length > 0 && performance.now() < until && seqs.length < ENTRIES_A_STEP);
      const leaves = formatLeafRanges(seqs.map((seq) => seq - 1).sort((a, b) => a - b));
      const step = { leaves, entries: seqs.length + views, sessions };
      if (seqs.length > 0) append([storedEntry({ type: 'retention.deleted', ...rule, ...step }, uuid(), at)]);
      if (seqs.length + views > 0) leaveToForget.run();
      return { ...step, corrected, damaged, early, more: waiting.length > 0 };
    },
    /** Puts right those of these sessions whose rows are not what their entries tell. */
    correctSessions(numbers: readonly number[], at: string): Spared {
      const { corrected, damaged } = goingOf(numbers, at);
      return { corrected, damaged };
    },
  };
}

/** No row was found that is due and was not looked at. */
const isNothing = ({ seqs, sessions, views = 0, corrected = [], damaged = [], early = [] }: Gone): boolean =>
  seqs.length + sessions + views + corrected.length + damaged.length + early.length === 0;
