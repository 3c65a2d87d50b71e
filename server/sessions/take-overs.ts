import type { HandOverWay } from '../../protocol/hand-over.ts';
import type { TakeOverRequest } from '../../protocol/join.ts';
import type { Clock } from '../clock.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import { Refusal } from '../refusal.ts';
import { hashAgentToken, newAgentToken } from './code.ts';
import type { CodeGuard } from './code-guard.ts';
import { newTicket, type Successor } from './hand-over.ts';
import { decideBeginHandOver } from './hand-over-decisions.ts';
import type { LiveSession } from './live-session.ts';
import { isOver } from './session.ts';
import type { SessionRoll } from './session-roll.ts';
import type { Successors } from './session-service.ts';

export interface TakeOversParts {
  readonly roll: SessionRoll;
  readonly guard: CodeGuard;
  readonly lanes: LaneRegistry;
  readonly clock: Clock;
  /** Where the customer gets the program. */
  readonly program: () => Pick<HandOverWay, 'publicUrl' | 'agentPackageUrl'>;
}

/** Programs that take the place of browsers: they come with a ticket, connect, and are let in by the browser's word. */
export class TakeOvers implements Successors {
  readonly #parts: TakeOversParts;
  readonly #listeners = new Set<(sessionId: string) => void>();

  constructor(parts: TakeOversParts) {
    this.#parts = parts;
  }

  /** A ticket for the customer's own end; the one before opens nothing any more. @throws Refusal */
  async begin(live: LiveSession): Promise<HandOverWay> {
    const ticket = newTicket(this.#parts.clock.now());
    await live.widen(
      (session) => decideBeginHandOver(session, ticket.expiresAt),
      () => live.handOver.allow(ticket),
    );
    const expiresAt = new Date(ticket.expiresAt).toISOString();
    return { ticket: ticket.ticket, expiresAt, ...this.#parts.program() };
  }

  /**
   * A program comes with a ticket, and uses it up. Wrong ones count as wrong codes do.
   * @throws Refusal `ticket.wrong`, one answer for unknown, used and expired; `tries.too-many`; `request.invalid`
   */
  join({ ticket, agent, computer, signingKey }: TakeOverRequest, address: string) {
    const { guard, roll } = this.#parts;
    guard.check(address);
    if (agent.kind !== 'native') throw new Refusal('request.invalid', 'Only the program can take over.');
    const live = roll.all().find((each) => !isOver(each.session) && each.handOver.redeem(ticket));
    if (!live) {
      guard.countWrong(address);
      throw wrongTicket();
    }
    const agentToken = newAgentToken();
    const agentTokenHash = hashAgentToken(agentToken);
    live.handOver.expect({ agent, computer: { ...computer, address }, agentTokenHash, signingKey });
    return { live, agentToken };
  }

  /** The session that the program with this token waits for. */
  awaiting(agentTokenHash: string): LiveSession | undefined {
    return this.#parts.roll
      .all()
      .find(({ session, handOver }) => !isOver(session) && handOver.hasToken(agentTokenHash));
  }

  /**
   * It stands in the record: whatever the browser had open is closed, and its token opens nothing, when this returns.
   * The session is what it was before still.
   */
  handedOver(live: LiveSession, successor: Successor): void {
    const { session } = live;
    this.#parts.lanes.closeSession(session.id, 'lane.peer-gone', 'handed-over');
    this.#parts.roll.replaceToken(live, session.agentTokenHash, successor.agentTokenHash);
    for (const listener of this.#listeners) listener(session.id);
    live.handOver.end();
  }

  came(sessionId: string, connectionId: string): void {
    this.#parts.roll.byId(sessionId)?.handOver.came(connectionId);
  }

  gone(sessionId: string, connectionId: string): void {
    this.#parts.roll.byId(sessionId)?.handOver.gone(connectionId);
  }

  awaits(sessionId: string): boolean {
    const live = this.#parts.roll.byId(sessionId);
    return live?.handOver.successor !== undefined && !isOver(live.session);
  }

  onHandedOver(listener: (sessionId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const wrongTicket = (): Refusal =>
  new Refusal(
    'ticket.wrong',
    'This ticket does not work: it was used, is older than five minutes, or its session is over. Get a new command on the page where you found this one.',
  );
