import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { FromConsole } from '../../protocol/console-messages.ts';
import type { CodeCard, Joined, JoinRequest } from '../../protocol/join.ts';
import type { EndSession, OpenSession, SessionOpened, Side } from '../../protocol/session.ts';
import type { AgentSessionState, ConsoleSessionState } from '../../protocol/session-state.ts';
import type { SignedIn } from '../access/signed-in.ts';
import type { LaneOffer } from '../lanes/lane-registry.ts';

/** What signalling and HTTP ask of sessions. Every method throws a Refusal that says what to do, and never a half-done effect. */
export interface SessionService {
  open(technician: SignedIn, wish: OpenSession): Promise<SessionOpened>;
  /** The technician card behind a code, without using it up. A wrong one counts against `address`. */
  lookAt(code: string, address: string): Promise<CodeCard>;
  /** Uses up the code. @throws `code.wrong` (one answer for wrong, used and expired), `tries.too-many`, `protocol.mismatch`. */
  join(request: JoinRequest, address: string): Promise<Joined>;

  /**
   * The session that this token's agent belongs to. It may be over: an agent that comes back too late reads why in
   * its state. @throws `sign-in.needed`.
   */
  authenticateAgent(agentToken: string): Promise<{ sessionId: string }>;
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
  /** Called after every change with a session's id; signalling pushes the new state to whoever watches. */
  onChange(listener: (sessionId: string) => void): () => void;
  counts(): Record<string, number>;
}
