import { z } from 'zod';
import { TeamName } from '../../protocol/access.ts';
import { ReadingPolicy } from '../../protocol/reading-policy.ts';
import {
  outliving,
  RetentionSchedule,
  scheduleWith,
  TeamPeriods,
} from '../../protocol/retention-schedule.ts';

/** The settings file: small, for people to read, no records and no secrets in it. */
export const Settings = z
  .strictObject({
    organisation: z.string().min(1).max(80).default('Your organisation'),
    consentText: z.object({ version: z.string().min(1).max(40), text: z.string().min(1).max(4000) }).default({
      version: '2026-2',
      text: 'You can stop at any time. What is kept: who helped, when, how long and which of these were used, for {session-record}; contact details and notes for {contact-details}; names of files for {chat-and-file-names}. Your screen, what you type, what is said, chat and the content of files are not recorded.',
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

/** How long everything is kept, with the periods that teams have of their own. */
export type RetentionPeriods = Pick<Settings, 'retention' | 'retentionOfTeams'>;

/** The periods that hold for sessions of `team`. */
export const scheduleOf = (
  { retention, retentionOfTeams }: RetentionPeriods,
  team?: string,
): RetentionSchedule =>
  team !== undefined && Object.hasOwn(retentionOfTeams, team)
    ? scheduleWith(retention, retentionOfTeams[team] ?? {})
    : retention;

/** A change that is made from the settings of that moment. It must not wait for another change: that one waits for it. */
export type SettingsChange = (current: Settings) => Promise<Partial<Settings> | undefined>;

/** Makes the entry of a change durable: from then on it counts, also when the broker is killed before it stands in the file. */
export type RecordChange = (next: Settings, before: Settings) => Promise<unknown>;

export interface SettingsStore {
  current(): Settings;
  /**
   * Written atomically and fsynced before it is answered. What the change depends on belongs into a function: no other change
   * comes between what it is given and what is written. A function that answers nothing changes nothing.
   * @throws Refusal `request.invalid` naming the field, and what the functions throw: then nothing was changed.
   */
  change(change: Partial<Settings> | SettingsChange, record?: RecordChange): Promise<Settings>;
  /** Called once other settings hold, before whoever changed them is answered. @returns ends it. */
  onChange(listener: (settings: Settings) => void): () => void;
  /** At a start: ends a change in which a broker was killed. It holds where it was recorded, and is gone otherwise. */
  settle(isRecorded: (coming: Settings) => boolean): Promise<void>;
}
