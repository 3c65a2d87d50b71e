import type { KindPreview, RetentionPreview } from '../../protocol/retention.ts';
import {
  DatedKind,
  goesWithSession,
  RETENTION_KINDS,
  RetentionKind,
} from '../../protocol/retention-kinds.ts';
import { type RetentionPeriods, scheduleOf } from '../settings/settings.ts';
import type { DueCount } from './record-store.ts';

/** Days ahead that the preview looks. */
export const PREVIEW_DAYS = [0, 7, 30, 90] as const;

/** @param counts for PREVIEW_DAYS; a kind's teams are counted together. */
export const previewOf = (
  periods: RetentionPeriods,
  counts: readonly DueCount[],
  at: string,
): Omit<RetentionPreview, 'isRunning' | 'clockDoubt'> => ({
  at,
  kinds: RetentionKind.options.map((kind) => kindPreview(kind, periods, counts)),
});

function kindPreview(
  kind: RetentionKind,
  periods: RetentionPeriods,
  counts: readonly DueCount[],
): KindPreview {
  const { name, holds, purpose, ground } = RETENTION_KINDS[kind];
  const described = { kind, name, holds, purpose, ground };
  const dated = DatedKind.safeParse(kind).data;
  if (dated === undefined) return { ...described, counts: 'entries' };
  const { min, max } = RETENTION_KINDS[dated].days;
  const own = counts.filter((count) => count.kind === kind);
  const sum = (of: (count: DueCount) => number | undefined) =>
    own.reduce((total, count) => total + (of(count) ?? 0), 0);
  const [now = 0, within7Days = 0, within30Days = 0, within90Days = 0] = PREVIEW_DAYS.map((_, index) =>
    sum(({ due }) => due[index]),
  );
  return {
    ...described,
    period: { days: periods.retention[dated], minDays: min, maxDays: max, teams: ownPeriods(dated, periods) },
    counts: goesWithSession(kind) ? 'sessions' : 'entries',
    due: { now, within7Days, within30Days, within90Days },
    ...(goesWithSession(kind) && { held: sum(({ held }) => held) }),
  };
}

/** Teams for which another period holds, shortest first. */
const ownPeriods = (kind: DatedKind, periods: RetentionPeriods): { team: string; days: number }[] =>
  Object.keys(periods.retentionOfTeams)
    .map((team) => ({ team, days: scheduleOf(periods, team)[kind] }))
    .filter(({ days }) => days !== periods.retention[kind])
    .sort((a, b) => a.days - b.days || a.team.localeCompare(b.team));
