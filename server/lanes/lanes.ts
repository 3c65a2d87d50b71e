import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorCode } from '../../protocol/errors.ts';
import { type LanePass, TICKET_TTL_MS } from '../../protocol/lane.ts';
import type { MediaJoined } from '../../protocol/media.ts';
import type { Side } from '../../protocol/session.ts';
import { needsMedia, type Tool } from '../../protocol/tool.ts';
import type { VoiceObstacle } from '../../protocol/voice.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import type { Going } from './end.ts';
import { checkHandshake, completeHandshake, turnAway } from './handshake.ts';
import { Lane, type LaneLog } from './lane.ts';
import { LaneEnd } from './lane-end.ts';
import type {
  LaneClosing,
  LaneFact,
  LaneKeeper,
  LaneOffer,
  LaneRegistry,
  LaneWish,
  Party,
} from './lane-registry.ts';
import { LaneTable } from './lane-table.ts';
import { isMediaEnd, type MediaEnd, type MediaPath } from './media-path.ts';
import { MediaWays } from './media-ways.ts';
import { noVoice } from './no-voice.ts';
import { type Admission, TicketBook } from './ticket.ts';

const BEAT_EVERY_MS = 5_000;

export const otherSide = (side: Side): Side => (side === 'technician' ? 'customer' : 'technician');

/** A lane is for one tool and one person: the technician, or, by a `watchingId`, somebody who watches. */
const keyOf = ({ tool, watchingId = '' }: Pick<LaneFact, 'tool' | 'watchingId'>): string =>
  `${tool} ${watchingId}`;

/** Every lane of this broker, waiting and open. One per session, tool and person at a time. */
export class Lanes implements LaneRegistry {
  readonly #clock: Clock;
  readonly #log: LaneLog;
  readonly #media: MediaPath | undefined;
  readonly #ways = new MediaWays();
  readonly #tickets: TicketBook;
  readonly #lanes = new LaneTable();
  #keeper: LaneKeeper | undefined;
  #cancelBeat: (() => void) | undefined;

  /** `media`: what carries lanes of the path `webrtc`; without it there are none. */
  constructor(clock: Clock, log: LaneLog, media?: MediaPath) {
    this.#clock = clock;
    this.#log = log;
    this.#media = media;
    this.#tickets = new TicketBook(clock);
    this.#beatLater();
  }

  serve(keeper: LaneKeeper): void {
    this.#keeper = keeper;
  }

  open(sessionId: string, tool: Tool, side: Side, wish: LaneWish = {}): LanePass {
    const obstacle = this.obstacle(sessionId, tool);
    if (obstacle) throw noVoice(obstacle);
    const { signInId, webrtc = false, watchingId } = wish;
    const key = keyOf({ tool, ...(watchingId === undefined ? {} : { watchingId }) });
    let lane = this.#lanes.of(sessionId).find(({ fact }) => keyOf(fact) === key);
    if (lane?.has(side)) {
      lane.close('lane.replaced', 'replaced');
      lane = undefined;
    }
    lane ??= this.#newLane(sessionId, tool, webrtc, watchingId);
    const other = otherSide(side);
    if (!lane.has(other)) this.#keeper?.laneOffered(sessionId, other, this.#offer(lane, other));
    return this.#offer(lane, side)(signInId);
  }

