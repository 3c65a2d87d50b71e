import type { Rect } from '../../platform/platform.ts';
import { TILE } from '../tile-map.ts';

/** What is tried as one palette: larger pieces compress better, smaller ones have fewer colours. */
const BLOCK_WIDTH = 512;
const BLOCK_HEIGHT = 256;

/** Pieces of at most 512 x 256 pixels, cut where tiles are cut. */
export function blocksOf(rect: Rect): Generator<Rect> {
  return cut(rect, BLOCK_WIDTH, BLOCK_HEIGHT);
}

/** The parts of a rectangle that lie in one tile each, row by row. */
export function tilesOf(rect: Rect): Generator<Rect> {
  return cut(rect, TILE, TILE);
}

/** Cuts at multiples of `width` and `height` of the screen. */
function* cut(rect: Rect, width: number, height: number): Generator<Rect> {
  const next = (position: number, step: number) => position - (position % step) + step;
  for (let y = rect.y; y < rect.y + rect.h; y = next(y, height)) {
    const h = Math.min(next(y, height), rect.y + rect.h) - y;
    for (let x = rect.x; x < rect.x + rect.w; x = next(x, width)) {
      yield { x, y, w: Math.min(next(x, width), rect.x + rect.w) - x, h };
    }
  }
}
