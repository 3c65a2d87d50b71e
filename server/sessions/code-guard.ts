import { isIPv6 } from 'node:net';
import { addressGroup } from '../access/client-address.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import { type Rate, TokenBucket } from '../token-bucket.ts';

/**
 * Wrong codes only are counted; docs/decisions/0004-code-guessing.md has the arithmetic. One address: ten mistakes,
 * then one a minute, which is enough for a person who mistypes.
 */
export const WRONG_CODES_PER_ADDRESS: Rate = { burst: 10, refillMs: 60_000 };
/** Everybody together: 100 at once, then ten a minute. */
export const WRONG_CODES_IN_ALL: Rate = { burst: 100, refillMs: 6_000 };
/**
 * When everybody together has used that up, an address goes on while it has a slip left, so that a few guessers do not
 * shut out all others: one mistake is forgiven, and one more each half a day.
 */
export const SLIPS_PER_ADDRESS: Rate = { burst: 2, refillMs: 12 * 60 * 60_000 };

/** IPv6 networks that one guesser may have whole, and how many addresses' mistakes each may make. */
const IPV6_NETWORKS = [
  { prefix: 64, worth: 1 },
  { prefix: 56, worth: 2 },
  { prefix: 48, worth: 4 },
] as const;
/** Remembered at most, of each family: when it is full, strangers count as if they had no slip left. */
export const MAX_NETWORKS = 50_000;

interface Mistakes {
  readonly lately: TokenBucket;
  readonly slips: TokenBucket;
}

/** Makes guessing of codes hopeless, at one address and from many, and lets others in meanwhile. */
export class CodeGuard {
  readonly #clock: Clock;
  readonly #all: TokenBucket;
  /** Networks that were wrong, the one that was longest right first. */
  readonly #ipv4 = new Map<string, Mistakes>();
  readonly #ipv6 = new Map<string, Mistakes>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = new TokenBucket(WRONG_CODES_IN_ALL, clock);
  }

  /** @throws Refusal `tries.too-many` with the time to come back, also for a right code. */
  check(address: string): void {
    const known = networksOf(address).map(({ network }) => this.#memory(address).get(network));
    const lately = known.map((mistakes) => mistakes?.lately.waitMs() ?? 0);
    const waitMs = Math.max(...lately, this.#mayStillSlip(address, known) ? 0 : this.#all.waitMs());
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
    const memory = this.#memory(address);
    for (const { network, worth } of networksOf(address)) {
      const mistakes = memory.get(network) ?? {
        lately: new TokenBucket(times(WRONG_CODES_PER_ADDRESS, worth), this.#clock),
        slips: new TokenBucket(times(SLIPS_PER_ADDRESS, worth), this.#clock),
      };
      mistakes.lately.take();
      mistakes.slips.take();
      memory.delete(network);
      if (hasRoom(memory)) memory.set(network, mistakes);
    }
  }

  #mayStillSlip(address: string, known: readonly (Mistakes | undefined)[]): boolean {
    return known.every((mistakes) =>
      mistakes === undefined ? hasRoom(this.#memory(address)) : mistakes.slips.waitMs() === 0,
    );
  }

  #memory(address: string): Map<string, Mistakes> {
    return isIPv6(address) ? this.#ipv6 : this.#ipv4;
  }
}

/** Forgets what is long forgiven. What is not stays: who is forgotten too early could guess without end. */
function hasRoom(memory: Map<string, Mistakes>): boolean {
  for (const [network, { slips }] of memory) {
    if (!slips.isFull) break;
    memory.delete(network);
  }
  return memory.size < MAX_NETWORKS;
}

function networksOf(address: string): { network: string; worth: number }[] {
  if (!isIPv6(address)) return [{ network: address, worth: 1 }];
  return IPV6_NETWORKS.map(({ prefix, worth }) => ({ network: addressGroup(address, prefix), worth }));
}

const times = ({ burst, refillMs }: Rate, worth: number): Rate => ({
  burst: burst * worth,
  refillMs: refillMs / worth,
});
