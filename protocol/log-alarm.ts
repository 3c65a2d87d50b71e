import { z } from 'zod';
import { AlarmingStanding } from './log-state.ts';
import { ClockDoubt } from './retention.ts';

/**
 * What somebody must look at now. `witness`: one has seen another log, or cannot tell. `verification`: the last one that came to an end found
 * something. `signatures`: of so many sessions an end signed something else. `unwritable`: the record takes no entries.
 * `rows`: what is due was left, or sessions' rows were put right, because rows are not as they were logged; `named` are a few of them.
 * `clock`: it may be wrong, so that nothing is deleted by itself.
 */
export const LogAlarm = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('witness'), name: z.string(), state: AlarmingStanding }),
  z.object({ kind: z.literal('verification'), findings: z.number().int().min(0) }),
  z.object({ kind: z.literal('signatures'), sessions: z.number().int().min(1) }),
  z.object({ kind: z.literal('unwritable') }),
  z.object({
    kind: z.literal('rows'),
    left: z.number().int().min(0),
    righted: z.number().int().min(0),
    named: z.array(z.string()),
  }),
  z.object({ kind: z.literal('clock'), ...ClockDoubt.shape }),
]);
export type LogAlarm = z.infer<typeof LogAlarm>;

/** Whether it may mean that the record was changed, or takes nothing. The others anybody can bring about who has a session, or a cable. */
export const isGrave = (alarm: LogAlarm): boolean =>
  alarm.kind !== 'signatures' &&
  alarm.kind !== 'clock' &&
  !(alarm.kind === 'witness' && alarm.state === 'silent');

export const LogAlarms = z.object({ alarms: z.array(LogAlarm) });
