import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { FromConsole } from '../../protocol/console-messages.ts';
import { handle } from '../../protocol/handlers.ts';
import type { CodeCard, Joined, JoinRequest, TakenOver, TakeOverRequest } from '../../protocol/join.ts';
import type { MediaNews } from '../../protocol/media.ts';
import type { SessionEntry } from '../../protocol/record.ts';
import {
  type EndSession,
  formatCode,
  type OpenSession,
  type SessionOpened,
  type Side,
} from '../../protocol/session.ts';
import type { AgentSessionState, ConsoleSessionState } from '../../protocol/session-state.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { demandAction } from '../access/policies.ts';
import type { SignedIn } from '../access/signed-in.ts';
import type { Clock } from '../clock.ts';
import type { LaneOffer, LaneRegistry, Party } from '../lanes/lane-registry.ts';
import type { Logger } from '../log.ts';
import type { AccountStore } from '../records/account-store.ts';
import { InDoubt, type Recorder } from '../records/recorder.ts';
import { Refusal } from '../refusal.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { hashAgentToken, hashCode, newCode } from './code.ts';
import { CodeGuard } from './code-guard.ts';
import { invitable, mayHaveIt } from './colleagues.ts';
import { agentCommands, consoleCommands, consoleOf, done } from './commands.ts';
import { Joining } from './joining.ts';
import { laneKeeper } from './lane-keeper.ts';
import { type LiveParts, LiveSession } from './live-session.ts';
import { beginning, checkVersion } from './opening.ts';
import { PassingDesk } from './passing-desk.ts';
import { mayFinish } from './passings.ts';
import { foldSession, isOver, type Session } from './session.ts';
import { noSession, SessionRoll } from './session-roll.ts';
import type { Authenticated, SessionService } from './session-service.ts';
import { agentStateOf, consoleStateOf, joinedOf, technicianCard } from './session-views.ts';
import { takeStatements } from './stated.ts';
import { TakeOvers } from './take-overs.ts';
import { termsFor, termsOf } from './terms.ts';
import { WatchingDesk } from './watching-desk.ts';

export interface LiveSessionsParts {
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly lanes: LaneRegistry;
  readonly settings: Pick<SettingsStore, 'current'>;
  /** Who may be invited to watch is looked up there. */
  readonly accounts: Pick<AccountStore, 'user'>;
  readonly log: Logger;
  /** 32 bytes that codes are hashed with. */
  readonly codeKey: Uint8Array;
  /** The broker's own address, as people reach it; read at each use because the port may come late. */
  readonly publicUrl: () => string;
  /** Where this broker serves the agent's package; `/agent.tgz` by default. */
  readonly agentPackagePath?: string;
}

/** More than one person can hold. */
const MAX_OPEN_PER_TECHNICIAN = 50;

/** Every session that this broker holds open, and a while longer those that are just over. */
export class LiveSessions implements SessionService {
  readonly #parts: LiveSessionsParts;
  readonly #liveParts: LiveParts;
  readonly #roll: SessionRoll;
  readonly watching: WatchingDesk;
  readonly #joining: Joining;
  readonly takeOvers: TakeOvers;
  readonly passing: PassingDesk;
  readonly #changeListeners = new Set<(sessionId: string) => void>();
  readonly #offerListeners = new Set<(sessionId: string, side: Side, offer: LaneOffer) => void>();
  readonly #mediaListeners = new Set<(sessionId: string, party: Party, news: MediaNews) => void>();

