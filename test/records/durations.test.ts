import assert from 'node:assert/strict';
import fc from 'fast-check';
import { durationsOf } from '../../server/records/durations.ts';

describe('median and 95th percentile', () => {
  it('are those of the sorted times, by nearest rank', () => {
    const times = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 4_294_967_294 })),
      {
        minLength: 1,
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(times, (given) => {
        const sorted = [...given].sort((a, b) => a - b);
        const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]! / 1000;
        assert.deepEqual(durationsOf([given.slice(0, 7), given.slice(7)]), {
          sessions: given.length,
          medianSeconds: at(0.5),
          p95Seconds: at(0.95),
        });
      }),
    );
  });

  it('are none of no times', () => assert.equal(durationsOf([[], []]), undefined));

  it('do not take for ever over equal or sorted times', () => {
    for (const times of [Array(200_000).fill(7), Array.from({ length: 200_000 }, (_, index) => index)])
      assert.equal(durationsOf([times])?.sessions, 200_000);
  });
});
