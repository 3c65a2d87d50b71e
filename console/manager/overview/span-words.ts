import type { Span, Statistics } from '../../../protocol/statistics.ts';
import { noon } from './overview-view.ts';

type Points = Statistics['spans'];
type Words = (point: Pick<Points[number], 'from' | 'to'>) => string;

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(undefined, options);
const wholeDay = format({ weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' });
const days = format({ year: 'numeric', month: 'short', day: 'numeric' });
const month = format({ year: 'numeric', month: 'long' });
const shortDay = format({ month: 'short', day: 'numeric' });
const shortMonth = format({ year: '2-digit', month: 'short' });

const lastDay = (to: string): Date => new Date(noon(to).getTime() - 86_400_000);

/** A point's days as a reader says them: `Mon, 2 Mar 2026`, `2 – 8 Mar 2026`, `March 2026`. */
export function spanWords(by: Span): Words {
  if (by === 'day') return ({ from }) => wholeDay.format(noon(from));
  return ({ from, to }) => {
    const isWholeMonth = from.endsWith('-01') && to.endsWith('-01');
    if (by === 'month' && isWholeMonth) return month.format(noon(from));
    return days.formatRange(noon(from), lastDay(to));
  };
}

/** The same for the axis, where there is little room. */
export const axisWords = (by: Span): Words =>
  by === 'month' ? ({ from }) => shortMonth.format(noon(from)) : ({ from }) => shortDay.format(noon(from));
