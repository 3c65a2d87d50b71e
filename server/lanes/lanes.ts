import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorCode } from '../../protocol/errors.ts';
import { type LanePass, TICKET_TTL_MS } from '../../protocol/lane.ts';
import type { Side } from '../../protocol/session.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import type { Clock } from '../clock.ts';
import { closeFrame } from './frame.ts';
import { checkHandshake, completeHandshake } from './handshake.ts';
import { Lane } from './lane.ts';
import type { LaneClosing, LaneKeeper, LaneOffer, LaneRegistry } from './lane-registry.ts';
import { type Admission, TicketBook } from './ticket.ts';

const BEAT_EVERY_MS = 5_000;
/** How long a refused client has to take the close frame. */
const LINGER_MS = 1_000;

export const otherSide = (side: Side): Side => (side === 'technician' ? 'customer' : 'technician');

/** Every lane of this broker, waiting and open. One per tool and session at a time. */
export class Lanes implements LaneRegistry {
  readonly #clock: Clock;
  readonly #tickets: TicketBook;
  readonly #lanes = new Map<string, Lane>();
  /** By lane id: the sign-in that its technician's end speaks for. */
  readonly #signIns = new Map<string, string>();
  readonly #passed: Record<Side, number> = { technician: 0, customer: 0 };
  #keeper: LaneKeeper | undefined;
  #cancelBeat: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#tickets = new TicketBook(clock);
    this.#beatLater();
  }

  serve(keeper: LaneKeeper): void {
    this.#keeper = keeper;
  }

  open(sessionId: string, tool: Tool, side: Side, signInId?: string): LanePass {
    let lane = this.#of(sessionId).find(({ fact }) => fact.tool === tool);
    if (lane?.has(side)) {
      lane.close('lane.replaced', 'replaced');
      lane = undefined;
    }
    lane ??= this.#newLane(sessionId, tool);
    const other = otherSide(side);
    if (!lane.has(other)) this.#keeper?.laneOffered(sessionId, other, this.#offer(lane, other));
    return this.#offer(lane, side)(signInId);
  }

  offerAgain(sessionId: string, side: Side): void {
    for (const lane of this.#of(sessionId)) {
      if (!lane.has(side)) this.#keeper?.laneOffered(sessionId, side, this.#offer(lane, side));
    }
  }

  closeTool(sessionId: string, tool: Tool, code: ErrorCode, reason: LaneClosing): void {
    for (const lane of this.#of(sessionId)) if (lane.fact.tool === tool) lane.close(code, reason);
  }

  closeSession(sessionId: string, code: ErrorCode, reason: LaneClosing): void {
    for (const lane of this.#of(sessionId)) lane.close(code, reason);
  }

  /** A sign-in has ended: its ends go, and its tickets open nothing. Nothing passes any more when this returns. */
  closeSignIn(signInId: string): void {
    this.#tickets.withdraw(signInId);
    for (const [laneId, of] of this.#signIns) {
      if (of === signInId) this.#lanes.get(laneId)?.close('lane.peer-gone', 'connection-lost');
    }
  }

  /**
   * An upgrade request that shows a ticket, its Origin already checked. A wrong ticket is told by a close code,
   * because a page cannot read the status of a refused upgrade. @throws Refusal `request.invalid` for no WebSocket.
   */
  accept(ticket: string, request: IncomingMessage, socket: Socket, head: Buffer): void {
    const accept = checkHandshake(request);
    const admitted = this.#admit(ticket);
    completeHandshake(socket, accept);
    if (!admitted) {
      this.#turnAway(socket, 'ticket.wrong');
      return;
    }
    const { lane, side, signInId } = admitted;
    if (signInId !== undefined) this.#signIns.set(lane.fact.laneId, signInId);
    lane.attach(side, socket, head);
  }

  /** How many lanes relay right now, by tool. */
  openByTool(): Record<string, number> {
    const counts: Record<string, number> = Object.fromEntries(TOOLS.map((tool) => [tool, 0]));
    for (const { standing, fact } of this.#lanes.values()) {
      if (standing === 'open') counts[fact.tool] = (counts[fact.tool] ?? 0) + 1;
    }
    return counts;
  }

  /** Payload bytes relayed since the start, by the side that sent them. */
  relayedBytes(): Record<Side, number> {
    const bytes = { ...this.#passed };
    for (const lane of this.#lanes.values()) {
      bytes.technician += lane.bytes.technician;
      bytes.customer += lane.bytes.customer;
    }
    return bytes;
  }

  /** The broker stops. Sessions go on at the next start; lanes do not. */
  close(): void {
    this.#cancelBeat?.();
    for (const lane of this.#lanes.values()) lane.close('server.stopping', 'broker-restarted');
  }

  #admit(ticket: string): (Admission & { lane: Lane }) | undefined {
    const admission = this.#tickets.redeem(ticket);
    const lane = admission && this.#lanes.get(admission.laneId);
    return lane && !lane.has(admission.side) ? { ...admission, lane } : undefined;
  }

  #turnAway(socket: Socket, code: ErrorCode): void {
    socket.on('error', () => socket.destroy());
    socket.end(closeFrame(code));
    socket.resume();
    const cancel = this.#clock.after(LINGER_MS, () => socket.destroy());
    socket.once('end', () => socket.destroy());
    socket.once('close', cancel);
  }

  #newLane(sessionId: string, tool: Tool): Lane {
    if (!this.#keeper) throw new Error('nobody keeps these lanes');
    const fact = { sessionId, laneId: randomUUID(), tool };
    const lane = new Lane(fact, this.#clock, this.#keeper, (closed) => this.#forget(closed));
    this.#lanes.set(fact.laneId, lane);
    return lane;
  }

  #offer({ fact: { laneId, tool } }: Lane, side: Side): LaneOffer {
    return (signInId) => {
      this.#expireLater(laneId);
      return { laneId, tool, ticket: this.#tickets.issue({ laneId, side, signInId }) };
    };
  }

  /** A lane whose other end does not come while a ticket is good is given up. */
  #expireLater(laneId: string): void {
    this.#clock.after(TICKET_TTL_MS * 2, () => {
      const lane = this.#lanes.get(laneId);
      if (lane?.standing === 'waiting') lane.close('lane.peer-gone', 'connection-lost');
    });
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane.fact.laneId);
    this.#signIns.delete(lane.fact.laneId);
    this.#passed.technician += lane.bytes.technician;
    this.#passed.customer += lane.bytes.customer;
  }

  #of(sessionId: string): Lane[] {
    return [...this.#lanes.values()].filter(({ fact }) => fact.sessionId === sessionId);
  }

  #beatLater(): void {
    this.#cancelBeat = this.#clock.after(BEAT_EVERY_MS, () => {
      for (const lane of this.#lanes.values()) lane.beat();
      this.#beatLater();
    });
  }
}
