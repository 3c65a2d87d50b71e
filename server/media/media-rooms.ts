import type { types } from 'mediasoup';
import type { Side } from '../../protocol/session.ts';
import { MEDIA_TOOLS, type Tool } from '../../protocol/tool.ts';
import type { Clock } from '../clock.ts';
import type { MediaSettings } from '../config.ts';
import type { LaneFact } from '../lanes/lane-registry.ts';
import type { MediaEnd, MediaEndRules, MediaPath } from '../lanes/media-path.ts';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';
import { ROUTER_CODECS } from './codecs.ts';
import type { MediaWorkers } from './media-workers.ts';
import { RoomEnd } from './room-end.ts';
import { TransportHalf } from './transport-half.ts';
import { iceServers } from './turn-credentials.ts';

/** What one session has in a worker: a router, made when the session first needs it. */
interface Room {
  readonly router: types.Router;
  readonly server: types.WebRtcServer;
}

export interface MediaRoomsParts {
  readonly workers: MediaWorkers;
  readonly settings: MediaSettings;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Which side sends what with a tool; each receives what the other one sends. */
const SENDERS: Record<(typeof MEDIA_TOOLS)[number], { kind: types.MediaKind; sides: readonly Side[] }> = {
  view: { kind: 'video', sides: ['customer'] },
  voice: { kind: 'audio', sides: ['customer', 'technician'] },
};

const isMediaTool = (tool: Tool): tool is (typeof MEDIA_TOOLS)[number] =>
  (MEDIA_TOOLS as readonly Tool[]).includes(tool);

/** A room for each session that media flows in. Lanes ask it for ends; nothing else comes to a worker. */
export class MediaRooms implements MediaPath {
  readonly #parts: MediaRoomsParts;
  readonly #rooms = new Map<string, Promise<Room>>();

  constructor(parts: MediaRoomsParts) {
    this.#parts = parts;
  }

  carries(tool: Tool): boolean {
    return isMediaTool(tool) && (this.#parts.workers.ready || this.#parts.workers.returning);
  }

  async join(lane: LaneFact, side: Side, rules: MediaEndRules): Promise<MediaEnd> {
    const { tool, laneId, sessionId } = lane;
    if (!isMediaTool(tool)) throw new Refusal('request.invalid', 'This tool has no media.');
    const { kind, sides } = SENDERS[tool];
    const { clock, log, settings } = this.#parts;
    const room = await this.#roomOf(sessionId);
    const sends = sides.includes(side);
    const receives = sides.some((sender) => sender !== side);
    const parts = { room, clock };
    const half = () => TransportHalf.make(parts);
    const send = sends ? await half() : undefined;
    const receive = receives
      ? await half().catch((error: unknown) => {
          send?.close();
          throw error;
        })
      : undefined;
    return new RoomEnd({
      joined: {
        laneId,
        tool,
        rtpCapabilities: room.router.rtpCapabilities as MediaEnd['joined']['rtpCapabilities'],
        ...(send ? { send: send.forPage } : {}),
        ...(receive ? { receive: receive.forPage } : {}),
        iceServers: iceServers(settings, sessionId, clock.now()),
      },
      kind,
      router: room.router,
      send,
      receive,
      rules,
      clock,
      log,
    });
  }

  closeSession(sessionId: string): void {
    const room = this.#rooms.get(sessionId);
    this.#rooms.delete(sessionId);
    // What could not be made needs no closing.
    room?.then(({ router }) => router.close()).catch(() => {});
  }

  #roomOf(sessionId: string): Promise<Room> {
    const known = this.#rooms.get(sessionId);
    if (known) return known;
    const room = this.#open(sessionId);
    this.#rooms.set(sessionId, room);
    const forget = () => {
      if (this.#rooms.get(sessionId) === room) this.#rooms.delete(sessionId);
    };
    room.then(({ router }) => router.observer.on('close', forget), forget);
    return room;
  }

  async #open(sessionId: string): Promise<Room> {
    const { workers, log } = this.#parts;
    let release = () => {};
    try {
      const { worker, server, release: giveBack } = await workers.take();
      release = giveBack;
      const router = await worker.createRouter({ mediaCodecs: ROUTER_CODECS });
      router.observer.on('close', release);
      return { router, server };
    } catch (error) {
      release();
      log.error({ err: error, sessionId }, 'a room for media could not be made');
      throw new Refusal('media.unavailable', 'Picture and sound cannot take this way right now.');
    }
  }
}
