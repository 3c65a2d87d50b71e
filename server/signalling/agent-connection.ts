import type { Namespace, Socket } from 'socket.io';
import { AgentHandshake, FromAgent, type ToAgent } from '../../protocol/agent-messages.ts';
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

/** The agents' connections: one per session, the newest counts. */
export class AgentConnections {
  readonly #parts: AgentParts;
  readonly #bySession = new Map<string, Socket>();

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

  /** An agent is a program, not a page: one with an Origin is somebody else. */
  async #authenticate(socket: Socket): Promise<void> {
    if (socket.handshake.headers.origin !== undefined) {
      throw new Refusal('origin.refused', 'A page may not connect here.');
    }
    const { agentToken } = parsedHandshake(AgentHandshake, socket.handshake.auth, PROTOCOL_VERSION);
    const { sessionId } = await this.#parts.sessions.authenticateAgent(agentToken);
    socket.data.sessionId = sessionId;
  }

  #serve(socket: Socket): void {
    forgetRequest(socket);
    const { sessions, log } = this.#parts;
    const sessionId = socket.data.sessionId as string;
    const older = this.#bySession.get(sessionId);
    this.#bySession.set(sessionId, socket);
    takeMessages(socket, FromAgent, (message) => sessions.fromAgent(sessionId, message), this.#parts);
    const failed = (error: unknown) => log.error({ err: error, sessionId }, 'presence');
    // The new one first, so that the session never sees its customer gone.
    sessions.connected(sessionId, 'customer', socket.id).catch(failed);
    older?.disconnect(true);
    socket.on('disconnect', () => {
      if (this.#bySession.get(sessionId) === socket) this.#bySession.delete(sessionId);
      sessions.disconnected(sessionId, 'customer', socket.id).catch(failed);
    });
    this.pushState(sessionId);
  }
}
