import type { Day, Span, StatisticsQuery } from '../../protocol/statistics.ts';

/** Some days of the calendar, and the moments at which they begin and end: ms since the epoch, the end not included. */
export interface CalendarSpan {
  readonly from: Day;
  readonly to: Day;
  readonly startsAt: number;
  readonly endsAt: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The period of a query cut into days, weeks or months of its zone. */
export function calendarSpans({ from, to, zone }: StatisticsQuery, by: Span): CalendarSpan[] {
  const clock = new ZoneClock(zone);
  const spans: CalendarSpan[] = [];
  let startsAt = clock.startOf(from);
  for (let day = from; day < to; ) {
    const next = earlier(nextSpan(day, by), to);
    const endsAt = clock.startOf(next);
    spans.push({ from: day, to: next, startsAt, endsAt });
    [day, startsAt] = [next, endsAt];
  }
  return spans;
}

/** The calendar day of a moment (ISO 8601) in a zone. */
export const dayIn = (zone: string, moment: string): Day =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(new Date(moment));

const earlier = (a: Day, b: Day): Day => (a < b ? a : b);

/** The first day of the span behind the one in which `day` lies. */
function nextSpan(day: Day, by: Span): Day {
  const date = new Date(day);
  if (by === 'month') date.setUTCMonth(date.getUTCMonth() + 1, 1);
  else date.setUTCDate(date.getUTCDate() + (by === 'day' ? 1 : 7 - daysSinceMonday(date)));
  return date.toISOString().slice(0, 10);
}

const daysSinceMonday = (date: Date): number => (date.getUTCDay() + 6) % 7;

/** When days begin in one zone: at midnight, or where summer time begins at midnight, an hour later. */
class ZoneClock {
  readonly #format: Intl.DateTimeFormat;

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  }

  startOf(day: Day): number {
    const midnight = Date.parse(day);
    const guess = midnight - this.#offsetAt(midnight - DAY_MS / 2);
    // Nothing was changed shortly before: then this is the moment.
    if (midnight - this.#offsetAt(guess) === guess && this.#offsetAt(guess - HOUR_MS) === midnight - guess)
      return guess;
    // No zone is further than 15 hours from UTC; between the two the calendar turns once.
    let [before, at] = [midnight - 16 * HOUR_MS, midnight + 16 * HOUR_MS];
    while (at - before > 1) {
      const middle = Math.floor((before + at) / 2);
      if (middle + this.#offsetAt(middle) >= midnight) at = middle;
      else before = middle;
    }
    return at;
  }

  /** How far the zone is ahead of UTC, ms. `GMT+05:45`, and just `GMT` for none. */
  #offsetAt(moment: number): number {
    const found = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(this.#format.format(moment));
    if (found === null) throw new Error(`no offset in ${this.#format.format(moment)}`);
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = found;
    const size = Number(hours) * HOUR_MS + Number(minutes) * 60_000 + Number(seconds) * 1000;
    return sign === '-' ? -size : size;
  }
}
