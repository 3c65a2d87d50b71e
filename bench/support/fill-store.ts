import type { Clock } from '../../server/clock.ts';
import type { Recorder } from '../../server/records/recorder.ts';
import { Random } from './random.ts';
import { type Moment, someSession } from './sessions.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const USUAL_DAYS = 730;

/** Time as the generated sessions have it; it begins before the first of them. */
export class PastClock implements Clock {
  at = Date.now() - (USUAL_DAYS + 1) * DAY_MS;
  readonly now = (): number => this.at;
  readonly after = (): (() => void) => () => {};
}

export interface Filling {
  readonly sessions: number;
  /** Over so many days before `until` (ms since the epoch); by default two years before now. */
  readonly days?: number;
  readonly until?: number;
  readonly seed?: number;
  readonly onProgress?: (sessions: number) => void;
}

/** Enough for whole commits while the next ones gather; fewer than a store lets wait. */
const APPENDS_AT_ONCE = 8192;
/** For a store that is only filled: nobody waits for a single append, and a page is written once for many. */
export const LARGE_COMMITS = { maxTogether: 4096, timeoutMs: 3_600_000 };
/** How much of a day's work is done by each hour (UTC). */
const HOURS = [1, 1, 0, 0, 1, 2, 6, 12, 18, 20, 18, 14, 12, 16, 18, 15, 10, 6, 3, 2, 2, 2, 1, 1];
const WEEKDAYS = [0.15, 1.15, 1.05, 1, 1, 0.9, 0.25];

/**
 * Writes sessions through the store's own append, in the order of their time, as if they had happened: many go on at once,
 * more of them on working days. `clock` must be the store's. Answers how many entries there are.
 */
export async function fillStore(recorder: Recorder, clock: PastClock, filling: Filling): Promise<number> {
  let waiting: Promise<unknown>[] = [];
  let entries = 0;
  for (const { at, moment } of moments(filling)) {
    // What waits is committed in its own hour, as the checkpoint of that hour has to cover it.
    if (waiting.length >= APPENDS_AT_ONCE || hourOf(at) !== hourOf(clock.at)) {
      await Promise.all(waiting);
      waiting = [];
    }
    clock.at = at;
    entries += moment.entries.length;
    waiting.push(recorder.append(moment.entries));
  }
  await Promise.all(waiting);
  return entries;
}

const hourOf = (at: number): number => Math.floor(at / HOUR_MS);

interface Happening {
  readonly at: number;
  readonly moment: Moment;
}

/** What happens in all sessions, in the order of time. */
function* moments(filling: Filling): Generator<Happening> {
  const random = new Random(filling.seed ?? 1);
  /** What is still to come of sessions that go on, the next one last. */
  const later: Happening[] = [];
  for (const openedAt of openings(filling, random)) {
    while (later.length > 0 && later.at(-1)!.at <= openedAt) yield later.pop()!;
    const [first, ...rest] = someSession(random, openedAt);
    yield { at: openedAt, moment: first! };
    for (const moment of rest) {
      const happening = { at: openedAt + moment.after, moment };
      const place = later.findLastIndex(({ at }) => at > happening.at) + 1;
      later.splice(place, 0, happening);
    }
  }
  while (later.length > 0) yield later.pop()!;
}

/** When sessions are opened, in order: hour by hour as many as that hour of that weekday usually has. */
function* openings(filling: Filling, random: Random): Generator<number> {
  const { sessions, days = USUAL_DAYS, until = Date.now(), onProgress } = filling;
  const first = Math.floor((until - days * DAY_MS) / HOUR_MS) * HOUR_MS;
  const hours = Array.from({ length: days * 24 }, (_, index) => first + index * HOUR_MS);
  // No two days are alike, and the work grows by a half over the period.
  const moods = Array.from(
    { length: days + 1 },
    (_, day) => (0.7 + 0.6 * random.next()) * (1 + day / days / 2),
  );
  const weights = hours.map((hour, index) => {
    const date = new Date(hour);
    return HOURS[date.getUTCHours()]! * WEEKDAYS[date.getUTCDay()]! * moods[Math.floor(index / 24)]!;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [share, opened] = [0, 0];
  for (const [index, hour] of hours.entries()) {
    share += weights[index]! / total;
    const due = index === hours.length - 1 ? sessions : Math.round(share * sessions);
    const moments = Array.from({ length: due - opened }, () => hour + random.below(HOUR_MS));
    yield* moments.sort((a, b) => a - b);
    opened = due;
    if (index % 24 === 0) onProgress?.(opened);
  }
}
