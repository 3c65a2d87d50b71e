import { verify } from 'node:crypto';
import type { Succession } from './key-ring.ts';
import { base64, verifyingKey } from './signing-key.ts';

/** What the old key signs, so that who trusts it can trust the new one. */
export const successionOf = (publicKey: Uint8Array): Buffer =>
  Buffer.from(`countersign log key v1\n${base64(publicKey)}\n`);

/** Whether the key before vouches for the key that came after it. */
export function isVouchedFor({ previousKey, key, signature }: Succession): boolean {
  if (signature === undefined) return false;
  const signed = successionOf(Buffer.from(key, 'base64'));
  const by = verifyingKey(Buffer.from(previousKey, 'base64'));
  return verify(null, signed, by, Buffer.from(signature, 'base64'));
}

/** Every key that `key` comes after, the nearest first. */
export function predecessorsOf(successions: readonly Succession[], key: string): string[] {
  const found: string[] = [];
  for (let at: string | undefined = key; at !== undefined; ) {
    const succession: Succession | undefined = successions.findLast((each) => each.key === at);
    at = succession?.previousKey;
    if (at === undefined || found.includes(at)) break;
    found.push(at);
  }
  return found;
}

/** The steps from one key to another, in order; none when there is no way, or nothing to go. */
export function successionsBetween(
  successions: readonly Succession[],
  from: string,
  to: string,
): Succession[] {
  const before = predecessorsOf(successions, to);
  const way = [to, ...before.slice(0, before.indexOf(from) + 1)].reverse();
  if (!before.includes(from)) return [];
  return way.slice(1).map((key) => successions.findLast((each) => each.key === key) as Succession);
}
