import { Span, type Statistics, StatisticsQuery } from '../../../protocol/statistics.ts';
import { ownZone } from '../../shared/moments.ts';
import { addressOfView, dayText, type LogView, momentsOf, questionOf } from '../log-view.ts';

/** `auto`: the span that suits the period. */
export type EachPoint = Span | 'auto';

/** Plots need a period with an end at both sides: the last 30 days where the reader chose none. */
export const withPeriod = (view: LogView): LogView =>
  view.period === 'any' ? { ...view, period: 'last-30-days' } : view;

/** The question for `GET /api/v1/statistics`; `undefined` where the chosen days make no period. */
export function statisticsQuestion(
  view: LogView,
  each: EachPoint,
  now: Date,
  zone = ownZone(),
): URLSearchParams | undefined {
  const { from, before } = momentsOf(withPeriod(view), now);
  const to = before ?? new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  const since = from ?? new Date(to.getFullYear() - 1, to.getMonth(), to.getDate());
  const question = new URLSearchParams({ from: dayText(since), to: dayText(to), zone });
  const filters = questionOf(view, now);
  for (const team of filters.getAll('team')) question.append('team', team);
  for (const name of ['technician', 'status', 'tool', 'outcome']) {
    const value = filters.get(name);
    if (value !== null) question.set(name, value);
  }
  if (each !== 'auto') question.set('by', each);
  const asked = StatisticsQuery.safeParse(Object.fromEntries(question));
  if (asked.success) return question;
  // Days for so long make no plot: then the points are as they fit.
  return each === 'auto' ? undefined : statisticsQuestion(view, 'auto', now, zone);
}

export const eachPointIn = (search: string): EachPoint =>
  Span.options.find((span) => span === new URLSearchParams(search).get('by')) ?? 'auto';

export function overviewAddress(view: LogView, each: EachPoint): string {
  const filters = addressOfView(view);
  if (each === 'auto') return `/overview${filters}`;
  return `/overview${filters === '' ? '?' : `${filters}&`}by=${each}`;
}

export const logAddress = (view: LogView): string => `/log${addressOfView(view)}`;

/** The view of the sessions behind one point of a plot. */
export function viewOfSpan(view: LogView, { from, to }: Statistics['spans'][number]): LogView {
  return { ...view, period: 'custom', from, to: dayText(new Date(noon(to).getTime() - 86_400_000)) };
}

/** A calendar day as a moment that is certainly on it, for words. */
export function noon(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 12);
}
