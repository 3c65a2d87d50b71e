import type { EntryOf, NewSessionEntry } from '../../protocol/record.ts';
import { isGranted, withStanding } from '../consent/grant.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import type { Session } from './session.ts';
import { withLane } from './watchings.ts';

/** What is in use follows the technician's lanes; who watches has lanes of their own, which use nothing. */

export function withLaneOpened(
  session: Session,
  { tool, laneId, watchingId, at }: EntryOf<'lane.opened'>,
): Session {
  if (watchingId !== undefined)
    return { ...session, watchings: withLane(session.watchings, watchingId, laneId, at) };
  return {
    ...session,
    ...(tool === 'voice' && session.noMicrophone
      ? { noMicrophone: { ...session.noMicrophone, isBack: true as const } }
      : {}),
    lanes: { ...session.lanes, [tool]: laneId },
    tools: isGranted(session.tools, tool) ? withStanding(session.tools, [tool], 'in-use', at) : session.tools,
  };
}

export function withLaneClosed(
  session: Session,
  { tool, laneId, watchingId, at }: EntryOf<'lane.closed'>,
): Session {
  if (watchingId !== undefined) {
    const isTheirs = session.watchings[watchingId]?.laneId === laneId;
    return isTheirs
      ? { ...session, watchings: withLane(session.watchings, watchingId, undefined, at) }
      : session;
  }
  // One that was opened in its place meanwhile is in use.
  if (session.lanes[tool] !== laneId) return session;
  const { [tool]: _closed, ...lanes } = session.lanes;
  const isInUse = session.tools[tool].standing === 'in-use';
  const tools = isInUse ? withStanding(session.tools, [tool], 'granted', at) : session.tools;
  return { ...session, lanes, tools };
}

/** What was taken back, or is watched no more, flows no more. */
export function closeLanesOf(entry: NewSessionEntry, lanes: LaneRegistry): void {
  if (entry.type === 'grant.revoked') {
    lanes.closeTool(entry.sessionId, entry.tool, 'consent.withdrawn', 'revoked');
  } else if (entry.type === 'watching.ended') {
    const [code, reason] =
      entry.by === 'customer'
        ? (['consent.withdrawn', 'revoked'] as const)
        : (['lane.finished', 'done'] as const);
    lanes.closeWatching(entry.sessionId, entry.watchingId, code, reason);
  }
}
