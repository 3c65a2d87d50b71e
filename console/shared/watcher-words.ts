import type { WatchingRecord } from '../../protocol/session-record.ts';
import { duration } from './figures.ts';
import { timeWithSecondsOf } from './moments.ts';
import { t } from './strings.ts';

/** One who watched, or wanted to, in a line: who, by what right, what the customer said, how long they looked. */
export function watcherWords(
  watching: WatchingRecord,
  text: typeof t.watching.receipt | typeof t.watching.log = t.watching.log,
): string {
  const { name, role, because, answer, firstSeenAt, seconds } = watching;
  return [
    text.who(name, role),
    text.because[because],
    ...(answer === undefined ? [] : [text.answer[answer]]),
    firstSeenAt === undefined
      ? text.neverSaw
      : `${text.seen(duration(seconds))}, ${timeWithSecondsOf(firstSeenAt)}`,
  ].join(' · ');
}
