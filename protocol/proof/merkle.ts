/** SHA-256 of some bytes. Each program brings its own: Node's on the broker, one in JavaScript in a browser. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export const HASH_BYTES = 32;

/** The hashes of a Merkle tree (RFC 9162, 2.1.1). */
export interface TreeHashing {
  leaf(data: Uint8Array): Uint8Array;
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
  readonly empty: Uint8Array;
}

export function treeHashing(sha256: Sha256): TreeHashing {
  // Leaves and nodes begin with different bytes, so that neither can be passed off as the other.
  const node = new Uint8Array(1 + 2 * HASH_BYTES);
  node[0] = 1;
  return {
    leaf(data) {
      const leaf = new Uint8Array(1 + data.length);
      leaf.set(data, 1);
      return sha256(leaf);
    },
    node(left, right) {
      node.set(left, 1);
      node.set(right, 1 + HASH_BYTES);
      return sha256(node);
    },
    empty: sha256(new Uint8Array(0)),
  };
}

/** A tree as far as its next leaf needs it: the roots of its complete subtrees, the largest first. Never changed. */
export interface Frontier {
  /** Leaves. */
  readonly size: number;
  readonly peaks: readonly Uint8Array[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, peaks: [] };

/**
 * The tree with one more leaf, and the hashes that are complete now and will never change: the leaf's, then those of
 * the subtrees that it completes, from below. `tree-shape.ts` says where each has its place.
 */
export function grow(
  hashing: TreeHashing,
  { size, peaks }: Frontier,
  leafHash: Uint8Array,
): { frontier: Frontier; complete: Uint8Array[] } {
  const complete = [leafHash];
  const higher = [...peaks];
  let hash = leafHash;
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
    hash = hashing.node(higher.pop() as Uint8Array, hash);
    complete.push(hash);
  }
  return { frontier: { size: size + 1, peaks: [...higher, hash] }, complete };
}

export const rootOf = (hashing: TreeHashing, { peaks }: Frontier): Uint8Array =>
  peaks.length === 0 ? hashing.empty : peaks.reduceRight((right, left) => hashing.node(left, right));

/**
 * Whether `proof` shows that the leaf with this hash is number `index` of the tree of `size` leaves whose root is `root`
 * (RFC 9162, 2.1.3.2).
 */
export function verifyInclusion(
  hashing: TreeHashing,
  claim: { leafHash: Uint8Array; index: number; size: number; root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  const { index, size } = claim;
  if (!isIndex(index) || !isIndex(size) || index >= size) return false;
  if (!areHashes([claim.leafHash, claim.root, ...proof])) return false;
  let place = index;
  let last = size - 1;
  let hash = claim.leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = hashing.node(sibling, hash);
      // At the right edge the levels that have no sibling are skipped.
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else hash = hashing.node(hash, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && sameBytes(hash, claim.root);
}

/**
 * Whether `proof` shows that the tree of `to` leaves begins with the tree of `from` leaves: nothing in between was
 * changed, moved or taken out (RFC 9162, 2.1.4.2).
 */
export function verifyConsistency(
  hashing: TreeHashing,
  claim: { from: number; fromRoot: Uint8Array; to: number; toRoot: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  const { from, fromRoot, to, toRoot } = claim;
  if (!isIndex(from) || !isIndex(to) || from > to || !areHashes([fromRoot, toRoot, ...proof])) return false;
  if (from === to) return proof.length === 0 && sameBytes(fromRoot, toRoot);
  // Every tree begins with the empty one.
  if (from === 0) return proof.length === 0 && sameBytes(fromRoot, hashing.empty);
  const [first, ...others] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  if (first === undefined || proof.length === 0) return false;
  let place = from - 1;
  let last = to - 1;
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  let fromHash = first;
  let toHash = first;
  for (const sibling of others) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      fromHash = hashing.node(sibling, fromHash);
      toHash = hashing.node(sibling, toHash);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else toHash = hashing.node(toHash, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && sameBytes(fromHash, fromRoot) && sameBytes(toHash, toRoot);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  // A loop: a verification compares millions of hashes, and a function called for each byte took a tenth of it.
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

/** A longer one would be cut where it is hashed: two texts for one proof. */
const areHashes = (hashes: readonly Uint8Array[]): boolean =>
  hashes.every(({ length }) => length === HASH_BYTES);

// Not with bit operators: a log may have more leaves than 32 bits can count.
const half = (number: number): number => Math.floor(number / 2);
const isIndex = (number: number): boolean => Number.isSafeInteger(number) && number >= 0;

export function isPowerOfTwo(number: number): boolean {
  let rest = number;
  while (rest > 1 && rest % 2 === 0) rest /= 2;
  return rest === 1;
}
