import { z } from 'zod';

/**
 * Why a file did not come through. On a lane it is the number of its place in this list, and one that an end does not
 * know is read as `failed`. `tool-withdrawn`, `connection-lost`, `session-over`, `passed-on` and `handed-over` are the
 * broker's, who cut it off. `loaded-anew` is said by a page that held the file before it was loaded anew.
 * An end says `cancelled-by-person` of its own, `cancelled-by-other` of what it heard from the other one; the broker, who
 * knows which end speaks, writes down who that is.
 */
export const FILE_REASONS = [
  'failed',
  'cancelled-by-person',
  'changed-while-sending',
  'unreadable',
  'no-space',
  'wrong-hash',
  'out-of-order',
  'not-found',
  'is-a-folder',
  'tool-withdrawn',
  'connection-lost',
  'session-over',
  'cancelled-by-other',
  'cancelled-by-technician',
  'cancelled-by-customer',
  'loaded-anew',
  'passed-on',
  'handed-over',
] as const;
export const FileReason = z.enum(FILE_REASONS);
export type FileReason = z.infer<typeof FileReason>;

/** Why the computer itself answers an ask, with nobody's help: there is nothing to decide about. */
export const NO_SUCH_FILE = ['not-found', 'is-a-folder', 'unreadable'] as const satisfies FileReason[];
export const saysNoSuchFile = (reason: FileReason | undefined): reason is (typeof NO_SUCH_FILE)[number] =>
  (NO_SUCH_FILE as readonly (FileReason | undefined)[]).includes(reason);

const CANCELLED: readonly FileReason[] = [
  'cancelled-by-person',
  'cancelled-by-other',
  'cancelled-by-technician',
  'cancelled-by-customer',
];
const CUT_OFF: readonly FileReason[] = [
  ...CANCELLED,
  'tool-withdrawn',
  'connection-lost',
  'session-over',
  'loaded-anew',
  'passed-on',
  'handed-over',
];

/** What an end that gave up calls it: somebody wanted it so, or something went wrong. */
export const outcomeBecause = (reason: FileReason): 'cancelled' | 'failed' =>
  CUT_OFF.includes(reason) ? 'cancelled' : 'failed';

/** What one end makes of the other one's reason: whoever cancels over a lane is at the other end of it, whatever they say. */
export const heardFromOther = (reason: FileReason): FileReason =>
  CANCELLED.includes(reason) ? 'cancelled-by-other' : reason;
