import { z } from 'zod';
import { AlarmingStanding } from './log-state.ts';

/**
 * What somebody must look at now. `witness`: one has seen another log, or cannot tell. `verification`: the last one that came to an end found
 * something. `unwritable`: the record takes no entries.
 */
export const LogAlarm = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('witness'), name: z.string(), state: AlarmingStanding }),
  z.object({ kind: z.literal('verification'), findings: z.number().int().min(0) }),
  z.object({ kind: z.literal('unwritable') }),
]);
export type LogAlarm = z.infer<typeof LogAlarm>;

export const LogAlarms = z.object({ alarms: z.array(LogAlarm) });
