import { z } from 'zod';
import { Instant } from './text.ts';

const count = z.number().int().min(0);

/**
 * `not-as-signed`: all is what was logged, but of some session an end signed something else. `broken-off`: the broker was
 * stopped, or could not go on, before it was known.
 */
export const VerificationOutcome = z.enum(['right', 'not-as-signed', 'wrong', 'broken-off']);
export type VerificationOutcome = z.infer<typeof VerificationOutcome>;

/** Who asked for it; without a name when this broker does not know the user any more. */
export const VerificationAuthor = z.object({ id: z.string(), name: z.string().optional() });

/** Something that is not as it must be. */
export const VerificationFinding = z.object({
  /** A whole sentence; it names the entry, session, checkpoint or file. */
  what: z.string(),
  /** The entry's number in the log, from 1. */
  entry: count.optional(),
  session: z.uuid().optional(),
});
export type VerificationFinding = z.infer<typeof VerificationFinding>;

export const RunningVerification = z.object({
  startedAt: Instant,
  by: VerificationAuthor,
  /** In what checking an entry costs: a session costs as much as many. */
  done: count,
  total: count,
});
export type RunningVerification = z.infer<typeof RunningVerification>;

/** A verification that is over, as the log itself tells of it. */
export const PastVerification = z.object({
  startedAt: Instant,
  /** Absent when the broker was killed meanwhile. */
  endedAt: Instant.optional(),
  by: VerificationAuthor,
  outcome: VerificationOutcome,
  /** How many entries the log had. */
  size: count.optional(),
  findings: count.optional(),
  /** How many sessions are not what was signed. */
  notAsSigned: count.optional(),
  /** The leaves that findings name, as leaf-ranges.ts writes them. */
  leaves: z.string().optional(),
});
export type PastVerification = z.infer<typeof PastVerification>;

export const LogVerification = z.object({
  running: RunningVerification.optional(),
  /** The last one since the broker started, with what it found. */
  last: PastVerification.extend({
    /** The whole outcome. */
    sentence: z.string(),
    found: z.array(VerificationFinding),
  }).optional(),
  /** The last few, newest first. */
  past: z.array(PastVerification),
});
export type LogVerification = z.infer<typeof LogVerification>;
