import {
  type DatedKind,
  type Ending,
  goesWithSession,
  RETENTION_KINDS,
} from '../../../protocol/retention-kinds.ts';
import type { DeletionRule, DueCount } from '../record-store.ts';
import type { Connection } from './connection.ts';
import { inOrder, type Team, teamsOf } from './rule-teams.ts';
import type { sizeBy } from './size-by.ts';

type Counting = Record<Exclude<Ending, 'never'>, string>;
const DAY_MS = 86_400_000;

/** Not what came later than it says (due-rows.ts): it is due today by its own time, and has a number from `young`, or `size`, on. */
const honest = (number: string, endedAt: string) => `NOT (${number} >= @young AND ${endedAt} < @today)`;

/** What of one kind and team ended, or was written, in a span of time; kept or not. Each walks that span of one index. */
const AGED: Counting = {
  session: `
    SELECT count(*) FROM sessions WHERE team IS @team AND ended_at >= @from AND ended_at < @before
      AND ${honest('number', 'ended_at')}`,
  'session-part': `
    SELECT count(*) FROM session_parts
    WHERE kind = @kind AND team IS @team AND ended_at >= @from AND ended_at < @before AND deleted_at IS NULL
      AND ${honest('session', 'ended_at')}`,
  'by-itself': `
    SELECT count(*) FROM entries WHERE session IS NULL AND keep = @kind AND at >= @from AND at < @before
      AND NOT (+seq > @size AND at < @today)`,
  view: 'SELECT count(*) FROM saved_views WHERE changed_at >= @from AND changed_at < @before',
};

/**
 * Few sessions are kept at a time: they are found by that first. It must be said, because SQLite knows nothing of how many
 * there are, and would walk through every session of the team.
 */
const KEPT_SESSIONS = 'FROM sessions INDEXED BY sessions_kept';
const KEPT_PARTS = `${KEPT_SESSIONS} CROSS JOIN session_parts AS part ON session = number AND kind = @kind`;

/** Of those that are old enough: what is kept nevertheless. */
const KEPT: Counting = {
  session: `SELECT count(*) ${KEPT_SESSIONS} WHERE kept_until > @at AND team IS @team AND ended_at < @before
      AND ${honest('number', 'ended_at')}`,
  'session-part': `
    SELECT count(*) ${KEPT_PARTS}
    WHERE kept_until > @at AND held_until > @at AND part.team IS @team AND part.ended_at < @before
      AND deleted_at IS NULL AND ${honest('number', 'part.ended_at')}`,
  'by-itself': 'SELECT 0',
  view: 'SELECT 0',
};

/** Of any age. */
const HELD: Counting = {
  session: `SELECT count(*) ${KEPT_SESSIONS} WHERE kept_until > @at AND team IS @team`,
  'session-part': `
    SELECT count(*) ${KEPT_PARTS}
    WHERE kept_until > @at AND held_until > @at AND sessions.team IS @team AND deleted_at IS NULL`,
  'by-itself': 'SELECT 0',
  view: 'SELECT 0',
};

/** What is counted in one read. */
export interface DueQuestion {
  readonly kind: DatedKind;
  readonly team: Team;
  /** For each day that was asked for, in their order: what is older than this is due then, if it is not kept `at` that moment. */
  readonly days: readonly { readonly before: string; readonly at: string }[];
}

export type DueFigures = Pick<DueCount, 'due' | 'held'>;

/** Sessions were numbered as they began: this is the first one behind these entries. */
const YOUNG = `SELECT session FROM entries WHERE seq > ? AND type = 'session.created' ORDER BY seq LIMIT 1`;

/** Sessions alone are counted, and entries that age by themselves, so that nobody waits for the count. */
export function countDueOf(
  connection: Connection,
  sizeOf: ReturnType<typeof sizeBy>,
  { kind, team, days }: DueQuestion,
): DueFigures {
  const { ends } = RETENTION_KINDS[kind];
  const [today] = days;
  if (today === undefined) return { due: [], held: 0 };
  const size = sizeOf(today.before).least;
  const first = connection.prepare<[number], number>(YOUNG).pluck();
  const young = (goesWithSession(kind) && first.get(size)) || Number.MAX_SAFE_INTEGER;
  const counted = (sql: string, moments: { from?: string; before?: string; at?: string }) =>
    connection
      .prepare<[object], number>(sql)
      .pluck()
      .get({ kind, team, size, young, today: today.before, ...moments }) ?? 0;
  let [from, aged] = ['', 0];
  const due = days.map(({ before, at }) => {
    // What was counted for the day before is not walked through again.
    aged += counted(AGED[ends], { from, before });
    from = before;
    return aged - counted(KEPT[ends], { before, at });
  });
  return { due, held: counted(HELD[ends], { at: today.at }) };
}

/**
 * What each rule deletes once so many days have passed, fewest days first. Each team is a read of its own: a long one would
 * keep the log of writes (WAL) from being emptied, and whoever exports would wait.
 */
export async function countDueAhead(
  rules: readonly DeletionRule[],
  days: readonly number[],
  at: string,
  store: { teams(): Promise<readonly Team[]>; countDueOf(question: DueQuestion): Promise<DueFigures> },
): Promise<DueCount[]> {
  const all = await store.teams();
  const counts: DueCount[] = [];
  for (const rule of inOrder(rules)) {
    const ahead = days.map((each) => ({ before: later(rule.before, each), at: later(at, each) }));
    let due = days.map(() => 0);
    let held = 0;
    for (const team of goesWithSession(rule.kind) ? teamsOf(rule, rules, all) : [null]) {
      const figures = await store.countDueOf({ kind: rule.kind, team, days: ahead });
      due = due.map((sum, index) => sum + (figures.due[index] ?? 0));
      held += figures.held;
    }
    counts.push({ ...rule, due, held });
  }
  return counts;
}

const later = (instant: string, days: number): string =>
  new Date(Date.parse(instant) + days * DAY_MS).toISOString();
