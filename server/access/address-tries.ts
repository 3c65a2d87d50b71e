import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import { type Rate, TokenBucket } from '../token-bucket.ts';
import { addressGroup } from './client-address.ts';

/** Beyond this the address that was counted longest ago is forgotten: what is limited is work, and nobody is to be shut out. */
export const MAX_ADDRESSES = 50_000;

/** How often each address may ask for something, whatever it is answered. */
export class AddressTries {
  /** The one that asked longest ago comes first. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly rate: Rate,
    private readonly clock: Clock,
  ) {}

  /** @throws Refusal `tries.too-many` with the time to come back. */
  take(address: string): void {
    const group = addressGroup(address);
    const bucket = this.#buckets.get(group) ?? new TokenBucket(this.rate, this.clock);
    const taken = bucket.take();
    this.#buckets.delete(group);
    this.#buckets.set(group, bucket);
    this.#forget();
    if (taken) return;
    const seconds = Math.ceil(bucket.waitMs() / 1000);
    throw new Refusal('tries.too-many', `Too many tries. Try again in ${seconds} s.`, undefined, seconds);
  }

  /** Whoever has all tries back needs not be remembered. */
  #forget(): void {
    for (const [group, bucket] of this.#buckets) {
      if (!bucket.isFull && this.#buckets.size <= MAX_ADDRESSES) return;
      this.#buckets.delete(group);
    }
  }
}
