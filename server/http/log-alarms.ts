import type { LogAlarm } from '../../protocol/log-alarm.ts';
import { AlarmingStanding, type WitnessReport } from '../../protocol/log-state.ts';
import type { DamagedRows } from '../records/damaged-rows.ts';
import { lastVerdict } from '../records/last-verdict.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { Retention } from '../records/retention.ts';
import type { LogVerifications, Report } from '../records/verify/log-verifications.ts';

export interface AlarmSources {
  readonly verifications: Pick<LogVerifications, 'lastWhole'>;
  readonly retention: Pick<Retention, 'clockDoubt'>;
  readonly damagedRows: Pick<DamagedRows, 'alarm'>;
  readonly witnesses: readonly Omit<WitnessReport, 'behind'>[];
}

/** All that is known without checking anything anew. */
export async function logAlarms(
  records: Pick<RecordStore, 'entries' | 'health'>,
  { verifications: { lastWhole }, retention: { clockDoubt }, damagedRows, witnesses }: AlarmSources,
): Promise<LogAlarm[]> {
  const alarms: LogAlarm[] = witnesses.flatMap(({ name, state }) => {
    const { data } = AlarmingStanding.safeParse(state);
    return data === undefined ? [] : [{ kind: 'witness' as const, name, state: data }];
  });
  // Of this broker's own life, also where its outcome could not be recorded.
  const found = lastWhole === undefined ? await recorded(records) : foundBy(lastWhole);
  if (found !== undefined && found.findings > 0)
    alarms.push({ kind: 'verification', findings: found.findings });
  if (found !== undefined && found.notAsSigned > 0)
    alarms.push({ kind: 'signatures', sessions: found.notAsSigned });
  if (found === undefined || !(await isWritable(records))) alarms.push({ kind: 'unwritable' });
  const rows = damagedRows.alarm(lastWhole?.startedAt);
  if (rows !== undefined) alarms.push(rows);
  if (clockDoubt !== undefined) alarms.push({ kind: 'clock', ...clockDoubt });
  return alarms;
}

interface Found {
  readonly findings: number;
  /** Sessions. */
  readonly notAsSigned: number;
}

const foundBy = ({ findingCount: findings, notAsSigned }: Report): Found => ({ findings, notAsSigned });

/** Of the newest verdict; nothing when the store does not answer, which is an alarm itself. */
const recorded = (records: Pick<RecordStore, 'entries'>): Promise<Found | undefined> =>
  lastVerdict(records).then(
    (verdict) => ({ findings: verdict?.findings ?? 0, notAsSigned: verdict?.notAsSigned ?? 0 }),
    () => undefined,
  );

/** A store that does not answer what it is asked takes no entries either. */
const isWritable = (records: Pick<RecordStore, 'health'>): Promise<boolean> =>
  records.health().then(
    ({ writable }) => writable,
    () => false,
  );
