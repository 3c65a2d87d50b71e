import type { IncomingMessage } from 'node:http';
import type { Namespace, Socket } from 'socket.io';
import { ConsoleHandshake, FromConsole, type ToConsole } from '../../protocol/console-messages.ts';
import type { MediaNews } from '../../protocol/media.ts';
import type { ReadingPolicy } from '../../protocol/reading-policy.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Identify } from '../access/identify.ts';
import { mayDo } from '../access/policies.ts';
import type { SignedIn } from '../access/signed-in.ts';
import type { Clock } from '../clock.ts';
import type { LaneOffer } from '../lanes/lane-registry.ts';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';
import type { Passed } from '../sessions/passing-desk.ts';
import type { SessionService } from '../sessions/session-service.ts';
import {
  forgetRequest,
  MESSAGES_PER_CONSOLE,
  parsedHandshake,
  refusedConnection,
  takeMessages,
} from './message-intake.ts';
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
  /** Sessions of their own that this page follows. */
  readonly watched: Set<string>;
  /** Those of others that it watches, or may. */
  readonly followed: Set<string>;
  /** Those that it is about to follow: that it reads them is on its way to the record. */
  readonly toFollow: Map<string, Promise<object | undefined>>;
  /** Sessions that are offered to its user, and that it waits for. */
  readonly awaited: Set<string>;
  /** The invitations that it was told of last. */
  invitations: string;
  offers: string;
}

const mayConnect = (user: SignedIn): boolean => mayDo(user, 'session.open') || mayDo(user, 'session.watch');

/**
 * The pages of technicians, and of who watches. Each may follow sessions of its own technician, and is there for a session
 * while it does; of others it hears what one who watches may know, and nothing else is pushed to it.
 */
