import type { SessionOffer } from '../../protocol/passing.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import type { LiveSession } from './live-session.ts';
import type { Taker } from './passing-decisions.ts';
import { isOver } from './session.ts';
import type { SessionRoll } from './session-roll.ts';

/** A session is another technician's now. */
export interface Passed {
  readonly sessionId: string;
  readonly passingId: string;
  readonly userId: string;
  /** Their name. */
  readonly to: string;
  /** Of their pages, the ones that wait for it. */
  readonly connections: ReadonlySet<string>;
}

/** What signalling asks about sessions that are passed on. */
export interface PassingService {
  /** What is, or was just now, offered to a user. */
  offers(userId: string): SessionOffer[];
  /** Whom it was offered to last. */
  successorOf(sessionId: string): string | undefined;
  /** A page of theirs waits for the customer's answer. */
  takerCame(sessionId: string, userId: string, connectionId: string): void;
  takerWent(sessionId: string, userId: string, connectionId: string): void;
  /** Called in the turn in which a session's technician is another one, before anybody is told. */
  onPassed(listener: (passed: Passed) => void): () => void;
}

/** Sessions on their way from one technician to another. */
export class PassingDesk implements PassingService {
  readonly #roll: SessionRoll;
  readonly #lanes: LaneRegistry;
  readonly #listeners = new Set<(passed: Passed) => void>();

  constructor(roll: SessionRoll, { lanes }: { lanes: LaneRegistry }) {
    this.#roll = roll;
    this.#lanes = lanes;
  }

  offers(userId: string): SessionOffer[] {
    return this.#roll.all().flatMap(({ session }): SessionOffer[] => {
      const { passing } = session;
      if (passing?.successor.userId !== userId || isOver(session)) return [];
      const { successor: _, endedBy: _by, ...rest } = passing;
      const { id: sessionId, technician, earlier, contact, reason: about } = session;
      const from = passing.standing === 'passed' ? (earlier.at(-1)?.technician ?? technician) : technician;
      return [{ ...rest, sessionId, technician: from.name, contact: contact.name, about }];
    });
  }

  successorOf(sessionId: string): string | undefined {
    return this.#roll.byId(sessionId)?.session.passing?.successor.userId;
  }

  takerCame(sessionId: string, userId: string, connectionId: string): void {
    this.#roll.byId(sessionId)?.takers.came(userId, connectionId);
  }

  takerWent(sessionId: string, userId: string, connectionId: string): void {
    this.#roll.byId(sessionId)?.takers.went(userId, connectionId);
  }

  /**
   * It stands in the record: nothing that the technician of before had open is open when this returns, and their pages have
   * no part in the session. The session is what it was before still.
   */
  passed(live: LiveSession, { userId }: Taker): void {
    const { id: sessionId, passing } = live.session;
    if (!passing) throw new Error('nobody passes this session on');
    const { passingId, successor } = passing;
    this.#lanes.closeSession(sessionId, 'lane.peer-gone', 'passed-on');
    const connections = live.takers.connectionsOf(userId);
    live.passOn(connections);
    for (const listener of this.#listeners)
      listener({ sessionId, passingId, userId, to: successor.name, connections });
  }

  onPassed(listener: (passed: Passed) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
