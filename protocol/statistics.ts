import { z } from 'zod';
import { Outcome, SessionStatus } from './session.ts';
import { SessionFilters } from './session-query.ts';
import { Tool } from './tool.ts';

/** A zone of the IANA time zone database, `Europe/Berlin`. */
export const TimeZone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_+\-/]*$/, 'a zone of the IANA database')
  .refine(isKnownZone, 'a zone of the IANA database');

function isKnownZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    // RangeError: how Intl says that it does not know it.
    return false;
  }
}

/** A calendar day, `2026-03-01`; when it begins depends on the zone. */
export const Day = z.iso
  .date()
  .refine((day) => day >= '2000-01-01' && day < '2200-01-01', 'a day from 2000 to 2199');
export type Day = z.infer<typeof Day>;

/** How much time one point of a plot stands for. Weeks begin on Monday. */
export const Span = z.enum(['day', 'week', 'month']);
export type Span = z.infer<typeof Span>;

const DAY_MS = 86_400_000;
const daysBetween = (from: Day, to: Day): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;
/** As long as any record is kept. */
const MAX_DAYS = 3660;
const MAX_SINGLE_DAYS = 1100;
const SINGLE_DAYS_UNTIL = 92;
const WEEKS_UNTIL = 731;

/** The span that a period reads well in. */
export function usualSpan(from: Day, to: Day): Span {
  const days = daysBetween(from, to);
  if (days <= SINGLE_DAYS_UNTIL) return 'day';
  return days <= WEEKS_UNTIL ? 'week' : 'month';
}

/**
 * What may be asked of the overview. The filters mean what they mean in the session log; words and companies are not
 * among them, so that nobody is looked for by counting.
 */
export const StatisticsQuery = SessionFilters.pick({
  technician: true,
  team: true,
  status: true,
  tool: true,
  outcome: true,
})
  .extend({
    /** The first day. */
    from: Day,
    /** The day after the last one, as in the session log. */
    to: Day,
    zone: TimeZone,
    /** What suits the period when left out. */
    by: Span.optional(),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'a day after the first one' })
  .refine(({ from, to }) => daysBetween(from, to) <= MAX_DAYS, { path: ['from'], error: 'ten years at most' })
  .refine(({ from, to, by }) => by !== 'day' || daysBetween(from, to) <= MAX_SINGLE_DAYS, {
    path: ['by'],
    error: 'single days for three years at most',
  });
export type StatisticsQuery = z.infer<typeof StatisticsQuery>;

/** How long something took. By nearest rank: each is the time of a real session. */
export const Durations = z.object({
  /** Of how many sessions; the others never came so far. */
  sessions: z.number().int(),
  medianSeconds: z.number(),
  p95Seconds: z.number(),
});
export type Durations = z.infer<typeof Durations>;

const Figures = z.object({
  sessions: z.number().int(),
  /** From creation to start, of sessions that started; absent where there are none. */
  waiting: Durations.optional(),
  /** From start to end, of sessions that are over. */
  active: Durations.optional(),
});

const Group = Figures.extend({ solved: z.number().int(), notSolved: z.number().int() });

export const Statistics = Figures.extend({
  by: Span,
  /**
   * Retention deleted the records of sessions that ended before this day: so many are missing from then. Absent where that
   * touches no day of the period.
   */
  deletedBefore: Day.optional(),
  /** The whole period in order, also where nothing happened; at its ends a week or month may be shorter. */
  spans: z.array(Figures.extend({ from: Day, to: Day })),
  statuses: z.record(SessionStatus, z.number().int()),
  /** `unsaid`: it started, is over, and its technician did not say. */
  outcomes: z.object({ ...recordShape(Outcome.options), unsaid: z.number().int() }),
  /** Sessions in which a tool was put to the customer, used, refused, or met with silence, which refuses too. */
  tools: z.array(
    z.object({
      tool: Tool,
      asked: z.number().int(),
      used: z.number().int(),
      refused: z.number().int(),
      unanswered: z.number().int(),
    }),
  ),
  /** The most sessions first; without `team`: of technicians who were in none. */
  teams: z.array(Group.extend({ team: z.string().optional() })),
  /** `key`: what the log's filter finds exactly this technician by. */
  technicians: z.array(Group.extend({ technicianId: z.uuid(), name: z.string(), key: z.string() })),
});
export type Statistics = z.infer<typeof Statistics>;

function recordShape<Name extends string>(names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, z.number().int()])) as Record<Name, z.ZodInt>;
}
