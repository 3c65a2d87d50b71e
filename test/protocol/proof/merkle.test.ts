import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  EMPTY_FRONTIER,
  type Frontier,
  grow,
  rootOf,
  treeHashing,
  verifyConsistency,
  verifyInclusion,
} from '../../../protocol/proof/merkle.ts';
import {
  consistencyRanges,
  hashCount,
  hashOfRange,
  hashPosition,
  inclusionRanges,
  type LeafRange,
} from '../../../protocol/proof/tree-shape.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const hashing = treeHashing(sha256);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The leaves and roots that the authors of RFC 6962 published with their implementation. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => Buffer.from(text, 'hex'));
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** A log in memory, its hashes written one after the other. */
class Log {
  frontier: Frontier = EMPTY_FRONTIER;
  readonly written: Uint8Array[] = [];

  append(data: Uint8Array): this {
    const { frontier, complete } = grow(hashing, this.frontier, hashing.leaf(data));
    this.frontier = frontier;
    this.written.push(...complete);
    return this;
  }

  readonly read = (level: number, index: number): Uint8Array => {
    const hash = this.written[hashPosition(level, index)];
    assert(hash, `level ${level}, ${index} is not written`);
    return hash;
  };

  root = (size: number) => hashOfRange(hashing, [0, size], this.read);
  proof = (ranges: readonly LeafRange[]) => ranges.map((range) => hashOfRange(hashing, range, this.read));
}

const logOf = (leaves: readonly Uint8Array[]) => leaves.reduce((log, leaf) => log.append(leaf), new Log());

