import { type Ending, goesWithSession, RETENTION_KINDS } from '../../../protocol/retention-kinds.ts';
import type { DeletionRule, DueCount } from '../record-store.ts';
import type { Connection } from './connection.ts';
import { DUE_ROWS } from './due-rows.ts';
import { inOrder, teamsIn, teamsOf } from './rule-teams.ts';

type Counting = Record<Exclude<Ending, 'never'>, string>;
const DAY_MS = 86_400_000;

const DUE: Counting = {
  session: `SELECT count(*) ${DUE_ROWS.session}`,
  // All of it from one index, less the few that are held: looking up each one's session is what takes long.
  'session-part': `
    SELECT (SELECT count(*) FROM session_parts
            WHERE kind = @kind AND team IS @team AND ended_at < @before AND deleted_at IS NULL)
      - (SELECT count(*) FROM sessions CROSS JOIN session_parts AS part ON session = number AND kind = @kind
         WHERE kept_until > @at AND held_until > @at AND part.team IS @team AND part.ended_at < @before
           AND deleted_at IS NULL)`,
  'by-itself': `SELECT count(*) ${DUE_ROWS['by-itself']}`,
  view: `SELECT count(*) ${DUE_ROWS.view}`,
};

/** Few sessions are kept at a time: they are found by that first. */
const HELD: Counting = {
  session: 'SELECT count(*) FROM sessions WHERE kept_until > @at AND team IS @team',
  'session-part': `
    SELECT count(*) FROM sessions CROSS JOIN session_parts AS part ON session = number AND kind = @kind
    WHERE kept_until > @at AND held_until > @at AND sessions.team IS @team AND deleted_at IS NULL`,
  'by-itself': 'SELECT 0',
  view: 'SELECT 0',
};

/** What each rule deletes once so many days have passed; sessions alone are counted, so that nobody waits for the count. */
export function countDueAfter(
  connection: Connection,
  rules: readonly DeletionRule[],
  days: readonly number[],
  at: string,
): DueCount[] {
  const all = teamsIn(connection);
  return inOrder(rules).map((rule) => {
    const { ends } = RETENTION_KINDS[rule.kind];
    const teams = goesWithSession(rule.kind) ? teamsOf(rule, rules, all) : [null];
    const sum = (sql: string, moments: { before: string; at: string }) => {
      const count = connection.prepare<[object], number>(sql).pluck();
      return teams.reduce(
        (total, team) => total + (count.get({ kind: rule.kind, team, ...moments }) ?? 0),
        0,
      );
    };
    return {
      ...rule,
      due: days.map((each) => sum(DUE[ends], { before: later(rule.before, each), at: later(at, each) })),
      held: sum(HELD[ends], { before: rule.before, at }),
    };
  });
}

const later = (instant: string, days: number): string =>
  new Date(Date.parse(instant) + days * DAY_MS).toISOString();
