import { type Frontier, HASH_BYTES, sameBytes } from '../../../protocol/proof/merkle.ts';
import { hashPosition } from '../../../protocol/proof/tree-shape.ts';
import { hashing } from '../transparency/node-crypto.ts';

/** A complete subtree: the `index`-th of 2^level leaves. */
type Subtree = readonly [level: number, index: number];

/** The subtrees that a log of `size` leaves is made of, in the order of a frontier’s peaks. */
export function peaksOf(size: number): Subtree[] {
  const peaks: Subtree[] = [];
  let start = 0;
  for (let level = Math.floor(Math.log2(size || 1)); size > 0 && level >= 0; level -= 1) {
    const leaves = 2 ** level;
    if (start + leaves > size) continue;
    peaks.push([level, start / leaves]);
    start += leaves;
  }
  return peaks;
}

/**
 * Hashes of the log that lead to a frontier which is known to be right. The others are rows like any: who can write to the file
 * can make an entry’s leaf hash fit what they made of the entry.
 */
export class ProvedHashes {
  /** By position. What led to a peak once is not read again: the way of a neighbour ends there. */
  readonly #proved = new Map<number, Uint8Array>();

  constructor(
    readonly frontier: Frontier,
    private readonly read: (position: number) => Uint8Array | undefined,
  ) {
    for (const [nth, [level, index]] of peaksOf(frontier.size).entries())
      this.#proved.set(hashPosition(level, index), frontier.peaks[nth] as Uint8Array);
  }

  /** Whether this is the hash of leaf `leaf`. */
  has(leaf: number, leafHash: Uint8Array): boolean {
    if (leaf < 0 || leaf >= this.frontier.size) return false;
    const way = new Map<number, Uint8Array>();
    let [level, index, hash] = [0, leaf, leafHash];
    let position = hashPosition(level, index);
    while (!this.#proved.has(position)) {
      const isLeft = index % 2 === 0;
      const sibling = hashPosition(level, isLeft ? index + 1 : index - 1);
      const other = this.read(sibling);
      if (other?.length !== HASH_BYTES) return false;
      way.set(position, hash).set(sibling, other);
      hash = isLeft ? hashing.node(hash, other) : hashing.node(other, hash);
      [level, index] = [level + 1, Math.floor(index / 2)];
      position = hashPosition(level, index);
    }
    if (!sameBytes(this.#proved.get(position) as Uint8Array, hash)) return false;
    for (const [each, proved] of way) this.#proved.set(each, proved);
    return true;
  }
}
