import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatLeafRanges, parseLeafRanges } from '../../../protocol/proof/leaf-ranges.ts';

describe('leaf ranges', () => {
  it('read as first and last leaf', () => {
    assert.equal(formatLeafRanges([0, 1, 2, 7, 8, 205]), '0-2,7-8,205');
    assert.deepEqual(parseLeafRanges('0-2,7-8,205'), [
      [0, 3],
      [7, 9],
      [205, 206],
    ]);
  });

  it('say nothing of no leaves', () => {
    assert.equal(formatLeafRanges([]), '');
    assert.deepEqual(parseLeafRanges(''), []);
  });

  it('refuse to write leaves that are out of order or twice there', () => {
    assert.throws(() => formatLeafRanges([3, 2]), RangeError);
    assert.throws(() => formatLeafRanges([3, 3]), RangeError);
  });

  it('come back as they were, whatever leaves there are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 300 })), (some) => {
        const leaves = some.sort((a, b) => a - b);
        const ranges = parseLeafRanges(formatLeafRanges(leaves)) ?? [];
        const named = ranges.flatMap(([start, end]) =>
          Array.from({ length: end - start }, (_, index) => start + index),
        );
        assert.deepEqual(named, leaves);
      }),
    );
  });

  for (const [why, text] of [
    ['descending', '5,3'],
    ['twice the same', '3,3'],
    ['touching', '0-2,3'],
    ['overlapping', '0-5,4-9'],
    ['backwards', '9-3'],
    ['one leaf as a range', '3-3'],
    ['a leading zero', '03'],
    ['a sign', '-1'],
    ['spaces', '1, 2'],
    ['an empty part', '1,,2'],
    ['a comma at the end', '1,'],
    ['half a range', '1-'],
    ['not a number', 'x'],
    ['a number that cannot be counted to', '9999999999999999'],
  ] as const) {
    it(`refuse ${why}: ${text}`, () => assert.equal(parseLeafRanges(text), undefined));
  }
});
