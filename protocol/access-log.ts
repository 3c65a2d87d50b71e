import { z } from 'zod';
import { ENDS_AFTER_ITS_BEGINNING, isInOrder, list, Moment } from './query-parameters.ts';
import { RECORD_TYPES, type RecordType } from './record.ts';
import { Instant } from './text.ts';

/** What an entry of the access log is about: who read, searched, exported, signed in, or changed something. */
export const AccessKind = z.enum(['read', 'search', 'export', 'sign-in', 'change']);
export type AccessKind = z.infer<typeof AccessKind>;

/** What is not here changed something: users, keys, settings, what is kept. */
const KINDS: Partial<Record<RecordType, AccessKind>> = {
  'record.read': 'read',
  'receipt.issued': 'read',
  'access-log.read': 'read',
  'log.listed': 'read',
  'statistics.read': 'read',
  'log.verification-started': 'read',
  'log.verified': 'read',
  'log.searched': 'search',
  'record.exported': 'export',
  'record.export-ended': 'export',
  'access-log.exported': 'export',
  'access-log.export-ended': 'export',
  'sign-in.succeeded': 'sign-in',
  'sign-in.failed': 'sign-in',
  'sign-in.ended': 'sign-in',
};

export const accessKindOf = (type: RecordType): AccessKind => KINDS[type] ?? 'change';

/** Entries that tell what staff did with the record and the broker, not what happened in a session. */
export const ACCESS_TYPES: readonly RecordType[] = (Object.keys(RECORD_TYPES) as RecordType[]).filter(
  (type) =>
    ['sign-in-log', 'access-log'].includes(RECORD_TYPES[type].keep) ||
    type === 'backup.restored' ||
    type === 'log.key-rotated',
);

/** What may be asked of the access log. All given filters must hold. */
export const AccessFilters = z.strictObject({
  /** At or after. */
  from: Moment.optional(),
  /** Before. */
  to: Moment.optional(),
  /** User id or e-mail address of who did it or whom it was done to; also `command-line` and `set-up`. */
  person: z.string().trim().toLowerCase().min(1).max(254).optional(),
  kind: list(AccessKind).optional(),
  /** Only reads of this session's record. */
  session: z.uuid().optional(),
});
export type AccessFilters = z.infer<typeof AccessFilters>;

export const AccessQuery = AccessFilters.extend({
  cursor: z.string().max(2000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
}).refine(isInOrder, ENDS_AFTER_ITS_BEGINNING);
export type AccessQuery = z.infer<typeof AccessQuery>;

export const AccessExportQuery = AccessFilters.extend({
  format: z.enum(['csv', 'json', 'ndjson']),
  /** NDJSON only: the entries as they were logged, with their proofs (proven-export.ts). */
  proofs: z.enum(['true', 'false']).optional(),
}).refine(isInOrder, ENDS_AFTER_ITS_BEGINNING);
export type AccessExportQuery = z.infer<typeof AccessExportQuery>;

/** Somebody in the access log. Without a name: not a user, or one that this broker does not know. */
export const AccessPerson = z.object({
  /** User id, `command-line` or `set-up`; absent for a sign-in with an address that nobody has. */
  id: z.string().optional(),
  name: z.string().optional(),
  email: z.string().optional(),
});
export type AccessPerson = z.infer<typeof AccessPerson>;

export const AccessRow = z.object({
  /** Its place in the log, from 1; its leaf is the one before. */
  seq: z.number().int(),
  id: z.uuid(),
  at: Instant,
  type: z.string(),
  kind: AccessKind,
  /** Who did it; absent when the broker did it by itself. */
  who: AccessPerson.optional(),
  /** Whom it was done to. */
  whom: AccessPerson.optional(),
  address: z.string().optional(),
  /** The session whose record was read, or whose receipt was given; without names once it is deleted, or where the reader may not know them. */
  session: z
    .object({ id: z.uuid(), technician: z.string().optional(), contact: z.string().optional() })
    .optional(),
  /** What was asked for, of a search or an export. */
  filters: z.record(z.string(), z.string()).optional(),
  /** Everything else that the entry says. */
  details: z.record(z.string(), z.unknown()),
});
export type AccessRow = z.infer<typeof AccessRow>;

export const AccessPage = z.object({
  items: z.array(AccessRow),
  /** Absent on the last page. */
  nextCursor: z.string().optional(),
});
export type AccessPage = z.infer<typeof AccessPage>;
