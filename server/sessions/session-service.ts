import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { AgentKind } from '../../protocol/computer.ts';
import type { FromConsole } from '../../protocol/console-messages.ts';
import type { CodeCard, Joined, JoinRequest, TakenOver, TakeOverRequest } from '../../protocol/join.ts';
import type { MediaNews } from '../../protocol/media.ts';
import type { EndSession, OpenSession, SessionOpened, Side } from '../../protocol/session.ts';
import type { AgentSessionState, ConsoleSessionState } from '../../protocol/session-state.ts';
import type { SignedIn } from '../access/signed-in.ts';
import type { LaneOffer, Party } from '../lanes/lane-registry.ts';
import type { PassingService } from './passing-desk.ts';
import type { WatchingService } from './watching-desk.ts';

/** `isSuccessor`: it has no part in the session yet, and waits for the browser that it takes over from. */
export interface Authenticated {
  readonly sessionId: string;
  readonly kind: AgentKind;
  readonly isSuccessor: boolean;
}

/** Connections of programs that are to take over. They have no part in the session before `onHandedOver` tells of it. */
export interface Successors {
  came(sessionId: string, connectionId: string): void;
  gone(sessionId: string, connectionId: string): void;
  /** False once it came too late, or the browser's customer changed their mind. */
  awaits(sessionId: string): boolean;
  /** Called in the turn in which a session's agent is another one. */
  onHandedOver(listener: (sessionId: string) => void): () => void;
}

/** What signalling and HTTP ask of sessions. Every method throws a Refusal that says what to do, and never a half-done effect. */
export interface SessionService {
  /** Of sessions of other technicians. */
  readonly watching: WatchingService;
  /** Sessions on their way to another technician. */
  readonly passing: PassingService;
  open(technician: SignedIn, wish: OpenSession): Promise<SessionOpened>;
  /** The technician card behind a code, without using it up. A wrong one counts against `address`. */
  lookAt(code: string, address: string): Promise<CodeCard>;
  /** Uses up the code. @throws `code.wrong` (one answer for wrong, used and expired), `tries.too-many`, `protocol.mismatch`. */
  join(request: JoinRequest, address: string): Promise<Joined>;
  /** A program comes with a hand-over ticket and uses it up. @throws `ticket.wrong`, `tries.too-many`, `protocol.mismatch`. */
  takeOver(request: TakeOverRequest, address: string): Promise<TakenOver>;

  /**
   * The session that this token's agent belongs to. It may be over: an agent that comes back too late reads why in
   * its state. @throws `sign-in.needed`.
   */
  authenticateAgent(agentToken: string): Promise<Authenticated>;
  readonly takeOvers: Successors;
  agentState(sessionId: string): AgentSessionState;
  /** @throws `not-found` unless `technician` opened it. */
  consoleState(sessionId: string, technician: SignedIn): ConsoleSessionState;

  /** Presence: the first connection of a side ends its grace period, the loss of the last one starts it. */
  connected(sessionId: string, side: 'technician' | 'customer', connectionId: string): Promise<void>;
  disconnected(sessionId: string, side: 'technician' | 'customer', connectionId: string): Promise<void>;

  fromAgent(sessionId: string, message: FromAgent): Promise<object | undefined>;
  fromConsole(technician: SignedIn, message: FromConsole): Promise<object | undefined>;
  end(technician: SignedIn, sessionId: string, ending: EndSession): Promise<void>;

  /** Ends every open session of a technician whose account was disabled. */
  endSessionsOf(userId: string): Promise<void>;

  /** Called when a side is to come to a lane that the other one opened. */
  onLaneOffered(listener: (sessionId: string, side: Side, offer: LaneOffer) => void): () => void;
  /** Called when somebody is told something of their end of a media lane. */
  onMediaTold(listener: (sessionId: string, party: Party, news: MediaNews) => void): () => void;
  /** Called after every change with a session's id; signalling pushes the new state to whoever watches. */
  onChange(listener: (sessionId: string) => void): () => void;
  counts(): Record<string, number>;
}
