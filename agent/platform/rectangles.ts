import type { Rect } from './platform.ts';

/** Above this count the cheap pairwise merge gives way to one bounding rectangle per band of rows. */
const MAX_PAIRWISE = 48;
const BAND_ROWS = 64;
/** Two rectangles become one when that adds less than a quarter to their area, or less than one tile. */
const GROWTH = 1.25;
const FREE_PIXELS = 4096;

/** The part of `a` inside `b`; `undefined` when they do not meet. */
export function intersect(a: Rect, b: Rect): Rect | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const w = Math.min(a.x + a.w, b.x + b.w) - x;
  const h = Math.min(a.y + a.h, b.y + b.h) - y;
  return w > 0 && h > 0 ? { x, y, w, h } : undefined;
}

export function bounds(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
}

/**
 * Clips rectangles to `0, 0, width, height` and joins those that overlap or nearly touch. The answer covers
 * every pixel of the input, has no overlaps, and is short enough to be cheap for whoever walks it.
 */
export function mergeRectangles(input: readonly Rect[], width: number, height: number): Rect[] {
  const screen: Rect = { x: 0, y: 0, w: width, h: height };
  let list: Rect[] = [];
  for (const rect of input) {
    const inside = intersect(rect, screen);
    if (inside) list.push(inside);
  }
  if (list.length > MAX_PAIRWISE) list = mergeByBands(list, height);
  for (let i = 0; i < list.length; i++) {
    for (let j = i + 1; j < list.length; j++) {
      if (!worthJoining(list[i]!, list[j]!)) continue;
      list[i] = bounds(list[i]!, list[j]!);
      list.splice(j, 1);
      // The bigger rectangle may now meet one that was passed over before.
      i = -1;
      break;
    }
  }
  return list;
}

function worthJoining(a: Rect, b: Rect): boolean {
  if (intersect(a, b)) return true;
  const joined = bounds(a, b);
  return joined.w * joined.h <= GROWTH * (a.w * a.h + b.w * b.h) + FREE_PIXELS;
}

function mergeByBands(list: readonly Rect[], height: number): Rect[] {
  const bands: (Rect | undefined)[] = new Array(Math.ceil(height / BAND_ROWS)).fill(undefined);
  for (const rect of list) {
    const last = Math.floor((rect.y + rect.h - 1) / BAND_ROWS);
    for (let band = Math.floor(rect.y / BAND_ROWS); band <= last; band++) {
      const part = intersect(rect, { x: rect.x, y: band * BAND_ROWS, w: rect.w, h: BAND_ROWS })!;
      const before = bands[band];
      bands[band] = before ? bounds(before, part) : part;
    }
  }
  return bands.filter((band) => band !== undefined);
}

/** All of something that has a size. */
export function wholeOf({ width, height }: { readonly width: number; readonly height: number }): Rect {
  return { x: 0, y: 0, w: width, h: height };
}