describe('the Merkle tree', () => {
  it('has the roots that RFC 6962 publishes, after every leaf and looking back', () => {
    const log = new Log();
    assert.equal(hex(rootOf(hashing, log.frontier)), ROOTS[0]);
    for (const [index, leaf] of LEAVES.entries())
      assert.equal(hex(rootOf(hashing, log.append(leaf).frontier)), ROOTS[index + 1]);
    assert.deepEqual(
      ROOTS.map((_, size) => hex(log.root(size))),
      ROOTS,
    );
  });

  it('proves inclusion and consistency as RFC 6962 publishes', () => {
    const log = logOf(LEAVES);
    const inclusion = (leaf: number, size: number) => log.proof(inclusionRanges(leaf, size)).map(hex);
    const consistency = (from: number, to: number) => log.proof(consistencyRanges(from, to)).map(hex);
    assert.deepEqual(inclusion(0, 1), []);
    assert.deepEqual(inclusion(0, 8), [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    assert.deepEqual(inclusion(5, 8), [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    assert.deepEqual(inclusion(2, 3), ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']);
    assert.deepEqual(consistency(1, 1), []);
    assert.deepEqual(consistency(6, 8), [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    assert.deepEqual(consistency(2, 5), [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });

  it('writes each hash where it is looked for, at the end', () => {
    const log = new Log();
    for (let size = 1; size <= 300; size += 1) {
      log.append(Uint8Array.of(size));
      assert.equal(log.written.length, hashCount(size));
    }
    assert.equal(hashPosition(0, 2 ** 40), hashCount(2 ** 40), 'also beyond 32 bits');
  });

  it('looks for nothing in what is no number of leaves, nor for what lies behind its end', () => {
    for (const none of [1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '3' as unknown as number]) {
      assert.throws(() => consistencyRanges(none, 8), RangeError, `from ${none}`);
      assert.throws(() => consistencyRanges(1, none), RangeError, `to ${none}`);
      assert.throws(() => inclusionRanges(none, 8), RangeError, `leaf ${none}`);
      assert.throws(() => inclusionRanges(0, none), RangeError, `size ${none}`);
      assert.throws(() => hashOfRange(hashing, [0, none], () => assert.fail()), RangeError);
      assert.throws(() => hashPosition(0, none), RangeError);
      assert.throws(() => hashCount(none), RangeError);
    }
    assert.throws(() => consistencyRanges(9, 8), RangeError);
    assert.throws(() => inclusionRanges(8, 8), RangeError);
    assert.throws(() => inclusionRanges(0, 0), RangeError);
    assert.throws(() => hashOfRange(hashing, [8, 7], () => assert.fail()), RangeError);
  });

  it('verifies every proof of every small tree, and no proof of another leaf, size or root', () => {
    const leaves = Array.from({ length: 40 }, (_, index) => Uint8Array.of(index));
    const log = logOf(leaves);
    for (let size = 1; size <= leaves.length; size += 1) {
      const root = log.root(size);
      for (const [index, leaf] of leaves.slice(0, size).entries()) {
        const proof = log.proof(inclusionRanges(index, size));
        const claim = { leafHash: hashing.leaf(leaf), index, size, root };
        assert(verifyInclusion(hashing, claim, proof), `${index} of ${size}`);
        assert(!verifyInclusion(hashing, { ...claim, leafHash: hashing.leaf(Uint8Array.of(99)) }, proof));
        assert(!verifyInclusion(hashing, { ...claim, index: size }, proof));
        assert(!verifyInclusion(hashing, { ...claim, root: hashing.empty }, proof));
        assert(!verifyInclusion(hashing, claim, [...proof, root]));
      }
      for (let from = 0; from <= size; from += 1) {
        const proof = log.proof(consistencyRanges(from, size));
        const claim = { from, fromRoot: log.root(from), to: size, toRoot: root };
        assert(verifyConsistency(hashing, claim, proof), `${from} to ${size}`);
        if (from > 0) assert(!verifyConsistency(hashing, { ...claim, fromRoot: hashing.leaf(root) }, proof));
        if (from > 0) assert(!verifyConsistency(hashing, { ...claim, toRoot: hashing.leaf(root) }, proof));
        assert(!verifyConsistency(hashing, claim, [...proof, root]));
      }
    }
  });

  it('takes no hash that is longer or shorter than one', () => {
    const log = logOf(LEAVES);
    const claim = { leafHash: hashing.leaf(LEAVES[5]!), index: 5, size: 8, root: log.root(8) };
    const sizes = { from: 6, fromRoot: log.root(6), to: 8, toRoot: log.root(8) };
    const inclusion = log.proof(inclusionRanges(5, 8));
    const consistency = log.proof(consistencyRanges(6, 8));
    for (const which of [0, 1, 2]) {
      const spoilt = (proof: readonly Uint8Array[], change: (hash: Uint8Array) => Uint8Array) =>
        proof.map((hash, index) => (index === which ? change(hash) : hash));
      for (const change of [
        (hash: Uint8Array) => Buffer.concat([hash, hash]),
        (hash: Uint8Array) => hash.slice(1),
      ]) {
        assert(!verifyInclusion(hashing, claim, spoilt(inclusion, change)));
        assert(!verifyConsistency(hashing, sizes, spoilt(consistency, change)));
      }
    }
  });

  it('finds one flipped bit anywhere in a proof', () => {
    const log = logOf(Array.from({ length: 100 }, (_, index) => Uint8Array.of(index)));
    const flipped = (proof: readonly Uint8Array[], which: number) =>
      proof.map((hash, index) =>
        index === Math.floor(which / 256)
          ? hash.map((byte, at) => (at === Math.floor((which % 256) / 8) ? byte ^ (1 << (which % 8)) : byte))
          : hash,
      );
    fc.assert(
      fc.property(fc.nat(99), fc.nat(99), fc.nat(), (a, b, bit) => {
        const [from, to] = [Math.min(a, b) + 1, Math.max(a, b) + 1];
        const inclusion = log.proof(inclusionRanges(from - 1, to));
        const claim = {
          leafHash: hashing.leaf(Uint8Array.of(from - 1)),
          index: from - 1,
          size: to,
          root: log.root(to),
        };
        if (inclusion.length > 0)
          assert(!verifyInclusion(hashing, claim, flipped(inclusion, bit % (inclusion.length * 256))));
        const consistency = log.proof(consistencyRanges(from, to));
        if (consistency.length === 0) return;
        const changed = flipped(consistency, bit % (consistency.length * 256));
        assert(
          !verifyConsistency(hashing, { from, fromRoot: log.root(from), to, toRoot: log.root(to) }, changed),
        );
      }),
    );
  });
});
