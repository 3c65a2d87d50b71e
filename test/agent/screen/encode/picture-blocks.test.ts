import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { intersect } from '../../../../agent/platform/rectangles.ts';
import { joinPictures, type PicturePart } from '../../../../agent/screen/encode/picture-blocks.ts';

const COLUMNS = 7;
const ROWS = 5;

/** A grid of tiles from `(32, 16)` on, so that the first ones are parts of tiles. `.` is text, `s` plain, `p` picture. */
function partsOf(map: string): PicturePart[] {
  return [...map].flatMap((kind, i) => {
    const [column, row] = [i % COLUMNS, Math.floor(i / COLUMNS)];
    const [x, y] = [Math.max(32, column * 64), Math.max(16, row * 64)];
    const rect = { x, y, w: (column + 1) * 64 - x, h: (row + 1) * 64 - y };
    return kind === '.' ? [] : [{ rect, plain: kind === 's' }];
  });
}

describe('joining pictures', () => {
  const maps = fc.string({
    unit: fc.constantFrom('.', 's', 'p'),
    minLength: COLUMNS * ROWS,
    maxLength: COLUMNS * ROWS,
  });

  it('covers every part once, and nothing else', () => {
    fc.assert(
      fc.property(maps, (map) => {
        const parts = partsOf(map);
        const { pictures, plain } = joinPictures(parts);
        const all = [...pictures, ...plain];
        all.forEach((one, i) => {
          for (const other of all.slice(i + 1)) assert.equal(intersect(one, other), undefined);
        });
        for (const { rect, plain } of parts) {
          const holders = all.filter((one) => intersect(one, rect));
          assert.equal(holders.length, 1);
          assert.deepEqual(intersect(holders[0]!, rect), rect);
          if (!plain) assert.ok(pictures.includes(holders[0]!));
        }
        const area = (rects: readonly { w: number; h: number }[]) =>
          rects.reduce((sum, r) => sum + r.w * r.h, 0);
        assert.equal(area(all), area(parts.map(({ rect }) => rect)));
      }),
    );
  });

  it('makes one picture of a film with dark corners', () => {
    const { pictures, plain } = joinPictures(
      partsOf(`${'.'.repeat(7)}.pssp..${'.ppsp..'}${'.pppp..'}.......`),
    );
    assert.deepEqual(pictures, [{ x: 64, y: 64, w: 256, h: 192 }]);
    assert.deepEqual(plain, []);
  });

  it('leaves plain tiles at the edge of a picture alone', () => {
    const { pictures, plain } = joinPictures(partsOf(`${'.'.repeat(7)}.ppss..${'.'.repeat(21)}`));
    assert.deepEqual([pictures.length, plain.length], [1, 2]);
  });
});
