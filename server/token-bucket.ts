import type { Clock } from './clock.ts';

/** So many at once, and then one more each time `refillMs` has passed. */
export interface Rate {
  readonly burst: number;
  readonly refillMs: number;
}

/** Counts one thing against a rate. Holds two numbers and no timer. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #rate: Rate;
  /** When the bucket would have been empty, in the past; each token taken moves it on by `refillMs`. */
  #emptyAt: number;

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#emptyAt = clock.now() - rate.burst * rate.refillMs;
  }

  /** Takes one token, or answers false. */
  take(): boolean {
    if (this.waitMs() > 0) return false;
    this.#emptyAt = Math.max(this.#emptyAt, this.#fullSince()) + this.#rate.refillMs;
    return true;
  }

  /** How long until there is a token; 0 when there is one. */
  waitMs(): number {
    return Math.max(0, this.#emptyAt + this.#rate.refillMs - this.#clock.now());
  }

  get isFull(): boolean {
    return this.#emptyAt <= this.#fullSince();
  }

  #fullSince(): number {
    return this.#clock.now() - this.#rate.burst * this.#rate.refillMs;
  }
}
