import type { LogAlarm } from '../../protocol/log-alarm.ts';
import { AlarmingStanding, type WitnessReport } from '../../protocol/log-state.ts';
import { lastVerdict } from '../records/last-verdict.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { LogVerifications } from '../records/verify/log-verifications.ts';

/** All that is known without checking anything anew. */
export async function logAlarms(
  records: Pick<RecordStore, 'entries' | 'health'>,
  { last }: Pick<LogVerifications, 'last'>,
  witnesses: readonly Omit<WitnessReport, 'behind'>[],
): Promise<LogAlarm[]> {
  const alarms: LogAlarm[] = witnesses.flatMap(({ name, state }) => {
    const { data } = AlarmingStanding.safeParse(state);
    return data === undefined ? [] : [{ kind: 'witness' as const, name, state: data }];
  });
  // Of this broker's own life, also where its outcome could not be recorded.
  const findings =
    last === undefined || last.outcome === 'broken-off' ? await recordedFindings(records) : last.findingCount;
  if (findings !== undefined && findings > 0) alarms.push({ kind: 'verification', findings });
  if (findings === undefined || !(await isWritable(records))) alarms.push({ kind: 'unwritable' });
  return alarms;
}

/** Of the newest verdict; nothing when the store does not answer, which is an alarm itself. */
const recordedFindings = (records: Pick<RecordStore, 'entries'>): Promise<number | undefined> =>
  lastVerdict(records).then(
    (verdict) => verdict?.findings ?? 0,
    () => undefined,
  );

/** A store that does not answer what it is asked takes no entries either. */
const isWritable = (records: Pick<RecordStore, 'health'>): Promise<boolean> =>
  records.health().then(
    ({ writable }) => writable,
    () => false,
  );
