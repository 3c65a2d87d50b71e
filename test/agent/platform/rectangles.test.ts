import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { intersect, mergeRectangles } from '../../../agent/platform/rectangles.ts';

const WIDTH = 200;
const HEIGHT = 150;
const rect = fc.record({
  x: fc.integer({ min: -30, max: WIDTH + 30 }),
  y: fc.integer({ min: -30, max: HEIGHT + 30 }),
  w: fc.integer({ min: 0, max: 80 }),
  h: fc.integer({ min: 0, max: 80 }),
});

describe('merging rectangles', () => {
  it('covers every pixel of the input inside the screen, with no overlap and nothing outside', () => {
    fc.assert(
      fc.property(fc.array(rect, { maxLength: 120 }), (input) => {
        const merged = mergeRectangles(input, WIDTH, HEIGHT);
        const screen = { x: 0, y: 0, w: WIDTH, h: HEIGHT };
        merged.forEach((one, i) => {
          assert.deepEqual(intersect(one, screen), one);
          for (const other of merged.slice(i + 1)) assert.equal(intersect(one, other), undefined);
        });
        for (const one of input) {
          const inside = intersect(one, screen);
          if (!inside) continue;
          const covered = merged.reduce((sum, m) => {
            const part = intersect(m, inside);
            return sum + (part ? part.w * part.h : 0);
          }, 0);
          assert.equal(covered, inside.w * inside.h);
        }
      }),
    );
  });

  it('leaves two small changes far apart alone', () => {
    const corners = [
      { x: 0, y: 0, w: 64, h: 64 },
      { x: 1800, y: 1000, w: 64, h: 64 },
    ];
    assert.deepEqual(mergeRectangles(corners, 1920, 1080), corners);
  });

  it('keeps the list short when thousands of specks change', () => {
    const specks = Array.from({ length: 5000 }, (_, i) => ({
      x: (i * 37) % 1920,
      y: (i * 91) % 1080,
      w: 1,
      h: 1,
    }));
    assert.ok(mergeRectangles(specks, 1920, 1080).length <= 17);
  });
});
