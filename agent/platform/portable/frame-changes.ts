import type { Rect } from '../platform.ts';

const TILE = 64;

/**
 * Finds the tiles in which two frames of the same size differ: 32-bit pixels, row by row, any order of colours.
 * Neighbours in a row of tiles are joined.
 */
export function changedTiles(before: Uint32Array, now: Uint32Array, width: number, height: number): Rect[] {
  const changed: Rect[] = [];
  for (let y = 0; y < height; y += TILE) {
    const h = Math.min(TILE, height - y);
    let open: { x: number; w: number } | undefined;
    for (let x = 0; x < width; x += TILE) {
      const w = Math.min(TILE, width - x);
      if (tileDiffers(before, now, width, { x, y, w, h })) {
        if (open) open.w += w;
        else open = { x, w };
      } else if (open) {
        changed.push({ ...open, y, h });
        open = undefined;
      }
    }
    if (open) changed.push({ ...open, y, h });
  }
  return changed;
}

function tileDiffers(before: Uint32Array, now: Uint32Array, width: number, { x, y, w, h }: Rect): boolean {
  for (let row = y; row < y + h; row++) {
    const start = row * width + x;
    for (let i = start; i < start + w; i++) if (before[i] !== now[i]) return true;
  }
  return false;
}

/** Copies a rectangle, turning bytes R, G, B, A into B, G, R, X. Both frames are `width` pixels wide. */
export function copySwapped(from: Uint32Array, to: Uint32Array, width: number, { x, y, w, h }: Rect): void {
  for (let row = y; row < y + h; row++) {
    const start = row * width + x;
    for (let i = start; i < start + w; i++) {
      const pixel = from[i]!;
      to[i] = (pixel & 0xff00ff00) | ((pixel & 0xff) << 16) | ((pixel >>> 16) & 0xff);
    }
  }
}
