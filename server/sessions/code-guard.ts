import { addressGroup } from '../access/client-address.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import { type Rate, TokenBucket } from './token-bucket.ts';

/**
 * Wrong codes only are counted; docs/decisions/0004-code-guessing.md has the arithmetic. One address: ten mistakes,
 * then one a minute, which is enough for a person who mistypes.
 */
export const WRONG_CODES_PER_ADDRESS: Rate = { burst: 10, refillMs: 60_000 };
/** Everybody together: 100 at once, then ten a minute, so that many addresses do not help. */
export const WRONG_CODES_IN_ALL: Rate = { burst: 100, refillMs: 6_000 };

/** Addresses remembered; the one unused longest is forgotten. The limit for everybody holds all the same. */
const MAX_ADDRESSES = 10_000;

/** Makes guessing of codes hopeless, at one address and from many. */
export class CodeGuard {
  readonly #clock: Clock;
  readonly #all: TokenBucket;
  readonly #byAddress = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = new TokenBucket(WRONG_CODES_IN_ALL, clock);
  }

  /** @throws Refusal `tries.too-many` with the time to come back, also for a right code. */
  check(address: string): void {
    const waitMs = Math.max(this.#all.waitMs(), this.#byAddress.get(addressGroup(address))?.waitMs() ?? 0);
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    throw new Refusal(
      'tries.too-many',
      `Too many wrong codes. Try again in ${seconds} s.`,
      undefined,
      seconds,
    );
  }

  countWrong(address: string): void {
    this.#all.take();
    const network = addressGroup(address);
    const bucket = this.#byAddress.get(network) ?? new TokenBucket(WRONG_CODES_PER_ADDRESS, this.#clock);
    bucket.take();
    this.#byAddress.delete(network);
    this.#byAddress.set(network, bucket);
    if (this.#byAddress.size > MAX_ADDRESSES) {
      const [oldest] = this.#byAddress.keys();
      if (oldest !== undefined) this.#byAddress.delete(oldest);
    }
  }
}
