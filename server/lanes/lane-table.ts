import type { Side } from '../../protocol/session.ts';
import { TOOLS } from '../../protocol/tool.ts';
import type { Lane } from './lane.ts';

/** The lanes that are there, whose sign-in speaks at the technician's end of each, and what passed over those that were. */
export class LaneTable {
  readonly #lanes = new Map<string, Lane>();
  /** By lane id. */
  readonly #signIns = new Map<string, string>();
  readonly #passed: Record<Side, number> = { technician: 0, customer: 0 };

  add(lane: Lane): void {
    this.#lanes.set(lane.fact.laneId, lane);
  }

  get(laneId: string): Lane | undefined {
    return this.#lanes.get(laneId);
  }

  of(sessionId: string): Lane[] {
    return this.all().filter(({ fact }) => fact.sessionId === sessionId);
  }

  all(): Lane[] {
    return [...this.#lanes.values()];
  }

  speaksFor({ fact }: Lane, signInId: string): void {
    this.#signIns.set(fact.laneId, signInId);
  }

  bySignIn(signInId: string): Lane[] {
    return this.all().filter(({ fact }) => this.#signIns.get(fact.laneId) === signInId);
  }

  /** It is closed: what it carried stays counted. */
  remove({ fact, bytes }: Lane): void {
    this.#lanes.delete(fact.laneId);
    this.#signIns.delete(fact.laneId);
    this.#passed.technician += bytes.technician;
    this.#passed.customer += bytes.customer;
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
}