  constructor(parts: LiveSessionsParts) {
    this.#parts = parts;
    this.#roll = new SessionRoll(parts.clock);
    this.watching = new WatchingDesk(this.#roll, parts);
    this.passing = new PassingDesk(this.#roll, parts);
    const roll = this.#roll;
    const guard = new CodeGuard(parts.clock);
    this.#joining = new Joining({ ...parts, roll, guard });
    this.takeOvers = new TakeOvers({ ...parts, roll, guard, program: () => this.#program() });
    this.#liveParts = {
      ...parts,
      onChange: (sessionId) => this.#changed(sessionId),
      onUnavailable: (sessionId, error) => parts.log.error({ sessionId, err: error }, 'record unavailable'),
      onDefect: (sessionId, error) =>
        parts.log.error({ sessionId, err: error }, 'a change could not be told'),
    };
    parts.lanes.serve(
      laneKeeper(roll, {
        mediaTold: (sessionId, party, news) => {
          for (const listener of this.#mediaListeners) listener(sessionId, party, news);
        },
        laneOffered: (sessionId, side, offer) => {
          for (const listener of this.#offerListeners) listener(sessionId, side, offer);
        },
      }),
    );
  }

  /** Takes up what an earlier broker left open (`RecordStore.openSessions`). Called once, before anybody connects. */
  async resume(left: readonly SessionEntry[][]): Promise<void> {
    for (const entries of left) {
      const live = this.#add(foldSession(entries), entries);
      await live.resume();
      this.#parts.log.info({ sessionId: live.session.id, status: live.session.status }, 'session resumed');
    }
  }

  async open(technician: SignedIn, wish: OpenSession): Promise<SessionOpened> {
    const { clock, codeKey } = this.#parts;
    if (this.#roll.openOf(technician.userId) >= MAX_OPEN_PER_TECHNICIAN) {
      throw new Refusal('tries.too-many', `End a session first: ${MAX_OPEN_PER_TECHNICIAN} are open.`);
    }
    const code = newCode((taken) => this.#roll.isReserved(hashCode(taken, codeKey)));
    const codeHash = hashCode(code, codeKey);
    const entries = beginning(technician, wish, codeHash, clock.now());
    this.#roll.reserve(codeHash, technician.userId);
    try {
      const written = await this.#parts.recorder.append(entries);
      const live = this.#add(foldSession(written as SessionEntry[]));
      live.code = code;
      const { id, status, codeExpiresAt } = live.session;
      return { id, code: formatCode(code), codeExpiresAt, joinUrl: this.#joinUrl(code), status };
    } catch (error) {
      // Nobody got its code. Where it stands in the record after all, it has to end there.
      if (error instanceof InDoubt)
        void error.fate.then((late) => late && this.#add(foldSession(late as SessionEntry[])));
      throw error;
    } finally {
      this.#roll.release(codeHash);
    }
  }

  async lookAt(code: string, address: string): Promise<CodeCard> {
    const { session, terms } = this.#joining.byCode(code, address);
    const { codeExpiresAt } = session;
    return { card: technicianCard(session, terms), codeExpiresAt, ...this.#program() };
  }

  async join(request: JoinRequest, address: string): Promise<Joined> {
    checkVersion(request.protocolVersion);
    const { live, agentToken } = await this.#joining.join(request, address);
    return joinedOf(live, agentToken);
  }

  async takeOver(request: TakeOverRequest, address: string): Promise<TakenOver> {
    checkVersion(request.protocolVersion);
    const { live, agentToken } = this.takeOvers.join(request, address);
    return { sessionId: live.session.id, agentToken, protocolVersion: PROTOCOL_VERSION };
  }

  async authenticateAgent(agentToken: string): Promise<Authenticated> {
    const hash = hashAgentToken(agentToken);
    const awaiting = this.takeOvers.awaiting(hash);
    if (awaiting) return { sessionId: awaiting.session.id, kind: 'native', isSuccessor: true };
    const live = this.#roll.byToken(hash);
    if (!live) throw new Refusal('sign-in.needed', 'This agent belongs to no session. Join with a new code.');
    return { sessionId: live.session.id, kind: live.session.agent?.kind ?? 'native', isSuccessor: false };
  }

  agentState(sessionId: string): AgentSessionState {
    return agentStateOf(this.#live(sessionId));
  }

  consoleState(sessionId: string, technician: SignedIn): ConsoleSessionState {
    return consoleStateOf(this.#own(sessionId, technician), (code) => this.#joinUrl(code));
  }

  async connected(sessionId: string, side: Side, connectionId: string): Promise<void> {
    await this.#live(sessionId).connected(side, connectionId);
  }

  async disconnected(sessionId: string, side: Side, connectionId: string): Promise<void> {
    await this.#roll.byId(sessionId)?.disconnected(side, connectionId);
  }

  async fromAgent(sessionId: string, message: FromAgent): Promise<object | undefined> {
    const { takeOvers, passing } = this;
    return handle(agentCommands, message, {
      live: this.#live(sessionId),
      lanes: this.#parts.lanes,
      takeOvers,
      passing,
    });
  }

  async fromConsole(technician: SignedIn, message: FromConsole): Promise<object | undefined> {
    const live = this.#live(message.sessionId);
    if (live.session.technician.userId !== technician.userId) {
      if (message.type === 'account.state' && mayFinish(live.session, technician, this.#parts.clock.now()))
        return done(takeStatements(live, consoleOf(technician), message.statements));
      return this.watching.take(technician, message);
    }
    demandAction(technician, 'session.open');
    const { lanes, accounts } = this.#parts;
    const state = () => consoleStateOf(live, (code) => this.#joinUrl(code));
    const colleague = (userId: string) => invitable(accounts, userId, technician);
    const successor = (userId: string) => mayHaveIt(accounts, userId, technician);
    const { takeOvers, passing } = this;
    return handle(consoleCommands, message, {
      live,
      lanes,
      takeOvers,
      passing,
      technician,
      state,
      colleague,
      successor,
    });
  }

  async end(technician: SignedIn, sessionId: string, ending: EndSession): Promise<void> {
    await this.fromConsole(technician, { type: 'session.end', sessionId, ...ending });
  }

  async endSessionsOf(userId: string): Promise<void> {
    const theirs = () => this.#roll.all().filter(({ session }) => session.technician.userId === userId);
    await Promise.all([
      ...theirs().map((live) => live.endByBroker('user-disabled')),
      ...this.#roll.all().map((live) => live.endWatchingOf(userId)),
      ...this.#roll.all().map((live) => live.endOfferTo(userId)),
    ]);
    // One whose customer's yes was on its way came true before its offer could end.
    await Promise.all(theirs().map((live) => live.endByBroker('user-disabled')));
  }

  onChange(listener: (sessionId: string) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  onLaneOffered(listener: (sessionId: string, side: Side, offer: LaneOffer) => void): () => void {
    this.#offerListeners.add(listener);
    return () => this.#offerListeners.delete(listener);
  }

  onMediaTold(listener: (sessionId: string, party: Party, news: MediaNews) => void): () => void {
    this.#mediaListeners.add(listener);
    return () => this.#mediaListeners.delete(listener);
  }

  /** There is a media worker now, or none any more: who could talk learns it. */
  mediaChanged(): void {
    for (const live of this.#roll.all()) if (!isOver(live.session)) live.tellAnew();
  }

  /** How many sessions stand in each open status. */
  counts(): Record<string, number> {
    return this.#roll.counts();
  }

  /** Ends nothing: open sessions wait in the record for the next start. Resolves when what holds is written. */
  async close(): Promise<void> {
    this.#roll.close();
    await Promise.all(this.#roll.all().map((live) => live.close()));
  }

  #live(sessionId: string): LiveSession {
    const live = this.#roll.byId(sessionId);
    if (!live) throw noSession();
    return live;
  }

  /** Somebody else's session does not exist. */
  #own(sessionId: string, technician: SignedIn): LiveSession {
    const live = this.#live(sessionId);
    if (live.session.technician.userId !== technician.userId) throw noSession();
    return live;
  }

  #add(session: Session, entries: readonly SessionEntry[] = []): LiveSession {
    const shown = entries.find((entry) => entry.type === 'session.joined')?.shown;
    const terms = shown === undefined ? termsFor(session, this.#parts.settings.current()) : termsOf(shown);
    const live = new LiveSession(session, terms, this.#liveParts, entries);
    this.#roll.add(live);
    return live;
  }

  #program() {
    const publicUrl = this.#parts.publicUrl();
    return { publicUrl, agentPackageUrl: publicUrl + (this.#parts.agentPackagePath ?? '/agent.tgz') };
  }

  #joinUrl(code: string): string {
    return new URL(`/join#${code}`, this.#parts.publicUrl()).href;
  }

  #changed(sessionId: string): void {
    const live = this.#roll.byId(sessionId);
    if (live && isOver(live.session)) this.#roll.retire(live);
    for (const listener of this.#changeListeners) listener(sessionId);
  }
}
