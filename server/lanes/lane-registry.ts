import type { ErrorCode } from '../../protocol/errors.ts';
import type { LanePass } from '../../protocol/lane.ts';
import type { EntryOf } from '../../protocol/record.ts';
import type { Side } from '../../protocol/session.ts';
import type { Tool } from '../../protocol/tool.ts';

/** Makes the pass of one who comes: a technician's holds for as long as the sign-in that it is made for. */
export type LaneOffer = (signInId?: string) => LanePass;

/** What sessions ask of the lanes. `server/lanes/lanes.ts` is the one that relays. */
export interface LaneRegistry {
  /** Called once, before any lane opens. */
  serve(keeper: LaneKeeper): void;
  /**
   * A ticket for `side`'s end of the tool's lane. A side that has its end open gets a new lane in its place.
   * `signInId`: of the technician who asks.
   */
  open(sessionId: string, tool: Tool, side: Side, signInId?: string): LanePass;
  /** Nothing passes any more when this returns. */
  closeTool(sessionId: string, tool: Tool, code: ErrorCode, reason: LaneClosing): void;
  closeSession(sessionId: string, code: ErrorCode, reason: LaneClosing): void;
  /** A side is back: it is offered what waits for it. */
  offerAgain(sessionId: string, side: Side): void;
}

export type LaneClosing = EntryOf<'lane.closed'>['reason'];

export interface LaneFact {
  readonly sessionId: string;
  readonly laneId: string;
  readonly tool: Tool;
}

/** What lanes ask of the sessions. */
export interface LaneKeeper {
  /** Both ends are there. Bytes flow once this resolves. @throws Refusal when they must not; then nothing was opened. */
  laneOpened(lane: LaneFact): Promise<void>;
  /** Only for lanes that opened. Bytes are payload that the broker took from each side. */
  laneClosed(lane: LaneFact, reason: LaneClosing, bytes: Readonly<Record<Side, number>>): void;
  /** The other side is to come. */
  laneOffered(sessionId: string, side: Side, offer: LaneOffer): void;
}
