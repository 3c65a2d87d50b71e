import type { Clock } from '../../server/clock.ts';

/** Time that moves when the test says so. */
export class FakeClock implements Clock {
  #now: number;
  #timers = new Set<{ at: number; then: () => void }>();

  constructor(start = Date.parse('2026-03-02T09:00:00.000Z')) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** How many timers have yet to fire. */
  get pending(): number {
    return this.#timers.size;
  }

  after(delayMs: number, then: () => void): () => void {
    const timer = { at: this.#now + delayMs, then };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on by `ms`; timers fire in order, each at its own moment. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.then();
    }
    this.#now = end;
  }
}
