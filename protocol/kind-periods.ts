import { z } from 'zod';
import { TeamName } from './access.ts';
import { KindPreview } from './retention.ts';
import { DatedKind } from './retention-kinds.ts';

const days = z.number().int().min(1);

/** How long one kind of data is kept: for everybody, and where a team has a period of its own. */
export const KindPeriods = z.strictObject({
  days,
  teams: z
    .array(z.strictObject({ team: TeamName, days }))
    .max(200)
    .refine((teams) => new Set(teams.map(({ team }) => team)).size === teams.length, 'name a team once'),
});
export type KindPeriods = z.infer<typeof KindPeriods>;

/** `was`: what the change was made from, so that nobody undoes another's change without having seen it. */
export const ChangePeriods = KindPeriods.extend({ was: KindPeriods });

/** One kind with its rule. `periods` is absent where data are kept as long as the log. */
export const KindRule = KindPreview.pick({
  kind: true,
  name: true,
  holds: true,
  purpose: true,
  ground: true,
  counts: true,
}).extend({
  periods: KindPeriods.extend({ minDays: days, maxDays: days, mayDifferByTeam: z.boolean() }).optional(),
});
export type KindRule = z.infer<typeof KindRule>;

export const RetentionRules = z.object({
  kinds: z.array(KindRule),
  /** Teams that have people or sessions: those that a period can be set for. */
  teams: z.array(z.string()),
});
export type RetentionRules = z.infer<typeof RetentionRules>;

/** What would go with the next run, by the periods of now and by those that are asked about; sessions, or entries. */
export const PeriodsPreview = z.object({ dueNow: z.number().int(), dueThen: z.number().int() });
export type PeriodsPreview = z.infer<typeof PeriodsPreview>;

export const OfKind = z.object({ kind: DatedKind });
