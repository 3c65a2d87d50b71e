import { isPowerOfTwo, type TreeHashing } from './merkle.ts';

/** Leaves from `start` up to, not including, `end`. */
export type LeafRange = readonly [start: number, end: number];

/** The hash of the `index`-th complete subtree of 2^level leaves. */
export type ReadHash = (level: number, index: number) => Uint8Array;

/**
 * Where a complete subtree's hash stands when all are written one after the other as they become complete: the leaf's,
 * then those that it completes, from below. So a growing log only ever writes at its end.
 */
export function hashPosition(level: number, index: number): number {
  demandCounts(level, index);
  // The last leaf under it stands at leaf + leaf/2 + leaf/4 + ..., and `level` hashes above it follow.
  let position = level;
  for (let leaves = (index + 1) * 2 ** level - 1; leaves > 0; leaves = Math.floor(leaves / 2))
    position += leaves;
  return position;
}

/** How many hashes a tree of `size` leaves has written. */
export function hashCount(size: number): number {
  demandCounts(size);
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest;
  return count;
}

/** The root of the leaves in `range`, which must be one that a proof or a root is made of (RFC 9162, 2.1.1). */
export function hashOfRange(hashing: TreeHashing, [start, end]: LeafRange, read: ReadHash): Uint8Array {
  demandRising(start, end);
  const leaves = end - start;
  if (leaves === 0) return hashing.empty;
  if (isPowerOfTwo(leaves) && start % leaves === 0) return read(Math.log2(leaves), start / leaves);
  const middle = start + leftLeaves(leaves);
  return hashing.node(hashOfRange(hashing, [start, middle], read), hashOfRange(hashing, [middle, end], read));
}

/** The subtrees whose hashes prove that leaf `index` is in a tree of `size` leaves, in order (RFC 9162, 2.1.3.1). */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  demandRising(index, size - 1, size);
  const above: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + leftLeaves(end - start);
    if (index < middle) {
      above.push([middle, end]);
      end = middle;
    } else {
      above.push([start, middle]);
      start = middle;
    }
  }
  return above.reverse();
}

/** The subtrees whose hashes prove that a tree of `to` leaves begins with one of `from` (RFC 9162, 2.1.4.1). */
export function consistencyRanges(from: number, to: number): LeafRange[] {
  demandRising(from, to);
  if (from === 0 || from === to) return [];
  const above: LeafRange[] = [];
  let [start, end] = [0, to];
  // As long as the old tree ends inside, not at the end of, what is looked at.
  while (end !== from) {
    const middle = start + leftLeaves(end - start);
    if (from <= middle) {
      above.push([middle, end]);
      end = middle;
    } else {
      above.push([start, middle]);
      start = middle;
    }
  }
  // Whoever checks knows the old root, which this is when the old tree is complete.
  const bottom: LeafRange[] = start === 0 ? [] : [[start, end]];
  return [...bottom, ...above.reverse()];
}

/** The largest power of two that is smaller than `leaves`, which is at least 2. */
function leftLeaves(leaves: number): number {
  let power = 1;
  while (power * 2 < leaves) power *= 2;
  return power;
}

/** Numbers come from elsewhere too, and what is none of a tree's would be looked for without end. */
function demandCounts(...numbers: readonly number[]): void {
  if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
    throw new RangeError(`a tree has no such numbers of leaves: ${numbers.join(', ')}`);
}

function demandRising(...numbers: readonly number[]): void {
  demandCounts(...numbers);
  if (numbers.some((number, index) => number < (numbers[index - 1] ?? 0)))
    throw new RangeError(`a tree has no such leaves: ${numbers.join(', ')}`);
}
