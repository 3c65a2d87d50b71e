import { z } from 'zod';
import {
  DATED_KINDS,
  type DatedKind,
  PART_KINDS,
  RETENTION_KINDS,
  SESSION_KINDS,
} from './retention-kinds.ts';

/** Days, within the bounds of the kind. */
const days = (kind: DatedKind) => {
  const { min, max } = RETENTION_KINDS[kind].days;
  return z.number().int().min(min).max(max);
};

const forEach = <Kind extends DatedKind, Schema>(kinds: readonly Kind[], schema: (kind: Kind) => Schema) =>
  Object.fromEntries(kinds.map((kind) => [kind, schema(kind)])) as Record<Kind, Schema>;

/** How many days data of each kind are kept. */
export const RetentionSchedule = z
  .strictObject(forEach(DATED_KINDS, (kind) => days(kind).default(RETENTION_KINDS[kind].days.default)))
  .superRefine((schedule, context) => {
    for (const [kind, message] of outliving(schedule))
      context.addIssue({ code: 'custom', message, path: [kind] });
  });
export type RetentionSchedule = Record<DatedKind, number>;

/** A team's own periods; what is not in it goes by the schedule. */
export const TeamPeriods = z.strictObject(forEach(SESSION_KINDS, (kind) => days(kind).optional()));
export type TeamPeriods = z.infer<typeof TeamPeriods>;

/** Kinds that would be kept longer than the session that they go with, against what was promised; each with the fault. */
export const outliving = (schedule: RetentionSchedule): [DatedKind, string][] =>
  PART_KINDS.filter((kind) => schedule[kind] > schedule['session-record']).map((kind) => [
    kind,
    `${RETENTION_KINDS[kind].name.toLowerCase()} cannot be kept longer than the session record`,
  ]);

/** The schedule with a team's own periods in it. */
export function scheduleWith(schedule: RetentionSchedule, periods: TeamPeriods): RetentionSchedule {
  const own = { ...schedule };
  for (const kind of SESSION_KINDS) own[kind] = periods[kind] ?? schedule[kind];
  return own;
}
