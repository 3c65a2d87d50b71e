import type { LaneKeeper } from '../lanes/lane-registry.ts';
import { Refusal } from '../refusal.ts';
import { mayUse } from './may-use.ts';
import { noSession, type SessionRoll } from './session-roll.ts';
import { mayWatch } from './watching-decisions.ts';

/** What lanes ask of the sessions that they belong to: nothing opens without a grant, and what closed is written down. */
export const laneKeeper = (
  roll: SessionRoll,
  tells: Pick<LaneKeeper, 'mediaTold' | 'laneOffered'>,
): LaneKeeper => ({
  laneOpened: async (lane, stands) => {
    const live = roll.byId(lane.sessionId);
    if (!live) throw noSession();
    await live.widen((session) => {
      // What closed it has its own place in the record: behind that, with another technician or agent, it was never open.
      if (!stands()) throw new Refusal('lane.peer-gone', 'This lane is over.');
      mayUse(session, lane.tool);
      if (lane.watchingId !== undefined) mayWatch(session, lane.watchingId);
      return [{ type: 'lane.opened', ...lane }];
    });
  },
  laneClosed: ({ sessionId, laneId, tool, watchingId }, reason, { bytes, media }) => {
    const live = roll.byId(sessionId);
    void live?.journal.enact([
      {
        type: 'lane.closed',
        sessionId,
        laneId,
        tool,
        ...(watchingId === undefined ? {} : { watchingId }),
        reason,
        bytesFromTechnician: bytes.technician,
        bytesFromCustomer: bytes.customer,
        ...(media ? { media } : {}),
      },
    ]);
  },
  waysChanged: (sessionId) => roll.byId(sessionId)?.tellAnew(),
  ...tells,
});