  obstacle(sessionId: string, tool: Tool): VoiceObstacle | undefined {
    if (!needsMedia(tool)) return undefined;
    if (this.#ways.hasNone(sessionId, keyOf({ tool }))) return 'unreachable';
    return this.#media?.carries(tool) ? undefined : 'no-worker';
  }

  offerAgain(sessionId: string, side: Side): void {
    for (const lane of this.#lanes.of(sessionId)) {
      // Who watches asks for their own.
      if (side === 'technician' && lane.fact.watchingId !== undefined) continue;
      if (!lane.has(side)) this.#keeper?.laneOffered(sessionId, side, this.#offer(lane, side));
    }
  }

  sideGone(sessionId: string, side: Side): void {
    for (const lane of this.#lanes.of(sessionId)) {
      if (side === 'technician' && lane.fact.watchingId !== undefined) continue;
      if (lane.fact.path && lane.has(side)) lane.close('lane.peer-gone', 'connection-lost');
    }
  }

  closeTechnicians(sessionId: string, tool: Tool, code: ErrorCode, reason: LaneClosing): void {
    for (const lane of this.#lanes.of(sessionId))
      if (keyOf(lane.fact) === keyOf({ tool })) lane.close(code, reason);
  }

  closeWatching(
    sessionId: string,
    watchingId: string | undefined,
    code: ErrorCode,
    reason: LaneClosing,
  ): void {
    for (const lane of this.#lanes.of(sessionId)) {
      const { watchingId: whose } = lane.fact;
      if (whose !== undefined && (watchingId ?? whose) === whose) lane.close(code, reason);
    }
  }

  closeTool(sessionId: string, tool: Tool, code: ErrorCode, reason: LaneClosing): void {
    for (const lane of this.#lanes.of(sessionId)) if (lane.fact.tool === tool) lane.close(code, reason);
    // What has no other way is tried anew when it is allowed anew: somebody may have changed networks.
    if (needsMedia(tool) && this.#ways.forget(sessionId, keyOf({ tool })))
      this.#keeper?.waysChanged(sessionId);
  }

  closeSession(sessionId: string, code: ErrorCode, reason: LaneClosing): void {
    for (const lane of this.#lanes.of(sessionId)) lane.close(code, reason);
    this.#media?.closeSession(sessionId);
    this.#ways.forgetSession(sessionId);
  }

  /** A sign-in has ended: its ends go, and its tickets open nothing. Nothing passes any more when this returns. */
  closeSignIn(signInId: string): void {
    this.#tickets.withdraw(signInId);
    for (const lane of this.#lanes.bySignIn(signInId)) lane.close('lane.peer-gone', 'connection-lost');
  }

  /**
   * An upgrade request that shows a ticket, its Origin already checked. A wrong ticket is told by a close code,
   * because a page cannot read the status of a refused upgrade. @throws Refusal `request.invalid` for no WebSocket.
   */
  accept(ticket: string, request: IncomingMessage, socket: Socket, head: Buffer): void {
    const accept = checkHandshake(request);
    const admitted = this.#admit(ticket);
    completeHandshake(socket, accept);
    if (!admitted || admitted.lane.fact.path) {
      turnAway(socket, 'ticket.wrong', this.#clock);
      return;
    }
    const { lane, side } = admitted;
    this.#speaksFor(admitted);
    lane.attach(side, (gone) => new LaneEnd(socket, head, this.#clock, gone));
  }

  async joinMedia(sessionId: string, party: Party, ticket: string): Promise<MediaJoined> {
    const { side } = party;
    this.#demandOwn(sessionId, party, ticket);
    const admitted = this.#admit(ticket);
    const { fact } = admitted?.lane ?? {};
    if (!admitted || !this.#media || !fact?.path)
      throw new Refusal('ticket.wrong', 'This ticket is used up, too old, or not for this.');
    const { lane } = admitted;
    // Whoever goes, or is signed out, while the worker makes the end takes the lane along.
    this.#speaksFor(admitted);
    lane.expect(side);
    let hasCome = false;
    let leave = (going: Going): void =>
      lane.close('lane.peer-gone', isNoWay(going) ? going : 'media-worker-died');
    const end = await this.#media
      .join(fact, side, {
        tell: (news) => {
          if (hasCome) this.#keeper?.mediaTold(sessionId, party, news);
        },
        gone: (going) => leave(going),
      })
      .catch((error: unknown) => {
        // Of one that ended meanwhile, with its session perhaps, nothing is kept.
        if (lane.standing === 'closed') throw error;
        leave(this.#ways.refused(sessionId, keyOf(fact)) ? 'unreachable' : 'media-worker-died');
        throw error;
      });
    this.#ways.made(sessionId, keyOf(fact));
    if (lane.standing === 'closed') {
      // A page that was not let in has heard of no end: it is told by the refusal.
      end.close('lane.peer-gone');
      throw new Refusal('lane.peer-gone', 'This lane is over.');
    }
    hasCome = true;
    lane.attach(side, (gone) => {
      leave = gone;
      return end;
    });
    return end.joined;
  }

  mediaEnd(sessionId: string, party: Party, laneId: string): MediaEnd {
    const lane = this.#lanes.get(laneId);
    if (lane && lane.fact.sessionId !== sessionId)
      throw new Refusal('permission.missing', 'This is of another session.');
    if (lane && !isOf(party, lane.fact)) throw new Refusal('permission.missing', 'This is somebody else’s.');
    const end = lane?.end(party.side);
    if (!end || !isMediaEnd(end)) throw new Refusal('not-found', 'There is no such lane.');
    return end;
  }

  /** As LaneTable says. */
  openByTool(): Record<string, number> {
    return this.#lanes.openByTool();
  }

  relayedBytes(): Record<Side, number> {
    return this.#lanes.relayedBytes();
  }

  /** The broker stops. Sessions go on at the next start; lanes do not. */
  close(): void {
    this.#cancelBeat?.();
    for (const lane of this.#lanes.all()) lane.close('server.stopping', 'broker-restarted');
  }

  /** Before it is used up: whose it is has need of it still. */
  #demandOwn(sessionId: string, party: Party, ticket: string): void {
    const shown = this.#tickets.lookAt(ticket);
    const fact = shown && this.#lanes.get(shown.laneId)?.fact;
    if (!fact) return;
    const isTheirs = fact.sessionId === sessionId && shown.side === party.side && isOf(party, fact);
    if (!isTheirs) throw new Refusal('permission.missing', 'This ticket is somebody else’s.');
  }

  #admit(ticket: string): (Admission & { lane: Lane }) | undefined {
    const admission = this.#tickets.redeem(ticket);
    const lane = admission && this.#lanes.get(admission.laneId);
    return lane && !lane.has(admission.side) ? { ...admission, lane } : undefined;
  }

  #newLane(sessionId: string, tool: Tool, webrtc: boolean, watchingId: string | undefined): Lane {
    if (!this.#keeper) throw new Error('nobody keeps these lanes');
    const of = { tool, ...(watchingId === undefined ? {} : { watchingId }) };
    const byMedia =
      webrtc && !this.#ways.hasNone(sessionId, keyOf(of)) && (this.#media?.carries(tool) ?? false);
    const fact = {
      sessionId,
      laneId: randomUUID(),
      ...of,
      ...(byMedia ? { path: 'webrtc' as const } : {}),
    };
    const lane = new Lane(fact, this.#keeper, this.#log, (closed) => this.#forget(closed));
    this.#lanes.add(lane);
    return lane;
  }

  #offer({ fact: { laneId, tool, path, watchingId } }: Lane, side: Side): LaneOffer {
    return (signInId) => {
      this.#expireLater(laneId);
      const ticket = this.#tickets.issue({ laneId, side, signInId });
      return {
        laneId,
        tool,
        ticket,
        ...(path ? { path } : {}),
        ...(watchingId === undefined ? {} : { watchingId }),
      };
    };
  }

  #speaksFor({ lane, signInId }: { lane: Lane; signInId?: string | undefined }): void {
    if (signInId !== undefined) this.#lanes.speaksFor(lane, signInId);
  }

  /** A lane whose other end does not come while a ticket is good is given up. */
  #expireLater(laneId: string): void {
    this.#clock.after(TICKET_TTL_MS * 2, () => {
      const lane = this.#lanes.get(laneId);
      if (lane?.standing === 'waiting') lane.close('lane.peer-gone', 'connection-lost');
    });
  }

  #forget(lane: Lane): void {
    this.#lanes.remove(lane);
    const { sessionId, tool } = lane.fact;
    // Who cannot shake hands there today could not a moment later either.
    if (isNoWay(lane.closing) || (lane.fact.path && lane.closing === 'protocol')) {
      this.#ways.foundNone(sessionId, keyOf(lane.fact));
      if (needsMedia(tool)) this.#keeper?.waysChanged(sessionId);
    }
  }

  #beatLater(): void {
    this.#cancelBeat = this.#clock.after(BEAT_EVERY_MS, () => {
      for (const lane of this.#lanes.all()) lane.beat();
      this.#beatLater();
    });
  }
}

/** The customer's end is the same person's on every lane; on the other one each has their own. */
const isOf = ({ side, watchingId }: Party, fact: LaneFact): boolean =>
  side === 'customer' || fact.watchingId === watchingId;

/** Nor will there be one a moment later. */
const isNoWay = (closing: LaneClosing | Going): closing is 'unreachable' | 'no-codec' =>
  closing === 'unreachable' || closing === 'no-codec';
