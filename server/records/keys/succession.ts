import { voucherText } from '../../../protocol/proof/key-chain.ts';
import { verifySignature } from '../transparency/node-crypto.ts';
import type { Succession } from './key-ring.ts';

/** Whether the key before vouches for the key that came after it. */
export function isVouchedFor({ previousKey, key, signature }: Succession): boolean {
  if (signature === undefined) return false;
  const [by, next] = [previousKey, key].map((each) => Buffer.from(each, 'base64')) as [Buffer, Buffer];
  return verifySignature(by, voucherText(next), Buffer.from(signature, 'base64'));
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

/** These keys, in their order, and those that one of them vouches for, directly or through others. */
export function withVouchedFor(keys: readonly string[], successions: readonly Succession[]): string[] {
  const known = [...keys];
  for (const each of successions)
    if (known.includes(each.previousKey) && !known.includes(each.key) && isVouchedFor(each))
      known.push(each.key);
  return known;
}

/**
 * What the log has to be told of the way from its last key to the one in force: nothing where it knows, or there is no way.
 * Whoever can write to `keys.json` may have put keys on that way. Only those that the key before vouches for are told; where
 * one does not, the key in force comes next, and that by the word of who runs the broker.
 */
export function untoldSuccessions(
  successions: readonly Succession[],
  last: string,
  inForce: string,
): Succession[] {
  const way = successionsBetween(successions, last, inForce);
  const unsigned = way.findIndex((step) => !isVouchedFor(step));
  if (unsigned < 0) return way;
  const { previousKey } = way[unsigned] as Succession;
  return [...way.slice(0, unsigned), { previousKey, key: inForce }];
}

/** The steps from one key to another, in order; none when there is no way, or nothing to go. */
function successionsBetween(successions: readonly Succession[], from: string, to: string): Succession[] {
  if (from === to) return [];
  const before = predecessorsOf(successions, to);
  const way = [to, ...before.slice(0, before.indexOf(from) + 1)].reverse();
  if (!before.includes(from)) return [];
  return way.slice(1).map((key) => successions.findLast((each) => each.key === key) as Succession);
}
