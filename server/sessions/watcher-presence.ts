import type { Clock } from '../clock.ts';

/** A page that was loaded anew, or whose network broke, is back within this time; else its user watches no longer. */
export const WATCHER_BACK_WITHIN_MS = 20_000;

/** Which of one session's watchers, or of those who wait to have it, have a page open, by user id. */
export class WatcherPresence {
  readonly #clock: Clock;
  readonly #gone: (userId: string) => void;
  readonly #connections = new Map<string, Set<string>>();
  readonly #cancelWait = new Map<string, () => void>();

  /** `gone`: the last page of a user went, and none came within the time. */
  constructor(clock: Clock, gone: (userId: string) => void) {
    this.#clock = clock;
    this.#gone = gone;
  }

  came(userId: string, connectionId: string): void {
    this.#cancelWait.get(userId)?.();
    this.#cancelWait.delete(userId);
    this.#connections.set(userId, (this.#connections.get(userId) ?? new Set<string>()).add(connectionId));
  }

  /** Answers whether it was their last one. */
  went(userId: string, connectionId: string): boolean {
    const theirs = this.#connections.get(userId);
    if (!theirs?.delete(connectionId) || theirs.size > 0) return false;
    this.#connections.delete(userId);
    this.#cancelWait.get(userId)?.();
    this.#cancelWait.set(
      userId,
      this.#clock.after(WATCHER_BACK_WITHIN_MS, () => {
        this.#cancelWait.delete(userId);
        this.#gone(userId);
      }),
    );
    return true;
  }

  connectionsOf(userId: string): ReadonlySet<string> {
    return new Set(this.#connections.get(userId));
  }

  isHere(userId: string): boolean {
    return this.#connections.has(userId);
  }

  /** What they were there for is over: who comes now comes for something else. */
  forget(): void {
    this.close();
    this.#connections.clear();
  }

  close(): void {
    for (const cancel of this.#cancelWait.values()) cancel();
    this.#cancelWait.clear();
  }
}
