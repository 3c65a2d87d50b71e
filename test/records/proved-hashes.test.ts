import assert from 'node:assert/strict';
import { EMPTY_FRONTIER, grow } from '../../protocol/proof/merkle.ts';
import { hashPosition } from '../../protocol/proof/tree-shape.ts';
import { ProvedHashes } from '../../server/records/sqlite/proved-hashes.ts';
import { hashing } from '../../server/records/transparency/node-crypto.ts';

const leafOf = (index: number) => hashing.leaf(Buffer.from(`leaf ${index}`));
const OTHER = hashing.leaf(Buffer.from('another leaf'));

/** What a log of `size` leaves has written, in order. */
function logOf(size: number) {
  let frontier = EMPTY_FRONTIER;
  const written: Uint8Array[] = [];
  for (let index = 0; index < size; index += 1) {
    const grown = grow(hashing, frontier, leafOf(index));
    written.push(...grown.complete);
    frontier = grown.frontier;
  }
  return { frontier, written };
}

describe('hashes that are proved by a frontier', () => {
  it('are those of every leaf of a log of any size, one after the other and each alone', () => {
    for (let size = 0; size <= 40; size += 1) {
      const { frontier, written } = logOf(size);
      const together = new ProvedHashes(frontier, (position) => written[position]);
      for (let index = 0; index < size; index += 1) {
        assert(together.has(index, leafOf(index)), `leaf ${index} of ${size}`);
        assert(new ProvedHashes(frontier, (position) => written[position]).has(index, leafOf(index)));
        assert(!together.has(index, OTHER), `leaf ${index} of ${size} is another one`);
      }
      for (const index of [-1, size]) assert(!together.has(index, leafOf(index)));
    }
  });

  it('are not those that lead to hashes of the file only', () => {
    const { frontier, written } = logOf(13);
    const forged = [...written];
    let hash = OTHER;
    forged[hashPosition(0, 4)] = hash;
    for (const [level, sibling] of [hashPosition(0, 5), hashPosition(1, 3)].entries()) {
      hash = hashing.node(hash, written[sibling] as Uint8Array);
      forged[hashPosition(level + 1, 4 >> (level + 1))] = hash;
    }
    const proved = new ProvedHashes(frontier, (position) => forged[position]);
    assert(!proved.has(4, OTHER));
    assert(!proved.has(0, leafOf(0)), 'nor is a leaf beside whose way they lie');
    assert(proved.has(9, leafOf(9)));
  });

  it('need every hash beside them, whole, and are not read again', () => {
    const { frontier, written } = logOf(8);
    const read: number[] = [];
    const proved = new ProvedHashes(frontier, (position) => {
      read.push(position);
      return written[position];
    });
    assert(proved.has(2, leafOf(2)));
    assert.deepEqual(read.splice(0), [hashPosition(0, 3), hashPosition(1, 0), hashPosition(2, 1)]);
    assert(proved.has(3, leafOf(3)));
    assert(proved.has(0, leafOf(0)));
    assert.deepEqual(read, [hashPosition(0, 1)]);
    assert(!new ProvedHashes(frontier, () => undefined).has(2, leafOf(2)));
    assert(!new ProvedHashes(frontier, (position) => written[position]?.subarray(1)).has(2, leafOf(2)));
  });
});
