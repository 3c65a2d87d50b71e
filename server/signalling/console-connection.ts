import type { IncomingMessage } from 'node:http';
import type { Namespace, Socket } from 'socket.io';
import { ConsoleHandshake, FromConsole, type ToConsole } from '../../protocol/console-messages.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Identify } from '../access/identify.ts';
import { demandAction } from '../access/policies.ts';
import type { SignedIn } from '../access/signed-in.ts';
import type { Clock } from '../clock.ts';
import type { LaneOffer } from '../lanes/lane-registry.ts';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { forgetRequest, parsedHandshake, refusedConnection, takeMessages } from './message-intake.ts';
import { push, pushState } from './outbox.ts';

export interface ConsoleParts {
  readonly sessions: SessionService;
  readonly identify: Identify;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Watcher {
  readonly socket: Socket;
  readonly technician: SignedIn;
  readonly watched: Set<string>;
}

/** The technicians' pages. Each may watch sessions of its own technician, and is there for a session while it does. */
export class ConsoleConnections {
  readonly #parts: ConsoleParts;
  readonly #watchers = new Set<Watcher>();
  /** For each connection that is being let in: the sign-ins that have ended since it was begun. */
  readonly #endedMeanwhile = new Set<Set<string>>();

  constructor(namespace: Namespace, parts: ConsoleParts) {
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
    return this.#watchers.size;
  }

  pushState(sessionId: string): void {
    for (const { socket, technician } of this.#watching(sessionId)) {
      const state = this.#parts.sessions.consoleState(sessionId, technician);
      pushState(socket, sessionId, { type: 'session.state', state } satisfies ToConsole);
    }
  }

  offerLane(sessionId: string, offer: LaneOffer): void {
    for (const { socket, technician } of this.#watching(sessionId)) {
      const pass = offer(technician.signInId);
      push(socket, { type: 'lane.offered', sessionId, pass } satisfies ToConsole);
    }
  }

  /** The pages of a sign-in that is no more are told, and closed. */
  closeSignIn(signInId: string): void {
    for (const ended of this.#endedMeanwhile) ended.add(signInId);
    for (const { socket, technician } of this.#watchers) {
      if (technician.signInId !== signInId) continue;
      push(socket, { type: 'sign-in.ended' } satisfies ToConsole);
      socket.disconnect(true);
    }
  }

  /**
   * The router has checked that an Origin, where there is one, is ours; a page always sends one. An API key is for
   * requests: what it opened here would outlive it, because nothing tells a connection that a key is over.
   */
  async #authenticate(socket: Socket): Promise<void> {
    if (socket.handshake.headers.origin === undefined) {
      throw new Refusal('origin.refused', 'Only a page may connect here.');
    }
    parsedHandshake(ConsoleHandshake, socket.handshake.auth, PROTOCOL_VERSION);
    const ended = new Set<string>();
    this.#endedMeanwhile.add(ended);
    const technician = await this.#parts
      .identify(socket.request as IncomingMessage)
      .finally(() => this.#endedMeanwhile.delete(ended));
    if (technician?.signInId === undefined || ended.has(technician.signInId)) {
      throw new Refusal('sign-in.needed', 'Sign in first.');
    }
    demandAction(technician, 'session.open');
    socket.data.technician = technician;
  }

  #serve(socket: Socket): void {
    forgetRequest(socket);
    const technician = socket.data.technician as SignedIn;
    const watcher: Watcher = { socket, technician, watched: new Set() };
    this.#watchers.add(watcher);
    takeMessages(socket, FromConsole, (message) => this.#answer(watcher, message), this.#parts);
    socket.on('disconnect', () => {
      this.#watchers.delete(watcher);
      for (const sessionId of watcher.watched) this.#leave(watcher, sessionId);
    });
  }

  async #answer(watcher: Watcher, message: FromConsole): Promise<object | undefined> {
    const { sessions } = this.#parts;
    const answer = await sessions.fromConsole(watcher.technician, message);
    const { sessionId } = message;
    if (message.type === 'session.unwatch' && watcher.watched.delete(sessionId))
      this.#leave(watcher, sessionId);
    if (message.type !== 'session.watch' || watcher.watched.has(sessionId)) return answer;
    if (!this.#watchers.has(watcher)) return answer;
    watcher.watched.add(sessionId);
    await sessions.connected(sessionId, 'technician', watcher.socket.id);
    return { state: sessions.consoleState(sessionId, watcher.technician) };
  }

  #leave({ socket }: Watcher, sessionId: string): void {
    this.#parts.sessions
      .disconnected(sessionId, 'technician', socket.id)
      .catch((error: unknown) => this.#parts.log.error({ err: error, sessionId }, 'presence'));
  }

  #watching(sessionId: string): Watcher[] {
    return [...this.#watchers].filter(({ watched }) => watched.has(sessionId));
  }
}
