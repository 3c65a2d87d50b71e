import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../refusal.ts';
import { addressGroup } from './client-address.ts';

export interface TryLimit {
  readonly tries: number;
  readonly withinSeconds: number;
}

/**
 * Failed sign-ins. Guessing from one address stops after five; an address as a whole is limited, so that one machine
 * cannot walk through many accounts; an account as a whole bears more, and its limit holds only at addresses that
 * nobody signed in to it from: strangers at three of them use it up, and may not lock its owner out.
 */
export const SIGN_IN_LIMITS = {
  accountFromAddress: { tries: 5, withinSeconds: 15 * 60 },
  account: { tries: 50, withinSeconds: 60 * 60 },
  address: { tries: 50, withinSeconds: 60 * 60 },
} as const satisfies Record<string, TryLimit>;

/** How long an address is known after a sign-in: over a holiday. */
const KNOWN_FOR_SECONDS = 14 * 24 * 60 * 60;

export type SignInLimits = Record<keyof typeof SIGN_IN_LIMITS, TryLimit>;

/** Thrown in place of a check. `first`: the try that used up the limit; the following ones are not news. */
export class TooManyTries extends Refusal {
  constructor(
    retryAfterSeconds: number,
    readonly first: boolean,
  ) {
    super('tries.too-many', 'Too many tries. Wait, then try again.', undefined, retryAfterSeconds);
  }
}

export class SignInTries {
  readonly #limiters;
  /** By address and account: whoever signed in there lately. */
  readonly #known = new RateLimiterMemory({ points: 1, duration: KNOWN_FOR_SECONDS });

  constructor(limits: SignInLimits = SIGN_IN_LIMITS) {
    const limiter = ({ tries, withinSeconds }: TryLimit) =>
      new RateLimiterMemory({ points: tries, duration: withinSeconds });
    this.#limiters = {
      accountFromAddress: limiter(limits.accountFromAddress),
      account: limiter(limits.account),
      address: limiter(limits.address),
    };
  }

  /**
   * Counts a try before it is checked, so that tries at the same time are counted too. The address comes
   * first: a refused one adds no key, which bounds the memory that a stranger can take.
   * Answers what to call when the password was right: it was no try then, and what was counted is given back.
   * @throws TooManyTries
   */
  async take(email: string, address: string): Promise<() => Promise<void>> {
    const group = addressGroup(address);
    const pair = `${group} ${email}`;
    await this.#consume('address', group);
    await this.#consume('accountFromAddress', pair);
    const known = (await this.#known.get(pair)) !== null;
    if (!known) await this.#consume('account', email);
    return async () => {
      await this.#limiters.accountFromAddress.delete(pair);
      if (!known) await this.#limiters.account.reward(email, 1);
      await this.#limiters.address.reward(group, 1);
      await this.#known.set(pair, 1, KNOWN_FOR_SECONDS);
    };
  }

  async #consume(which: keyof SignInLimits, key: string): Promise<void> {
    const limiter = this.#limiters[which];
    try {
      await limiter.consume(key, 1);
    } catch (rejection) {
      if (!(rejection instanceof RateLimiterRes)) throw rejection;
      throw new TooManyTries(
        Math.max(1, Math.ceil(rejection.msBeforeNext / 1000)),
        rejection.consumedPoints === limiter.points + 1,
      );
    }
  }
}
