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
/**
 * Every seventh pixel decides where to look (no width of letters divides by it); whether rows are the same is always
 * checked in full.
 */
const SAMPLE = 7;
/** A repeated scroll that explains this part of the area is taken without looking for a better one. */
const ENOUGH = 0.6;

/**
 * Finds the largest vertical move inside `area`. Columns of a tile's width are looked at one by one, so that a
 * list scrolls beside a still side bar; the columns that moved alike are joined again. `likely`, the shift of the
 * scroll before, saves the search when it happens again, as it does line after line.
 */
export function detectScroll(seen: Surface, current: Surface, area: Rect, likely = 0): Scroll | undefined {
  if (area.w < MIN_WIDTH || area.h < MIN_HEIGHT) return undefined;
  const strips = stripsOf(area);
  const again = likely === 0 ? undefined : largestMove(seen, current, strips, likely);
  if (again && again.to.w * again.to.h > area.w * area.h * ENOUGH) return again;
  const shift = likeliestShift(seen, current, strips);
  return shift === undefined ? again : largestMove(seen, current, strips, shift);
}

function largestMove(
  seen: Surface,
  current: Surface,
  strips: readonly Rect[],
  shift: number,
): Scroll | undefined {
  const to = joinStrips(strips, longestMoves(seen, current, strips, shift));
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
  const height = strips[0]!.h;
  const votes = new Int32Array(2 * height);
  const origins = new UniqueRows(height);
  const allBefore = rowHashes(seen, strips);
  const allAfter = rowHashes(current, strips);
  for (let strip = 0; strip < strips.length; strip++) {
    const before = allBefore.subarray(strip * height, (strip + 1) * height);
    const after = allAfter.subarray(strip * height, (strip + 1) * height);
    if (mostlyUnchanged(before, after)) continue;
    origins.learn(before);
    for (let row = 0; row < height; row++) {
      const from = origins.find(after[row]!);
      if (from >= 0 && from !== row) votes[from - row + height]!++;
    }
  }
  let best = 0;
  for (let i = 1; i < votes.length; i++) if (votes[i]! > votes[best]!) best = i;
  return votes[best]! >= MIN_VOTES ? best - height : undefined;
}

/** Finds the row with a given hash, if there is only one: a hash table that is filled anew for every strip. */
class UniqueRows {
  readonly #mask: number;
  readonly #hashes: Int32Array;
  /** The row + 1; 0 for a free slot, negative when several rows have the hash. */
  readonly #rows: Int32Array;

  constructor(rows: number) {
    const slots = 2 ** Math.ceil(Math.log2(rows * 2));
    this.#mask = slots - 1;
    this.#hashes = new Int32Array(slots);
    this.#rows = new Int32Array(slots);
  }

  learn(hashes: Int32Array): void {
    this.#rows.fill(0);
    for (let row = 0; row < hashes.length; row++) {
      const slot = this.#slotOf(hashes[row]!);
      this.#hashes[slot] = hashes[row]!;
      this.#rows[slot] = this.#rows[slot] === 0 ? row + 1 : -1;
    }
  }

  /** The row, or something negative. */
  find(hash: number): number {
    return this.#rows[this.#slotOf(hash)]! - 1;
  }

  #slotOf(hash: number): number {
    let slot = (Math.imul(hash, 0x9e3779b1) >>> 7) & this.#mask;
    while (this.#rows[slot] !== 0 && this.#hashes[slot] !== hash) slot = (slot + 1) & this.#mask;
    return slot;
  }
}

function mostlyUnchanged(before: Int32Array, after: Int32Array): boolean {
  let same = 0;
  for (let row = 0; row < before.length; row++) if (before[row] === after[row]) same++;
  return same > before.length * 0.9;
}

/** A hash for every row of every strip, strip by strip. Read row by row, as the pixels lie in memory. */
function rowHashes(surface: Surface, strips: readonly Rect[]): Int32Array {
  const { words, width } = surface;
  const { y, h } = strips[0]!;
  const hashes = new Int32Array(strips.length * h);
  for (let row = 0; row < h; row++) {
    for (let strip = 0; strip < strips.length; strip++) {
      const start = (y + row) * width + strips[strip]!.x;
      const end = start + strips[strip]!.w;
      let hash = 0x811c9dc5 | 0;
      for (let i = start; i < end; i += SAMPLE) {
        hash = Math.imul(hash ^ words[i]!, 0x01000193);
        hash ^= hash >>> 15;
      }
      hashes[strip * h + row] = hash;
    }
  }
  return hashes;
}

interface Span {
  readonly top: number;
  readonly bottom: number;
}

/** Per strip, the longest run of rows that are equal to the rows `shift` further down in what the viewer has. */
function longestMoves(
  seen: Surface,
  current: Surface,
  strips: readonly Rect[],
  shift: number,
): (Span | undefined)[] {
  const { y: areaTop, h } = strips[0]!;
  const firstRow = Math.max(areaTop, areaTop - shift);
  const endRow = Math.min(areaTop + h, areaTop + h - shift);
  const best: (Span | undefined)[] = strips.map(() => undefined);
  const tops = strips.map(() => -1);
  const left = strips[0]!.x;
  const width = strips.at(-1)!.x + strips.at(-1)!.w - left;
  for (let y = firstRow; y <= endRow; y++) {
    const all = y < endRow && current.sameRow(left, y, seen, left, y + shift, width);
    for (let strip = 0; strip < strips.length; strip++) {
      const { x, w } = strips[strip]!;
      const moved = all || (y < endRow && current.sameRow(x, y, seen, x, y + shift, w));
      const top = tops[strip]!;
      if (moved && top < 0) tops[strip] = y;
      if (moved || top < 0) continue;
      const longest = best[strip];
      if (!longest || y - top > longest.bottom - longest.top) best[strip] = { top, bottom: y };
      tops[strip] = -1;
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
