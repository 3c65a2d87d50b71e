import type { Statistics } from '../../../protocol/statistics.ts';

const DAY_MS = 86_400_000;

/** Whether retention deleted what this point would count, so that nothing is no count of it. */
export const isDeleted = (
  { deletedBefore }: Pick<Statistics, 'deletedBefore'>,
  { to, sessions }: Pick<Statistics['spans'][number], 'to' | 'sessions'>,
): boolean => deletedBefore !== undefined && to <= deletedBefore && sessions === 0;

/** Over the days of which no record was deleted; a point that only begins before them counts from its first whole day. */
export function perDay({ spans, deletedBefore = '' }: Pick<Statistics, 'spans' | 'deletedBefore'>): number {
  const kept = spans.filter(({ to }) => to > deletedBefore);
  const from = [kept[0]?.from ?? '', deletedBefore].sort().at(-1) ?? '';
  const days = (Date.parse(kept.at(-1)?.to ?? '') - Date.parse(from)) / DAY_MS;
  return days > 0 ? kept.reduce((sum, { sessions }) => sum + sessions, 0) / days : 0;
}
