import type { Rect } from '../../platform/platform.ts';
import { TILE } from '../tile-map.ts';

/** Part of one tile, or all of it, that is hardly text. */
export interface PicturePart {
  readonly rect: Rect;
  /** It is no picture by itself, but could be the plain part of one: a sky, a dark corner. */
  readonly plain: boolean;
}

export interface PictureBlocks {
  /** Rectangles of pictures, with the plain tiles that lie between. */
  readonly pictures: Rect[];
  /** Plain tiles that no picture took in. */
  readonly plain: Rect[];
}

/**
 * Joins tiles to few large rectangles: a JPEG of each tile would cost a header and, in the browser, the opening of an
 * image. All parts come from one rectangle, so those of a row of tiles have the same top and height.
 */
export function joinPictures(parts: readonly PicturePart[]): PictureBlocks {
  const cells = new Map<number, PicturePart>();
  for (const part of parts) cells.set(cellOf(part.rect), part);
  const pictures: Rect[] = [];
  for (const part of parts) {
    if (part.plain || cells.get(cellOf(part.rect)) !== part) continue;
    pictures.push(grow(cells, part));
  }
  return { pictures, plain: [...cells.values()].map(({ rect }) => rect) };
}

const ROW = 1 << 16;

function cellOf({ x, y }: Rect): number {
  return Math.floor(y / TILE) * ROW + Math.floor(x / TILE);
}

/** The rectangle that begins at `first`, as far to the right and then down as it goes. Takes its cells away. */
function grow(cells: Map<number, PicturePart>, first: PicturePart): Rect {
  const start = cellOf(first.rect);
  let columns = 1;
  for (let i = 1; cells.has(start + i); i++) if (!cells.get(start + i)!.plain) columns = i + 1;
  let rows = 1;
  while (isMostlyPicture(cells, start + rows * ROW, columns)) rows++;
  const last = cells.get(start + (rows - 1) * ROW + columns - 1)!.rect;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) cells.delete(start + row * ROW + column);
  }
  const { x, y } = first.rect;
  return { x, y, w: last.x + last.w - x, h: last.y + last.h - y };
}

/** Whether every cell of the row is there, and at least half of them are pictures. */
function isMostlyPicture(cells: Map<number, PicturePart>, start: number, columns: number): boolean {
  let pictures = 0;
  for (let i = 0; i < columns; i++) {
    const cell = cells.get(start + i);
    if (!cell) return false;
    if (!cell.plain) pictures++;
  }
  return pictures * 2 >= columns;
}
