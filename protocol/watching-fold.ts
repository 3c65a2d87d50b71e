import type { EntryOf } from './record.ts';
import type { WatchingRecord } from './session-record.ts';

/** Who else watched a session, as far as its entries tell. Changed in place. */
interface Watched {
  watchers?: WatchingRecord[] | undefined;
}

type WatchingEntryType = 'watching.invited' | 'watching.asked' | 'watching.answered' | 'watching.ended';

const SECOND_MS = 1000;

/** One fold per type. */
export const WATCHING_FOLDS: {
  [Type in WatchingEntryType]: (document: { record: Watched }, entry: EntryOf<Type>) => void;
} = {
  'watching.invited': ({ record }, { watchingId, watcher, at }) => {
    watchersOf(record).push({ ...newWatching(watchingId, watcher, 'invited'), invitedAt: at });
  },
  'watching.asked': ({ record }, { watchingId, watcher, because, at }) => {
    const known = watchingOf(record, watchingId);
    if (known) known.askedAt = at;
    else watchersOf(record).push({ ...newWatching(watchingId, watcher, because), askedAt: at });
  },
  'watching.answered': ({ record }, { watchingId, allowed, mode, at }) => {
    const watching = watchingOf(record, watchingId);
    if (!watching) return;
    watching.answer = allowed ? 'allowed' : mode === 'timed-out' ? mode : 'refused';
    watching.answeredAt = at;
  },
  'watching.ended': ({ record }, { watchingId, by, at }) => {
    const watching = watchingOf(record, watchingId);
    if (!watching) return;
    watching.endedAt = at;
    watching.endedBy = by;
  },
};

/** A picture began to flow to them. */
export function beginSeeing(record: Watched, watchingId: string, at: string): void {
  const watching = watchingOf(record, watchingId);
  if (watching) watching.firstSeenAt ??= at;
}

/** It flowed from then to then. */
export function endSeeing(record: Watched, watchingId: string, from: string, to: string): void {
  const watching = watchingOf(record, watchingId);
  if (!watching) return;
  watching.lastSeenAt = to;
  watching.seconds += Math.max(0, Date.parse(to) - Date.parse(from)) / SECOND_MS;
}

export function countSeen(record: Watched, watchingId: string, bytesFromCustomer = 0): void {
  const watching = watchingOf(record, watchingId);
  if (watching) watching.bytesFromCustomer += bytesFromCustomer;
}

/** Who really saw the picture, each once. */
export const whoSaw = ({ watchers = [] }: { readonly watchers?: readonly WatchingRecord[] | undefined }) => [
  ...new Map(
    watchers
      .filter(({ firstSeenAt }) => firstSeenAt !== undefined)
      .map((watching) => [watching.userId, watching]),
  ).values(),
];

const newWatching = (
  watchingId: string,
  { userId, name, role }: EntryOf<'watching.asked'>['watcher'],
  because: WatchingRecord['because'],
): WatchingRecord => ({ watchingId, userId, name, role, because, seconds: 0, bytesFromCustomer: 0 });

function watchersOf(record: Watched): WatchingRecord[] {
  record.watchers ??= [];
  return record.watchers;
}

const watchingOf = ({ watchers }: Watched, watchingId: string): WatchingRecord | undefined =>
  watchers?.find((one) => one.watchingId === watchingId);
