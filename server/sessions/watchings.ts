import type { EntryOf, SessionEntry } from '../../protocol/record.ts';
import {
  isOpenWatching,
  type Seer,
  type WatchingBecause,
  type WatchingEndedBy,
  type WatchingStanding,
  type WatchingState,
} from '../../protocol/watching.ts';

/** One who watches this session, wants to, or did, as its entries tell. */
export interface Watching {
  readonly watchingId: string;
  readonly watcher: EntryOf<'watching.asked'>['watcher'];
  readonly because: WatchingBecause;
  readonly standing: WatchingStanding;
  readonly since: string;
  /** While `asked`. */
  readonly expiresAt?: string;
  readonly endedBy?: WatchingEndedBy;
  /** Over which the picture flows to them. */
  readonly laneId?: string;
  /** Since when it does. */
  readonly seesSince?: string;
  /** For how long it did before; absent where it never did. */
  readonly sawMs?: number;
}

/** In the order in which they began. */
export type Watchings = Readonly<Record<string, Watching>>;
type WatchingEntry = Extract<SessionEntry, { type: `watching.${string}` }>;

export const openWatchings = (watchings: Watchings): Watching[] =>
  Object.values(watchings).filter(isOpenWatching);

/** Of one user the newest, whatever became of it. */
export const watchingOf = (watchings: Watchings, userId: string): Watching | undefined =>
  Object.values(watchings).findLast(({ watcher }) => watcher.userId === userId);

export function applyWatchingEntry(watchings: Watchings, entry: WatchingEntry): Watchings {
  const { watchingId, at: since } = entry;
  const known = watchings[watchingId];
  if (entry.type === 'watching.invited') {
    const { watcher } = entry;
    return {
      ...watchings,
      [watchingId]: { watchingId, watcher, because: 'invited', standing: 'invited', since },
    };
  }
  if (entry.type === 'watching.asked') {
    const { watcher, because, expiresAt } = entry;
    return {
      ...watchings,
      [watchingId]: { watchingId, watcher, because, standing: 'asked', since, expiresAt },
    };
  }
  if (!known || !isOpenWatching(known)) return watchings;
  const { expiresAt: _, ...rest } = known;
  if (entry.type === 'watching.answered')
    return {
      ...watchings,
      [watchingId]: { ...rest, standing: entry.allowed ? 'allowed' : 'refused', since },
    };
  return { ...watchings, [watchingId]: { ...rest, standing: 'ended', since, endedBy: entry.by } };
}

/** Their picture began to flow, or stopped. */
export function withLane(
  watchings: Watchings,
  watchingId: string,
  laneId: string | undefined,
  at: string,
): Watchings {
  const known = watchings[watchingId];
  if (!known) return watchings;
  const now =
    laneId === undefined ? unseeing(known, at) : { ...known, laneId, seesSince: known.seesSince ?? at };
  return { ...watchings, [watchingId]: now };
}

function unseeing({ laneId: _, seesSince, ...rest }: Watching, at: string): Watching {
  if (seesSince === undefined) return rest;
  return { ...rest, sawMs: (rest.sawMs ?? 0) + Math.max(0, Date.parse(at) - Date.parse(seesSince)) };
}

/** Who saw the picture, each once: one may have come again. */
export function seenBy(watchings: Watchings): Seer[] {
  const seers = new Map<string, Seer>();
  for (const { watcher, seesSince, sawMs } of Object.values(watchings)) {
    if (seesSince === undefined && sawMs === undefined) continue;
    const { userId, name, role } = watcher;
    const seconds = (seers.get(userId)?.seconds ?? 0) + (sawMs ?? 0) / 1000;
    seers.set(userId, { name, role, seconds, ...(seesSince === undefined ? {} : { since: seesSince }) });
  }
  return [...seers.values()];
}

/** The session is over: nobody watches any more. */
export const endedWith = (watchings: Watchings, at: string): Watchings =>
  Object.fromEntries(
    Object.values(watchings).map((watching) => {
      const { expiresAt: _, ...rest } = unseeing(watching, at);
      return [
        watching.watchingId,
        isOpenWatching(watching) ? { ...rest, standing: 'ended', since: at } : rest,
      ];
    }),
  );

export function watchingState(watching: Watching): WatchingState {
  const { watchingId, watcher, because, standing, since, expiresAt, endedBy, laneId } = watching;
  return {
    watchingId,
    name: watcher.name,
    role: watcher.role,
    because,
    standing,
    since,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    isSeeing: laneId !== undefined,
    ...(endedBy === undefined ? {} : { endedBy }),
  };
}
