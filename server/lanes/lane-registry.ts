import type { ErrorCode } from '../../protocol/errors.ts';
import type { LanePass } from '../../protocol/lane.ts';
import type { LanePath, MediaFigures, MediaJoined, MediaNews } from '../../protocol/media.ts';
import type { EntryOf } from '../../protocol/record.ts';
import type { Side } from '../../protocol/session.ts';
import type { Tool } from '../../protocol/tool.ts';
import type { VoiceObstacle } from '../../protocol/voice.ts';
import type { MediaEnd } from './media-path.ts';

/** Makes the pass of one who comes: a technician's holds for as long as the sign-in that it is made for. */
export type LaneOffer = (signInId?: string) => LanePass;

/** What sessions ask of the lanes. `server/lanes/lanes.ts` is the one that relays. */
export interface LaneRegistry {
  /** Called once, before any lane opens. */
  serve(keeper: LaneKeeper): void;
  /**
   * A ticket for `side`'s end of the tool's lane. A side that has its end open gets a new lane in its place.
   * @throws Refusal `media.unavailable` for a tool that has an obstacle.
   */
  open(sessionId: string, tool: Tool, side: Side, wish?: LaneWish): LanePass;
  /** Why a tool cannot be had right now, whatever its grant. */
  obstacle(sessionId: string, tool: Tool): VoiceObstacle | undefined;
  /** Comes with a ticket to a lane of the path `webrtc`. @throws Refusal `permission.missing` for somebody else's, `ticket.wrong`, `media.unavailable` */
  joinMedia(sessionId: string, party: Party, ticket: string): Promise<MediaJoined>;
  /** The party's own end of a lane that it joined. @throws Refusal `permission.missing` for somebody else's, `not-found` */
  mediaEnd(sessionId: string, party: Party, laneId: string): MediaEnd;
  /** Everybody's. Nothing passes any more when this returns. */
  closeTool(sessionId: string, tool: Tool, code: ErrorCode, reason: LaneClosing): void;
  /** The technician's alone. */
  closeTechnicians(sessionId: string, tool: Tool, code: ErrorCode, reason: LaneClosing): void;
  /** The lanes of one who watches; without `watchingId`, of all who do. */
  closeWatching(
    sessionId: string,
    watchingId: string | undefined,
    code: ErrorCode,
    reason: LaneClosing,
  ): void;
  closeSession(sessionId: string, code: ErrorCode, reason: LaneClosing): void;
  /**
   * Nobody of a side is connected any more. A WebSocket says by itself when its page is gone; a media lane's page may have
   * been closed without a word.
   */
  sideGone(sessionId: string, side: Side): void;
  /** A side is back: it is offered what waits for it. */
  offerAgain(sessionId: string, side: Side): void;
}

/** Who is at an end of a session's lanes: a side of it, or, on the technician's, one who watches. */
export interface Party {
  readonly side: Side;
  readonly watchingId?: string | undefined;
}

export interface LaneWish {
  /** Of the technician who asks. */
  readonly signInId?: string | undefined;
  /** It is of one who watches: a lane of its own, beside the technician's. */
  readonly watchingId?: string | undefined;
  /** Both ends can take part in lanes of the path `webrtc`. */
  readonly webrtc?: boolean;
}

export type LaneClosing = EntryOf<'lane.closed'>['reason'];

export interface LaneFact {
  readonly sessionId: string;
  readonly laneId: string;
  readonly tool: Tool;
  /** Its technician's end is somebody's who watches. */
  readonly watchingId?: string;
  readonly path?: LanePath;
}

/** What passed over a lane. */
export interface LaneFigures {
  /** Payload that the broker took from each side. */
  readonly bytes: Readonly<Record<Side, number>>;
  readonly media?: MediaFigures | undefined;
}

/** What lanes ask of the sessions. */
export interface LaneKeeper {
  /**
   * Both ends are there. Bytes flow once this resolves. `stands`: it was not closed while it waited for its turn.
   * @throws Refusal when they must not; then nothing was opened.
   */
  laneOpened(lane: LaneFact, stands: () => boolean): Promise<void>;
  /** Only for lanes that opened. */
  laneClosed(lane: LaneFact, reason: LaneClosing, figures: LaneFigures): void;
  /** The other side is to come. */
  laneOffered(sessionId: string, side: Side, offer: LaneOffer): void;
  /** What is in the way of a tool is another obstacle than before, or none: both sides are told. */
  waysChanged(sessionId: string): void;
  /** Somebody is told something of their end of a media lane. */
  mediaTold(sessionId: string, party: Party, news: MediaNews): void;
}
