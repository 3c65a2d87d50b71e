import type { Side } from '../../protocol/session.ts';

/** Who is connected to a session, by which connections. */
export class Presence {
  /** Sides that nobody has come back from since the broker took the session up again. */
  readonly awaySinceStart = new Set<Side>();
  readonly #connections: Record<Side, Set<string>> = { technician: new Set(), customer: new Set() };
  #customerCame = false;

  /** Since this broker holds the session. */
  get customerCame(): boolean {
    return this.#customerCame;
  }

  isHere(side: Side): boolean {
    return this.#connections[side].size > 0;
  }

  has(side: Side, connectionId: string): boolean {
    return this.#connections[side].has(connectionId);
  }

  came(side: Side, connectionId: string): void {
    this.#connections[side].add(connectionId);
    this.awaySinceStart.delete(side);
    if (side === 'customer') this.#customerCame = true;
  }

  /** False for one that was not there. */
  went(side: Side, connectionId: string): boolean {
    return this.#connections[side].delete(connectionId);
  }

  /** These are the side's from now on, and no others. */
  replace(side: Side, connections: ReadonlySet<string>): void {
    this.#connections[side] = new Set(connections);
    this.awaySinceStart.delete(side);
  }
}
