import { z } from 'zod';
import type { RetentionKind } from '../../protocol/record.ts';

/** Bounds that no setting may leave: what law and promises leave open for a kind of data. */
export const RETENTION_BOUNDS: Record<
  RetentionKind,
  { minDays: number; maxDays: number; defaultDays: number }
> = {
  'session-record': { minDays: 30, maxDays: 3650, defaultDays: 365 },
  'chat-and-file-names': { minDays: 1, maxDays: 42, defaultDays: 42 },
  'sign-in-log': { minDays: 30, maxDays: 730, defaultDays: 180 },
  'access-log': { minDays: 90, maxDays: 3650, defaultDays: 365 },
};

const days = (kind: RetentionKind) => {
  const { minDays, maxDays, defaultDays } = RETENTION_BOUNDS[kind];
  return z.number().int().min(minDays).max(maxDays).default(defaultDays);
};

export const RetentionSchedule = z
  .strictObject({
    'session-record': days('session-record'),
    'chat-and-file-names': days('chat-and-file-names'),
    'sign-in-log': days('sign-in-log'),
    'access-log': days('access-log'),
  })
  .refine(
    (schedule) => schedule['chat-and-file-names'] <= schedule['session-record'],
    'file names cannot be kept longer than the session record',
  );
export type RetentionSchedule = z.infer<typeof RetentionSchedule>;

/**
 * What each role reads of customers, in one table. The first value of `sessions` is the most that a role can have
 * (server/access/policies.ts): a setting takes away, none gives more. Administrators read nothing by that role.
 * `contactDetails`: phone, e-mail and addresses of customers; without them they are neither shown, exported nor found.
 */
export const ReadingPolicy = z.strictObject({
  technician: z
    .strictObject({
      sessions: z.enum(['own', 'none']).default('own'),
      contactDetails: z.boolean().default(true),
    })
    .prefault({}),
  manager: z
    .strictObject({
      sessions: z.enum(['teams', 'none']).default('teams'),
      contactDetails: z.boolean().default(true),
      export: z.boolean().default(true),
    })
    .prefault({}),
  auditor: z
    .strictObject({
      sessions: z.enum(['all', 'none']).default('all'),
      contactDetails: z.boolean().default(true),
      export: z.boolean().default(true),
    })
    .prefault({}),
  privacy: z
    .strictObject({
      sessions: z.enum(['all', 'none']).default('all'),
      contactDetails: z.boolean().default(true),
      export: z.boolean().default(true),
      /** Who read what. Auditors always read that: somebody has to. */
      accessLog: z.boolean().default(true),
    })
    .prefault({}),
});
export type ReadingPolicy = z.infer<typeof ReadingPolicy>;

/** The settings file: small, for people to read, no records and no secrets in it. */
export const Settings = z.strictObject({
  organisation: z.string().min(1).max(80).default('Your organisation'),
  consentText: z.object({ version: z.string().min(1).max(40), text: z.string().min(1).max(4000) }).default({
    version: '2026-1',
    text: 'You can stop at any time. What is kept: who helped, when, how long and which of these were used, for {session-record}; names of files for {chat-and-file-names}. Your screen, what you type, chat and the content of files are not recorded.',
  }),
  retention: RetentionSchedule.prefault({}),
  reading: ReadingPolicy.prefault({}),
});
export type Settings = z.infer<typeof Settings>;

export interface SettingsStore {
  current(): Settings;
  /** Written atomically and fsynced before it is answered. @throws Refusal `request.invalid` naming the field. */
  change(change: Partial<Settings>): Promise<Settings>;
}
