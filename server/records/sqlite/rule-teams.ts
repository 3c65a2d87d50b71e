import { RETENTION_KINDS } from '../../../protocol/retention-kinds.ts';
import type { DeletionRule } from '../record-store.ts';
import type { Connection } from './connection.ts';

/** Whose sessions; null for those of no team. */
export type Team = string | null;

/** Every team that has sessions, and null. Each costs one look into the index, however many sessions it has. */
export const teamsIn = (connection: Connection): Team[] =>
  connection
    .prepare<[], Team>(
      `WITH RECURSIVE teams (team) AS (
         SELECT min(team) FROM sessions
         UNION ALL
         SELECT (SELECT min(team) FROM sessions WHERE team > teams.team) FROM teams WHERE teams.team IS NOT NULL
       ) SELECT team FROM teams`,
    )
    .pluck()
    .all();

/** The teams that `rule` is for, of all that have sessions. */
export const teamsOf = (rule: DeletionRule, rules: readonly DeletionRule[], all: readonly Team[]): Team[] =>
  rule.team !== undefined
    ? [rule.team]
    : all.filter((team) => !rules.some((other) => other.kind === rule.kind && other.team === team));

/**
 * In the order in which they must be followed: what goes before the rest of its session comes before the rule that would
 * take it along, and is counted and certified by its own.
 */
export const inOrder = (rules: readonly DeletionRule[]): DeletionRule[] =>
  [...rules].sort((a, b) => rank(a) - rank(b));

const rank = ({ kind }: DeletionRule): number => Number(RETENTION_KINDS[kind].ends === 'session');
