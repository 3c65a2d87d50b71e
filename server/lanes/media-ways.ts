/**
 * Who found no way to the media worker, for the rest of a session: lanes of that tool, for that person, go over WebSockets
 * from then on, where they can.
 */
export class MediaWays {
  readonly #none = new Map<string, Set<string>>();
  readonly #refused = new Map<string, Set<string>>();

  hasNone(sessionId: string, key: string): boolean {
    return this.#none.get(sessionId)?.has(key) ?? false;
  }

  foundNone(sessionId: string, key: string): void {
    added(this.#none, sessionId, key);
  }

  /**
   * The worker made no end. It may just have died, and another takes its place: only the second time on end says that there
   * is no way. @returns whether it was that.
   */
  refused(sessionId: string, key: string): boolean {
    const isSecond = this.#refused.get(sessionId)?.has(key) ?? false;
    added(this.#refused, sessionId, key);
    return isSecond;
  }

  made(sessionId: string, key: string): void {
    this.#refused.get(sessionId)?.delete(key);
  }

  /** It is tried anew. @returns whether there was none. */
  forget(sessionId: string, key: string): boolean {
    this.made(sessionId, key);
    return this.#none.get(sessionId)?.delete(key) ?? false;
  }

  forgetSession(sessionId: string): void {
    this.#none.delete(sessionId);
    this.#refused.delete(sessionId);
  }
}

function added(to: Map<string, Set<string>>, sessionId: string, key: string): void {
  to.set(sessionId, (to.get(sessionId) ?? new Set<string>()).add(key));
}
