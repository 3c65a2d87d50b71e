import type { Namespace, Socket } from 'socket.io';
import { AgentHandshake, FromAgent, type ToAgent } from '../../protocol/agent-messages.ts';
import type { MediaNews } from '../../protocol/media.ts';
import { OPEN_STATUSES } from '../../protocol/session.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Clock } from '../clock.ts';
import type { LaneOffer } from '../lanes/lane-registry.ts';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { forgetRequest, parsedHandshake, refusedConnection, takeMessages } from './message-intake.ts';
import { push, pushState } from './outbox.ts';

export interface AgentParts {
  readonly sessions: SessionService;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An agent hangs up when its session is over; one that does not is helped. */
const HANG_UP_AFTER_MS = 10_000;

/** A browser that handed over may still end everything for this long: its customer may have pressed Stop meanwhile. */
const LAST_WORD_MS = 2_000;

/** The agents' connections: one per session, the newest counts. */
export class AgentConnections {
  readonly #parts: AgentParts;
  readonly #bySession = new Map<string, Socket>();
  /** Programs that wait for a browser to hand over. */
  readonly #successors = new Map<string, Socket>();

  constructor(namespace: Namespace, parts: AgentParts) {
    this.#parts = parts;
    namespace.use((socket, next) => {
      this.#authenticate(socket).then(
        () => next(),
        (error: unknown) => next(refusedConnection(error)),
      );
    });
    namespace.on('connection', (socket) => this.#serve(socket));
  }

  get count(): number {
    return this.#bySession.size;
  }

  pushState(sessionId: string): void {
    if (!this.#parts.sessions.takeOvers.awaits(sessionId)) this.#successors.get(sessionId)?.disconnect(true);
    const socket = this.#bySession.get(sessionId);
    if (!socket) return;
    const state = this.#parts.sessions.agentState(sessionId);
    pushState(socket, sessionId, { type: 'session.state', state } satisfies ToAgent);
    if (!OPEN_STATUSES.includes(state.status)) {
      this.#parts.clock.after(HANG_UP_AFTER_MS, () => socket.disconnect(true));
    }
  }

  offerLane(sessionId: string, offer: LaneOffer): void {
    const socket = this.#bySession.get(sessionId);
    if (socket) push(socket, { type: 'lane.offered', pass: offer() } satisfies ToAgent);
  }

  tellMedia(sessionId: string, news: MediaNews): void {
    const socket = this.#bySession.get(sessionId);
    if (socket) push(socket, news satisfies ToAgent);
  }

  /** Who joined as a program has no Origin: with one it is somebody else. A page has one of ours, or never came so far. */
  async #authenticate(socket: Socket): Promise<void> {
    const { agentToken } = parsedHandshake(AgentHandshake, socket.handshake.auth, PROTOCOL_VERSION);
    const { sessionId, kind, isSuccessor } = await this.#parts.sessions.authenticateAgent(agentToken);
    if (socket.handshake.headers.origin !== undefined && kind !== 'browser') {
      throw new Refusal('origin.refused', 'A page may not connect here.');
    }
    socket.data.sessionId = sessionId;
    socket.data.isSuccessor = isSuccessor;
  }

  /** The program that waits is the session's agent from now on. The state that it needs is pushed with the change. */
  handOver(sessionId: string): void {
    const older = this.#bySession.get(sessionId);
    const next = this.#successors.get(sessionId);
    this.#successors.delete(sessionId);
    if (next) this.#take(next, sessionId);
    else this.#bySession.delete(sessionId);
    if (!older) return;
    // The customer is where their program is, from now on.
    this.#parts.sessions.disconnected(sessionId, 'customer', older.id).catch(this.#failed(sessionId));
    this.#parts.clock.after(LAST_WORD_MS, () => older.disconnect(true));
  }

  #serve(socket: Socket): void {
    forgetRequest(socket);
    const sessionId = socket.data.sessionId as string;
    if (socket.data.isSuccessor) {
      this.#await(socket, sessionId);
      return;
    }
    const older = this.#bySession.get(sessionId);
    // The new one first, so that the session never sees its customer gone.
    this.#take(socket, sessionId);
    older?.disconnect(true);
    this.pushState(sessionId);
  }

  /** Nothing is told to it and nothing is taken from it: another end has the session. */
  #await(socket: Socket, sessionId: string): void {
    const { sessions } = this.#parts;
    const older = this.#successors.get(sessionId);
    this.#successors.set(sessionId, socket);
    socket.on('disconnect', () => {
      if (this.#successors.get(sessionId) === socket) this.#successors.delete(sessionId);
      sessions.takeOvers.gone(sessionId, socket.id);
    });
    // The new one first, so that the program is never seen to go.
    sessions.takeOvers.came(sessionId, socket.id);
    older?.disconnect(true);
    if (!sessions.takeOvers.awaits(sessionId)) socket.disconnect(true);
  }

  #failed = (sessionId: string) => (error: unknown) =>
    this.#parts.log.error({ err: error, sessionId }, 'presence');

  #take(socket: Socket, sessionId: string): void {
    const { sessions } = this.#parts;
    this.#bySession.set(sessionId, socket);
    const answer = async (message: FromAgent) => {
      if (this.#bySession.get(sessionId) !== socket && message.type !== 'session.stop')
        throw new Refusal('sign-in.needed', 'Another agent has taken over.');
      return sessions.fromAgent(sessionId, message);
    };
    takeMessages(socket, FromAgent, answer, this.#parts);
    const failed = this.#failed(sessionId);
    sessions.connected(sessionId, 'customer', socket.id).catch(failed);
    socket.on('disconnect', () => {
      if (this.#bySession.get(sessionId) === socket) this.#bySession.delete(sessionId);
      sessions.disconnected(sessionId, 'customer', socket.id).catch(failed);
    });
  }
}
