import type * as handOver from '../../protocol/hand-over.ts';
import type { HandOverWay } from '../../protocol/hand-over.ts';
import type { Tool } from '../../protocol/tool.ts';
import type { Signer } from './accounts.ts';
import type { Successor } from './hand-over.ts';
import { decideHandOver, decideRefuseHandOver } from './hand-over-decisions.ts';
import type { LiveSession } from './live-session.ts';
import { widenStated } from './stated.ts';
import type { TakeOvers } from './take-overs.ts';

type Of<Message extends { _zod: { output: unknown } }> = Message['_zod']['output'];

interface HandOverContext {
  readonly live: LiveSession;
  readonly takeOvers: TakeOvers;
}

/** What the customer's end may do about going on with the program. A ticket is given to nobody else. */
export const customersHandOver = (agentOf: (live: LiveSession) => Signer) => ({
  'hand-over.begin': (_: unknown, { live, takeOvers }: HandOverContext): Promise<HandOverWay> =>
    takeOvers.begin(live),
  'hand-over.refuse': async (_: unknown, { live }: HandOverContext) => {
    const { ticketUntil, comes } = live.handOver.state;
    const isBegun = ticketUntil !== undefined || comes !== undefined;
    live.handOver.end('refused');
    await live.widen((session) => decideRefuseHandOver(session, isBegun));
    return undefined;
  },
  'hand-over.confirm': async (message: Of<typeof handOver.HandOverConfirm>, context: HandOverContext) => {
    const { live, takeOvers } = context;
    let successor: Successor | undefined;
    await widenStated(
      live,
      agentOf(live),
      message,
      (session, now) => {
        successor = live.handOver.successor;
        const isToBeHad = (tool: Tool) => live.obstacle(tool) === undefined;
        return decideHandOver(session, successor, message, now, isToBeHad);
      },
      { isFresh: true, holds: () => successor && takeOvers.handedOver(live, successor) },
    );
    return undefined;
  },
});
