import { z } from 'zod';
import { ContactWish } from './contact.ts';
import { blankAsAbsent, Instant, line, paragraph, seen } from './text.ts';
import { ToolSet } from './tool.ts';

export const SessionStatus = z.enum([
  'created',
  'joined',
  'active',
  'ended',
  'expired',
  'declined',
  'cancelled',
  'lost',
]);
export type SessionStatus = z.infer<typeof SessionStatus>;

/** A side whose network broke may come back within this time, and nobody is asked again. */
export const GRACE_MS = 2 * 60_000;

/** A session in one of these can still go on. */
export const OPEN_STATUSES: readonly SessionStatus[] = ['created', 'joined', 'active'];

export const Side = z.enum(['technician', 'customer']);
export type Side = z.infer<typeof Side>;

/** `away`: it was there and its network broke; the session waits for it until `graceEndsAt`. */
export const Presence = z.enum(['absent', 'here', 'away']);
export type Presence = z.infer<typeof Presence>;

/** Who ended it. `broker`: a deadline passed, a network stayed away, the record could not be written. */
export const EndedBy = z.enum(['technician', 'customer', 'broker']);
export type EndedBy = z.infer<typeof EndedBy>;

export const EndReason = z.enum([
  'done',
  'stopped-by-customer',
  'reported-by-customer',
  'refused-by-customer',
  'consent-timed-out',
  'not-admitted',
  'cancelled-by-technician',
  'code-expired',
  'customer-gone',
  'technician-gone',
  'broker-restarted',
  'display-lost',
  'record-unavailable',
  'user-disabled',
]);
export type EndReason = z.infer<typeof EndReason>;

export const Outcome = z.enum(['solved', 'not-solved']);
export type Outcome = z.infer<typeof Outcome>;

export const OpenSession = z.object({
  contact: ContactWish,
  reference: blankAsAbsent(seen(line(60))),
  reason: seen(line(300)),
  tools: ToolSet.refine((tools) => tools.length > 0, 'at least one tool'),
  /** For technicians of several teams; otherwise the only one. */
  team: blankAsAbsent(line(60)),
});
export type OpenSession = z.infer<typeof OpenSession>;

/** Nine digits; people may type them with spaces or dashes. */
export const Code = z
  .string()
  .max(40)
  .transform((typed) => typed.replace(/[\s-]/g, ''))
  .pipe(z.string().regex(/^\d{9}$/, 'a code has nine digits'));

/** `123456789` -> `123-456-789` */
export const formatCode = (code: string): string =>
  `${code.slice(0, 3)}-${code.slice(3, 6)}-${code.slice(6)}`;

export const SessionOpened = z.object({
  id: z.uuid(),
  /** As shown: `123-456-789`. */
  code: z.string(),
  codeExpiresAt: Instant,
  joinUrl: z.url(),
  status: SessionStatus,
});
export type SessionOpened = z.infer<typeof SessionOpened>;

export const EndSession = z.object({
  outcome: Outcome.optional(),
  note: blankAsAbsent(paragraph(4000)),
});
export type EndSession = z.infer<typeof EndSession>;
