import type { Rect } from '../platform/platform.ts';
import { intersect } from '../platform/rectangles.ts';
import type { Surface } from './surface.ts';
import { TILE, type TileMap } from './tile-map.ts';

/** No rectangle of an answer is wider or taller. Tight allows a width of 2048. */
const MAX_RECT_WIDTH = 1024;
const MAX_RECT_HEIGHT = 1024;

/**
 * What differs between `seen` (what a viewer has) and `current` inside `area`: rectangles of whole tiles across,
 * trimmed to the rows that changed, joined sideways and downwards. Tiles marked unknown always count as changed.
 */
export function changedRectangles(seen: Surface, current: Surface, tiles: TileMap, area: Rect): Rect[] {
  const done: Rect[] = [];
  let above: Rect[] = [];
  const lastRow = Math.floor((area.y + area.h - 1) / TILE);
  for (let row = Math.floor(area.y / TILE); row <= lastRow; row++) {
    const runs = changedRuns(seen, current, tiles, area, row);
    const growing: Rect[] = [];
    for (const run of runs) {
      const index = above.findIndex((candidate) => continues(candidate, run));
      if (index < 0) growing.push(run);
      else {
        const [base] = above.splice(index, 1);
        growing.push({ ...base!, h: base!.h + run.h });
      }
    }
    done.push(...above);
    above = growing;
  }
  done.push(...above);
  return done;
}

function continues(above: Rect, run: Rect): boolean {
  return (
    above.x === run.x &&
    above.w === run.w &&
    above.y + above.h === run.y &&
    above.h + run.h <= MAX_RECT_HEIGHT
  );
}

/** Neighbouring changed tiles of one row of tiles, with the rows that changed in any of them. */
function changedRuns(seen: Surface, current: Surface, tiles: TileMap, area: Rect, row: number): Rect[] {
  const band = intersect(area, { x: area.x, y: row * TILE, w: area.w, h: TILE })!;
  const unknown = tiles.hasUnknown && tiles.touchesUnknown(band);
  // One comparison across the whole band settles most of the screen most of the time.
  if (!unknown && firstDifference(seen, current, band) < 0) return [];
  const runs: Rect[] = [];
  let open: Rect | undefined;
  const lastColumn = Math.floor((area.x + area.w - 1) / TILE);
  for (let column = Math.floor(area.x / TILE); column <= lastColumn; column++) {
    const tile = tiles.tileRect(column, row);
    const changed = tiles.isUnknown(column, row) ? tile : changedPart(seen, current, intersect(tile, area)!);
    if (!changed) {
      if (open) runs.push(open);
      open = undefined;
    } else if (open && changed.x + changed.w - open.x <= MAX_RECT_WIDTH) {
      const y = Math.min(open.y, changed.y);
      const bottom = Math.max(open.y + open.h, changed.y + changed.h);
      open = { x: open.x, y, w: changed.x + changed.w - open.x, h: bottom - y };
    } else {
      if (open) runs.push(open);
      open = changed;
    }
  }
  if (open) runs.push(open);
  return runs;
}

/** `part` without the equal rows at its top and bottom; `undefined` when all are equal. */
function changedPart(seen: Surface, current: Surface, part: Rect): Rect | undefined {
  const first = firstDifference(seen, current, part);
  if (first < 0) return undefined;
  let last = part.y + part.h - 1;
  while (last > first && seen.sameRow(part.x, last, current, part.x, last, part.w)) last--;
  return { x: part.x, y: first, w: part.w, h: last - first + 1 };
}

function firstDifference(seen: Surface, current: Surface, part: Rect): number {
  for (let y = part.y; y < part.y + part.h; y++) {
    if (!seen.sameRow(part.x, y, current, part.x, y, part.w)) return y;
  }
  return -1;
}
