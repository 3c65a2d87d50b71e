import { isPowerOfTwo, sameBytes } from '../../protocol/proof/merkle.ts';
import { hashing } from '../records/transparency/node-crypto.ts';

const HASH_BYTES = 32;

/** That the log of `from` entries with `fromRoot` is not the beginning of the one of `to` entries with `toRoot`. */
interface Fork {
  readonly from: number;
  readonly fromRoot: Uint8Array;
  readonly to: number;
  readonly toRoot: Uint8Array;
}

/**
 * Whether a proof of growth that does not fit says something of the log, or only of who sent it. Where it leads to the
 * root that was signed now, but from another one than was signed before, the log has another beginning: nobody can make
 * such hashes up. Where `from` is a power of two the old root itself is a part of the way, and a false proof reads like
 * a fork: that is taken for one.
 */
export function mayBeFork({ from, fromRoot, to, toRoot }: Fork, proof: readonly Uint8Array[]): boolean {
  if (from === 0 || from >= to || proof.some(({ length }) => length !== HASH_BYTES)) return false;
  if (isPowerOfTwo(from)) return true;
  const hashes = [...proof];
  const roots = rootsOf(from, to, hashes);
  if (roots === undefined || hashes.length > 0) return false;
  return sameBytes(roots.now, toRoot) && !sameBytes(roots.before, fromRoot);
}

/** The roots that a proof leads to (RFC 9162, 2.1.4.1, read from its end); takes what it uses out of `proof`. */
function rootsOf(
  from: number,
  to: number,
  proof: Uint8Array[],
): { before: Uint8Array; now: Uint8Array } | undefined {
  if (from === to) {
    const hash = proof.shift();
    return hash && { before: hash, now: hash };
  }
  const left = largestPowerOfTwoBelow(to);
  const isLeft = from <= left;
  const inner = isLeft ? rootsOf(from, left, proof) : rootsOf(from - left, to - left, proof);
  const beside = proof.shift();
  if (inner === undefined || beside === undefined) return undefined;
  return isLeft
    ? { before: inner.before, now: hashing.node(inner.now, beside) }
    : { before: hashing.node(beside, inner.before), now: hashing.node(beside, inner.now) };
}

// Not with bit operators: a log may have more leaves than 32 bits can count.
function largestPowerOfTwoBelow(number: number): number {
  let power = 1;
  while (power * 2 < number) power *= 2;
  return power;
}