export class ConsoleConnections {
  readonly #parts: ConsoleParts;
  readonly #watchers = new Set<Watcher>();
  /** For each connection that is being let in: the sign-ins that have ended since it was begun, or whose they were. */
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
    for (const watcher of this.#watchers)
      if (watcher.followed.has(sessionId)) this.#tellWatched(watcher, sessionId);
    const invited = this.#parts.sessions.watching.watchersOf(sessionId);
    for (const watcher of this.#watchers)
      if (invited.has(watcher.technician.userId)) this.#tellInvitations(watcher);
    const successor = this.#parts.sessions.passing.successorOf(sessionId);
    // Whom it was offered to before somebody else hears that it is not any more.
    for (const watcher of this.#watchers)
      if (watcher.technician.userId === successor || watcher.offers.includes(sessionId))
        this.#tellOffers(watcher);
  }

  /** Its pages of before are told, and have no part in it; those that wait for it are its technician's, who watches it in none. */
  pass({ sessionId, passingId, userId, to, connections }: Passed): void {
    for (const watcher of this.#watchers) {
      const { socket, technician, watched, awaited } = watcher;
      awaited.delete(sessionId);
      if (watched.delete(sessionId))
        push(socket, { type: 'session.passed', sessionId, passingId, to } satisfies ToConsole);
      if (technician.userId === userId) this.#unfollow(watcher, sessionId);
      if (connections.has(socket.id)) watched.add(sessionId);
    }
  }

  offerLane(sessionId: string, offer: LaneOffer): void {
    for (const { socket, technician } of this.#watching(sessionId)) {
      const pass = offer(technician.signInId);
      push(socket, { type: 'lane.offered', sessionId, pass } satisfies ToConsole);
    }
  }

  /** Whoever of them has that end knows its lane; to the others it says nothing. `watchingId`: it is of one who watches. */
  tellMedia(sessionId: string, news: MediaNews, watchingId?: string): void {
    const { watching } = this.#parts.sessions;
    const theirs =
      watchingId === undefined
        ? this.#watching(sessionId)
        : [...this.#watchers].filter(
            ({ followed, technician }) =>
              followed.has(sessionId) && watching.watchingId(sessionId, technician.userId) === watchingId,
          );
    for (const { socket } of theirs) push(socket, { ...news, sessionId } satisfies ToConsole);
  }

  /**
   * The pages of whoever has nothing to do here any more are closed; coming back they are told why. With them goes what they
   * watch, as with a new role.
   */
  readingChanged(reading: ReadingPolicy): void {
    for (const { socket, technician } of this.#watchers)
      if (!mayConnect({ ...technician, reading })) socket.disconnect(true);
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

  /** Lets in none of this person's that is on its way. @returns the sign-ins of those that are here. */
  endSignInsOf(userId: string): ReadonlySet<string> {
    for (const ended of this.#endedMeanwhile) ended.add(userId);
    const theirs = [...this.#watchers].filter(({ technician }) => technician.userId === userId);
    return new Set(theirs.flatMap(({ technician }) => technician.signInId ?? []));
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
    if (
      technician?.signInId === undefined ||
      ended.has(technician.signInId) ||
      ended.has(technician.userId)
    ) {
      throw new Refusal('sign-in.needed', 'Sign in first.');
    }
    if (!mayConnect(technician)) throw new Refusal('permission.missing', 'Your role does not allow this.');
    socket.data.technician = technician;
  }

  #serve(socket: Socket): void {
    forgetRequest(socket);
    const technician = socket.data.technician as SignedIn;
    const watcher: Watcher = {
      socket,
      technician,
      watched: new Set(),
      followed: new Set(),
      toFollow: new Map(),
      awaited: new Set(),
      invitations: '[]',
      offers: '[]',
    };
    this.#watchers.add(watcher);
    this.#tellInvitations(watcher);
    this.#tellOffers(watcher);
    const answer = (message: FromConsole) => this.#answer(watcher, message);
    takeMessages(socket, FromConsole, answer, this.#parts, MESSAGES_PER_CONSOLE);
    socket.on('disconnect', () => {
      this.#watchers.delete(watcher);
      watcher.toFollow.clear();
      for (const sessionId of watcher.watched) this.#leave(watcher, sessionId);
      for (const sessionId of watcher.followed) this.#unfollow(watcher, sessionId);
      for (const sessionId of watcher.awaited)
        this.#parts.sessions.passing.takerWent(sessionId, technician.userId, socket.id);
    });
  }

  async #answer(watcher: Watcher, message: FromConsole): Promise<object | undefined> {
    const { sessions } = this.#parts;
    const { sessionId } = message;
    if (message.type === 'watching.follow') return this.#follow(watcher, message);
    if (message.type === 'watching.unfollow') this.#unfollow(watcher, sessionId);
    const answer = await sessions.fromConsole(watcher.technician, message);
    if (message.type === 'session.unwatch' && watcher.watched.delete(sessionId))
      this.#leave(watcher, sessionId);
    if (message.type === 'passing.take' && this.#watchers.has(watcher)) {
      watcher.awaited.add(sessionId);
      sessions.passing.takerCame(sessionId, watcher.technician.userId, watcher.socket.id);
    }
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

  /** Recorded once for a page that follows. One that left meanwhile does not follow, whatever it asked before. */
  async #follow(watcher: Watcher, message: FromConsole): Promise<object | undefined> {
    const { watching } = this.#parts.sessions;
    const { socket, technician, followed, toFollow } = watcher;
    const { sessionId } = message;
    if (followed.has(sessionId)) return { watched: watching.watchedState(sessionId, technician) };
    const underWay = toFollow.get(sessionId);
    if (underWay) return underWay;
    const reading = this.#parts.sessions.fromConsole(technician, message);
    toFollow.set(sessionId, reading);
    const isWanted = () => toFollow.get(sessionId) === reading;
    try {
      const answer = await reading;
      if (isWanted()) {
        followed.add(sessionId);
        watching.watcherCame(sessionId, technician.userId, socket.id);
      }
      return answer;
    } finally {
      if (isWanted()) toFollow.delete(sessionId);
    }
  }

  #unfollow({ socket, technician, followed, toFollow }: Watcher, sessionId: string): void {
    toFollow.delete(sessionId);
    if (followed.delete(sessionId))
      this.#parts.sessions.watching.watcherWent(sessionId, technician.userId, socket.id);
  }

  /** Who may not look at it any more follows it no longer, and holds nobody else up. */
  #tellWatched(watcher: Watcher, sessionId: string): void {
    try {
      const state = this.#parts.sessions.watching.watchedState(sessionId, watcher.technician);
      pushState(watcher.socket, sessionId, { type: 'watching.state', state } satisfies ToConsole);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#unfollow(watcher, sessionId);
    }
  }

  /** All of them, whenever they are others than before. */
  #tellInvitations(watcher: Watcher): void {
    const items = this.#parts.sessions.watching.invitations(watcher.technician.userId);
    const words = JSON.stringify(items);
    if (words === watcher.invitations) return;
    watcher.invitations = words;
    push(watcher.socket, { type: 'invitations.state', items } satisfies ToConsole);
  }

  #tellOffers(watcher: Watcher): void {
    const items = this.#parts.sessions.passing.offers(watcher.technician.userId);
    const words = JSON.stringify(items);
    if (words === watcher.offers) return;
    watcher.offers = words;
    push(watcher.socket, { type: 'offers.state', items } satisfies ToConsole);
  }

  #watching(sessionId: string): Watcher[] {
    return [...this.#watchers].filter(({ watched }) => watched.has(sessionId));
  }
}
