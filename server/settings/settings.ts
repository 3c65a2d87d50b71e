import { z } from 'zod';
import { TeamName } from '../../protocol/access.ts';
import { outliving, RetentionSchedule, scheduleWith, TeamPeriods } from './retention-schedule.ts';

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
export const Settings = z
  .strictObject({
    organisation: z.string().min(1).max(80).default('Your organisation'),
    consentText: z.object({ version: z.string().min(1).max(40), text: z.string().min(1).max(4000) }).default({
      version: '2026-1',
      text: 'You can stop at any time. What is kept: who helped, when, how long and which of these were used, for {session-record}; contact details and notes for {contact-details}; names of files for {chat-and-file-names}. Your screen, what you type, chat and the content of files are not recorded.',
    }),
    retention: RetentionSchedule.prefault({}),
    reading: ReadingPolicy.prefault({}),
    /** By team, shorter or, within the bounds of the kind, longer than the schedule. */
    retentionOfTeams: z.record(TeamName, TeamPeriods).default({}),
  })
  .superRefine(({ retention, retentionOfTeams }, context) => {
    for (const [team, periods] of Object.entries(retentionOfTeams))
      for (const [kind, message] of outliving(scheduleWith(retention, periods)))
        context.addIssue({ code: 'custom', message, path: ['retentionOfTeams', team, kind] });
  });
export type Settings = z.infer<typeof Settings>;

/** The periods that hold for sessions of `team`. */
export const scheduleOf = (
  { retention, retentionOfTeams }: Pick<Settings, 'retention' | 'retentionOfTeams'>,
  team?: string,
): RetentionSchedule =>
  team !== undefined && Object.hasOwn(retentionOfTeams, team)
    ? scheduleWith(retention, retentionOfTeams[team] ?? {})
    : retention;

export interface SettingsStore {
  current(): Settings;
  /** Written atomically and fsynced before it is answered. @throws Refusal `request.invalid` naming the field. */
  change(change: Partial<Settings>): Promise<Settings>;
}
