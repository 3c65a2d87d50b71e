import type { Rect } from '../platform/platform.ts';
import { intersect } from '../platform/rectangles.ts';
import type { Surface } from './surface.ts';
import { TILE } from './tile-map.ts';

/** The pixels of `to` are those that the viewer has at `(fromX, fromY)`. */
export interface Scroll {
  readonly to: Rect;
  readonly fromX: number;
  readonly fromY: number;
}

/** Smaller areas are as cheap to send as to search. */
const MIN_WIDTH = 128;
const MIN_HEIGHT = 48;
const MIN_VOTES = 8;
/** Every fourth pixel decides where to look; whether rows are the same is always checked in full. */
const SAMPLE = 4;

/**
 * Finds the largest vertical move inside `area`. Columns of a tile's width are looked at one by one, so that a
 * list scrolls beside a still side bar; the columns that moved alike are joined again.
 */
export function detectScroll(seen: Surface, current: Surface, area: Rect): Scroll | undefined {
  if (area.w < MIN_WIDTH || area.h < MIN_HEIGHT) return undefined;
  const strips = stripsOf(area);
  const shift = likeliestShift(seen, current, strips);
  if (shift === undefined) return undefined;
  const moved = strips.map((strip) => longestMove(seen, current, strip, shift));
  const to = joinStrips(strips, moved);
  if (!to || to.w < MIN_WIDTH || to.h < MIN_HEIGHT) return undefined;
  return { to, fromX: to.x, fromY: to.y + shift };
}

function stripsOf(area: Rect): Rect[] {
  const strips: Rect[] = [];
  for (let x = area.x - (area.x % TILE); x < area.x + area.w; x += TILE) {
    strips.push(intersect(area, { x, y: area.y, w: TILE, h: area.h })!);
  }
  return strips;
}

/** Each row whose content is unique in its strip votes for where it came from. */
function likeliestShift(seen: Surface, current: Surface, strips: readonly Rect[]): number | undefined {
  const votes = new Map<number, number>();
  for (const strip of strips) {
    const before = rowHashes(seen, strip);
    const after = rowHashes(current, strip);
    if (mostlyUnchanged(before, after)) continue;
    const origin = new Map<number, number>();
    before.forEach((hash, row) => {
      origin.set(hash, origin.has(hash) ? -1 : row);
    });
    for (let row = 0; row < after.length; row++) {
      const from = origin.get(after[row]!);
      if (from === undefined || from < 0 || from === row) continue;
      votes.set(from - row, (votes.get(from - row) ?? 0) + 1);
    }
  }
  let best: number | undefined;
  let most = MIN_VOTES - 1;
  for (const [shift, count] of votes) {
    if (count > most) {
      most = count;
      best = shift;
    }
  }
  return best;
}

function mostlyUnchanged(before: Int32Array, after: Int32Array): boolean {
  let same = 0;
  for (let row = 0; row < before.length; row++) if (before[row] === after[row]) same++;
  return same > before.length * 0.9;
}

function rowHashes(surface: Surface, strip: Rect): Int32Array {
  const hashes = new Int32Array(strip.h);
  const { words, width } = surface;
  for (let row = 0; row < strip.h; row++) {
    const start = (strip.y + row) * width + strip.x;
    const end = start + strip.w;
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i += SAMPLE) {
      hash = Math.imul(hash ^ words[i]!, 0x01000193);
      hash ^= hash >>> 15;
    }
    hashes[row] = hash;
  }
  return hashes;
}

interface Span {
  readonly top: number;
  readonly bottom: number;
}

/** The longest run of rows of `strip` that are equal to the rows `shift` further down in what the viewer has. */
function longestMove(seen: Surface, current: Surface, strip: Rect, shift: number): Span | undefined {
  const firstRow = Math.max(strip.y, strip.y - shift);
  const endRow = Math.min(strip.y + strip.h, strip.y + strip.h - shift);
  let best: Span | undefined;
  let top = -1;
  for (let y = firstRow; y <= endRow; y++) {
    const moved = y < endRow && current.sameRow(strip.x, y, seen, strip.x, y + shift, strip.w);
    if (moved && top < 0) top = y;
    if (!moved && top >= 0) {
      if (!best || y - top > best.bottom - best.top) best = { top, bottom: y };
      top = -1;
    }
  }
  return best;
}

/** The rectangle of neighbouring strips, with the rows that moved in all of them, that covers most. */
function joinStrips(strips: readonly Rect[], spans: readonly (Span | undefined)[]): Rect | undefined {
  let best: Rect | undefined;
  for (let first = 0; first < strips.length; first++) {
    let top = 0;
    let bottom = Number.POSITIVE_INFINITY;
    for (let last = first; last < strips.length; last++) {
      const span = spans[last];
      if (!span) break;
      top = Math.max(top, span.top);
      bottom = Math.min(bottom, span.bottom);
      if (bottom - top < MIN_HEIGHT) break;
      const left = strips[first]!.x;
      const w = strips[last]!.x + strips[last]!.w - left;
      if (!best || w * (bottom - top) > best.w * best.h) best = { x: left, y: top, w, h: bottom - top };
    }
  }
  return best;
}
