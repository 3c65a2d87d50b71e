import {
  type DatedKind,
  type Ending,
  goesWithSession,
  RETENTION_KINDS,
} from '../../../protocol/retention-kinds.ts';
import type { DeletionCount, DeletionRule } from '../record-store.ts';
import type { Connection } from './connection.ts';
import { DUE_ROWS } from './due-rows.ts';
import { inOrder, type Team, teamsIn, teamsOf } from './rule-teams.ts';
import { sizeBy } from './size-by.ts';

/** `@parts`: kinds that go by a rule of their own first, and are counted there and not with the session. */
const COUNTS: Record<Exclude<Ending, 'never'>, string> = {
  session: `
    SELECT count(entries.seq) AS entries, count(DISTINCT number) AS sessions FROM (SELECT number ${DUE_ROWS.session})
    LEFT JOIN entries ON entries.session = number AND keep NOT IN (SELECT value FROM json_each(@parts))`,
  'session-part': `
    SELECT count(entries.seq) AS entries, count(DISTINCT number) AS sessions
    FROM (SELECT number ${DUE_ROWS['session-part']}) LEFT JOIN entries ON entries.session = number AND keep = @kind`,
  'by-itself': `SELECT count(*) AS entries, 0 AS sessions ${DUE_ROWS['by-itself']}`,
  view: `SELECT count(*) AS entries, 0 AS sessions ${DUE_ROWS.view}`,
};

/** What each rule would delete at `at`, counted as the deletion itself counts. */
export function countDue(
  connection: Connection,
  rules: readonly DeletionRule[],
  at: string,
): DeletionCount[] {
  const all = teamsIn(connection);
  const sizeOf = sizeBy(connection);
  return inOrder(rules).map((rule) => {
    const { kind, before } = rule;
    const { ends } = RETENTION_KINDS[kind];
    const count = connection.prepare<[object], { entries: number; sessions: number }>(COUNTS[ends]);
    const size = sizeOf(before).least;
    let [entries, sessions] = [0, 0];
    for (const team of goesWithSession(kind) ? teamsOf(rule, rules, all) : [null]) {
      const parts = JSON.stringify(partsBefore(rule, rules, team));
      const counted = count.get({ kind, before, size, team, begun: at, parts });
      entries += counted?.entries ?? 0;
      sessions += counted?.sessions ?? 0;
    }
    return { ...rule, entries, sessions };
  });
}

/** The kinds of which everything that `rule` takes along is gone by then. */
function partsBefore(rule: DeletionRule, rules: readonly DeletionRule[], team: Team): DatedKind[] {
  const forTeam = rules.filter((other) => teamsOf(other, rules, [team]).includes(team));
  return forTeam
    .filter(({ kind, before }) => RETENTION_KINDS[kind].ends === 'session-part' && before >= rule.before)
    .map(({ kind }) => kind);
}
