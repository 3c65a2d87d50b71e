import { z } from 'zod';
import { Instant } from './text.ts';

const Size = z.number().int().min(0);

/**
 * What a witness last said of the log. `waiting`: it was not shown anything yet. `first-seen`: it kept what it was shown, and had
 * seen nothing of this log before that it could compare. `took`: it answered, but nothing shows that
 * it kept what it was shown. `silent`: it could not be reached for an hour. `damaged`: what it keeps is nothing to compare with.
 */
export const WitnessStanding = z.enum([
  'waiting',
  'first-seen',
  'agrees',
  'took',
  'unreachable',
  'silent',
  'damaged',
  'disagrees',
]);
export type WitnessStanding = z.infer<typeof WitnessStanding>;

/** Those that somebody must look at. */
export const AlarmingStanding = WitnessStanding.extract(['silent', 'damaged', 'disagrees']);
export type AlarmingStanding = z.infer<typeof AlarmingStanding>;

export const WitnessReport = z.object({
  /** Where it is: an address or a folder. */
  name: z.string(),
  state: WitnessStanding,
  /** When it last agreed, or took one, since the broker started, and how many entries it had seen then. */
  agreedAt: Instant.optional(),
  agreedSize: Size.optional(),
  /** How many entries there were when it saw this log for the first time, if that was since the broker started. */
  beganWith: Size.optional(),
  /** The newest line that it signed (C2SP tlog-cosignature), verified with its key. */
  cosignature: z.string().optional(),
  /** How many entries came since. */
  behind: Size.optional(),
  /** Its last trouble, for people. */
  problem: z.string().optional(),
});
export type WitnessReport = z.infer<typeof WitnessReport>;

/** How the log stands: its newest checkpoint, the key that signs it, and who keeps it elsewhere. Nothing of what entries say. */
export const LogState = z.object({
  origin: z.string(),
  size: Size,
  /** Of the newest checkpoint, base64. */
  root: z.base64(),
  /** When that was signed; absent when its newest entry was deleted since. */
  signedAt: Instant.optional(),
  /** The key that signs now: as one line of text, as receipts name it, and as sixteen digits. */
  key: z.object({ text: z.string(), fingerprint: z.string() }),
  witnesses: z.array(WitnessReport),
});
export type LogState = z.infer<typeof LogState>;
