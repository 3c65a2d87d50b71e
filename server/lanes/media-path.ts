import type * as media from '../../protocol/media.ts';
import type { Side } from '../../protocol/session.ts';
import type { Tool } from '../../protocol/tool.ts';
import type { End, Going } from './end.ts';
import type { LaneFact } from './lane-registry.ts';

type Said<Message extends { _zod: { output: unknown } }> = Omit<Message['_zod']['output'], 'type' | 'laneId'>;

/** One side of a lane of the path `webrtc`: its transports, what it sends, what it receives. */
export interface MediaEnd extends End {
  readonly joined: media.MediaJoined;
  /** @throws Refusal `not-found` for a transport that is not this end's. */
  connect(message: Said<typeof media.MediaConnect>): Promise<void>;
  /** Waits until the lane is open. @throws Refusal `request.invalid` for parameters that lie */
  produce(message: Said<typeof media.MediaProduce>): Promise<{ producerId: string }>;
  receive(message: Said<typeof media.MediaReceive>): Promise<void>;
  resume(message: Said<typeof media.MediaResume>): Promise<void>;
  mute(message: Said<typeof media.MediaMute>): Promise<void>;
  restart(message: Said<typeof media.MediaRestart>): Promise<{ iceParameters: media.IceParameters }>;
  measured(message: Said<typeof media.MediaMeasured>): void;
  leave(message: Said<typeof media.MediaLeave>): void;
}

export const isMediaEnd = (end: End): end is MediaEnd => 'joined' in end;

/** How an end speaks to its page, and tells its lane that it went. */
export interface MediaEndRules {
  tell(news: media.MediaNews): void;
  /** Called once, not after `close`. */
  gone(going: Going): void;
}

/** What lanes ask of media. `server/media/media-rooms.ts` is the one with mediasoup behind it. */
export interface MediaPath {
  /** A worker runs, or will in a moment: a lane of this tool may take this path. */
  carries(tool: Tool): boolean;
  /** @throws Refusal `media.unavailable` */
  join(lane: LaneFact, side: Side, rules: MediaEndRules): Promise<MediaEnd>;
  /** The session is over: nothing is kept for it. */
  closeSession(sessionId: string): void;
}
