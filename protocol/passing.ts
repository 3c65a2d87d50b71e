import { z } from 'zod';
import { AnswerMode } from './consent.ts';
import { stated } from './proof/signed-statement.ts';
import { blankAsAbsent, Instant, line } from './text.ts';

/**
 * A technician passes a session on to a colleague: offered to them, taken by them, and then allowed by the customer, who is
 * asked about them by name. Until that yes everything stays as it was.
 */

/** As the customer gets to know who is to go on. */
export const Successor = z.object({ name: z.string(), team: z.string().optional() });
export type Successor = z.infer<typeof Successor>;

/** `offered`: the colleague has not answered. `asked`: they took it, and the customer is asked. */
export const PassingStanding = z.enum(['offered', 'asked', 'passed', 'refused', 'timed-out', 'ended']);
export type PassingStanding = z.infer<typeof PassingStanding>;

/** Who ended it before the customer answered. */
export const PassingEndedBy = z.enum(['technician', 'successor', 'broker']);
export type PassingEndedBy = z.infer<typeof PassingEndedBy>;

/** `gone`: the page from which it was taken went away and did not come back, or its user may not help any more. */
export const PassingEndReason = z.enum(['withdrawn', 'declined', 'gone', 'broker-restarted']);
export type PassingEndReason = z.infer<typeof PassingEndReason>;

/** The newest offer of a session: what both sides may know of it. */
export const PassingState = z.object({
  passingId: z.uuid(),
  successor: Successor,
  standing: PassingStanding,
  since: Instant,
  /** While `asked`: silence until then is a refusal. */
  expiresAt: Instant.optional(),
  endedBy: PassingEndedBy.optional(),
  endReason: PassingEndReason.optional(),
});
export type PassingState = z.infer<typeof PassingState>;

/** Somebody who had the session before the one who has it now. */
export const EarlierTechnician = z.object({ name: z.string(), until: Instant });
export type EarlierTechnician = z.infer<typeof EarlierTechnician>;

/** The customer's answer. */
export const PassingAnswered = z.object({
  type: z.literal('passing.answered'),
  passingId: z.uuid(),
  allowed: z.boolean(),
  mode: AnswerMode,
  ...stated,
});

const inSession = { sessionId: z.uuid() };
const passing = { ...inSession, passingId: z.uuid() };

/** The technician offers the session to a colleague; why is between the two. */
export const PassingOffer = z.object({
  type: z.literal('passing.offer'),
  ...inSession,
  userId: z.uuid(),
  reason: blankAsAbsent(line(300)),
});
/** The technician takes it back. */
export const PassingWithdraw = z.object({ type: z.literal('passing.withdraw'), ...passing });
/** The colleague takes it: now the customer is asked. Said again by a page that was loaded anew meanwhile. */
export const PassingTake = z.object({ type: z.literal('passing.take'), ...passing });
/** The colleague does not, or not any more. */
export const PassingDecline = z.object({ type: z.literal('passing.decline'), ...passing });

/** A session that is, or was just now, offered to this user. */
export const SessionOffer = z.object({
  sessionId: z.uuid(),
  passingId: z.uuid(),
  /** Who passes it on. */
  technician: z.string(),
  contact: z.string(),
  /** Why the session was opened. */
  about: z.string(),
  /** Why it is passed on. */
  reason: z.string().optional(),
  standing: PassingStanding,
  since: Instant,
  expiresAt: Instant.optional(),
  endReason: PassingEndReason.optional(),
});
export type SessionOffer = z.infer<typeof SessionOffer>;
