import type { EntryOf, SessionEntry } from '../../protocol/record.ts';
import type {
  WatchingBecause,
  WatchingEndedBy,
  WatchingStanding,
  WatchingState,
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
}

/** In the order in which they began. */
export type Watchings = Readonly<Record<string, Watching>>;
type WatchingEntry = Extract<SessionEntry, { type: `watching.${string}` }>;

const OPEN: readonly WatchingStanding[] = ['invited', 'asked', 'allowed'];
export const isOpen = ({ standing }: Watching): boolean => OPEN.includes(standing);
export const openWatchings = (watchings: Watchings): Watching[] => Object.values(watchings).filter(isOpen);

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
  if (!known || !isOpen(known)) return watchings;
  const { expiresAt: _, ...rest } = known;
  if (entry.type === 'watching.answered')
    return {
      ...watchings,
      [watchingId]: { ...rest, standing: entry.allowed ? 'allowed' : 'refused', since },
    };
  return { ...watchings, [watchingId]: { ...rest, standing: 'ended', since, endedBy: entry.by } };
}

/** Their picture began to flow, or stopped. */
export function withLane(watchings: Watchings, watchingId: string, laneId: string | undefined): Watchings {
  const known = watchings[watchingId];
  if (!known) return watchings;
  const { laneId: _, ...rest } = known;
  return { ...watchings, [watchingId]: laneId === undefined ? rest : { ...rest, laneId } };
}

/** The session is over: nobody watches any more. */
export const endedWith = (watchings: Watchings, at: string): Watchings =>
  Object.fromEntries(
    Object.values(watchings).map((watching) => {
      const { expiresAt: _, ...rest } = watching;
      return [watching.watchingId, isOpen(watching) ? { ...rest, standing: 'ended', since: at } : watching];
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
