import { z } from 'zod';
import { personal } from './classification.ts';
import { DatedKind, PartKind, RetentionKind } from './retention-kinds.ts';
import { Instant, line } from './text.ts';

/**
 * How a session is kept beyond its period. `hold`: nothing of it is deleted. `extension`: the session record stays, and
 * what goes earlier (contact details, file names) still goes.
 */
export const KeepingKind = z.enum(['hold', 'extension']);
export type KeepingKind = z.infer<typeof KeepingKind>;

/** A hold or an extension: why, by whom, since when and until when. */
export const Keeping = z.object({
  at: Instant,
  until: Instant,
  reason: z.string(),
  by: z.object({ userId: z.uuid(), name: z.string() }),
});
export type Keeping = z.infer<typeof Keeping>;

/** When a session's data go, or why not yet. */
export const SessionRetention = z.object({
  /** The whole session, from then on; a hold or an extension is counted in. */
  deleteAfter: Instant,
  /** What goes before the rest; `deletedAt` where it went. */
  parts: z.array(z.object({ kind: PartKind, deleteAfter: Instant, deletedAt: Instant.optional() })),
  hold: personal(Keeping.optional()),
  extension: personal(Keeping.optional()),
});
export type SessionRetention = z.infer<typeof SessionRetention>;

/** Keeps a session to the end of a day (UTC). A second one takes the place of the first of its kind. */
export const HoldSession = z.strictObject({
  what: KeepingKind.default('hold'),
  until: z.iso.date(),
  reason: line(300),
});
export type HoldSession = z.infer<typeof HoldSession>;

export const LiftHold = z.strictObject({ what: KeepingKind.default('hold'), reason: line(300) });
export type LiftHold = z.infer<typeof LiftHold>;

const count = z.number().int();

/** One kind of data: its rule, and what goes when. Sessions are counted, or entries where data age by themselves. */
export const KindPreview = z.object({
  kind: RetentionKind,
  name: z.string(),
  holds: z.string(),
  purpose: z.string(),
  ground: z.string(),
  /** Absent where data are kept as long as the log. */
  period: z
    .object({
      days: count,
      minDays: count,
      maxDays: count,
      teams: z.array(z.object({ team: z.string(), days: count })),
    })
    .optional(),
  counts: z.enum(['sessions', 'entries']),
  /** Due now, and what falls due within so many days from now, each with what comes before. */
  due: z.object({ now: count, within7Days: count, within30Days: count, within90Days: count }).optional(),
  /** Sessions that a hold or an extension keeps from the rule, whatever their age. */
  held: count.optional(),
});
export type KindPreview = z.infer<typeof KindPreview>;

/** What the clock says, and the newest moment of the log that it does not follow: then nothing is deleted unless somebody says so. */
export const ClockDoubt = z.object({ clock: Instant, log: Instant });
export type ClockDoubt = z.infer<typeof ClockDoubt>;

export const RetentionPreview = z.object({
  at: Instant,
  kinds: z.array(KindPreview),
  /** What is due is being deleted. */
  isRunning: z.boolean(),
  clockDoubt: ClockDoubt.optional(),
});
export type RetentionPreview = z.infer<typeof RetentionPreview>;

/** What one run deleted, rule by rule. */
export const RunResult = z.object({
  items: z.array(
    z.object({
      kind: DatedKind,
      before: Instant,
      team: z.string().optional(),
      entries: count,
      sessions: count,
    }),
  ),
});
