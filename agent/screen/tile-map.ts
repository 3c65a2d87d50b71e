import type { Rect } from '../platform/platform.ts';

export const TILE = 64;

/** What one viewer's copy of the screen is worth, in tiles of 64 x 64 pixels. */
export class TileMap {
  readonly columns: number;
  readonly rows: number;
  readonly #width: number;
  readonly #height: number;
  readonly #unknown: Uint8Array;
  /** When the tile was last sent with loss; 0 when the viewer has its exact pixels. */
  readonly #lossySince: Float64Array;
  #lossyCount = 0;
  #unknownCount = 0;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.columns = Math.ceil(width / TILE);
    this.rows = Math.ceil(height / TILE);
    this.#unknown = new Uint8Array(this.columns * this.rows);
    this.#lossySince = new Float64Array(this.columns * this.rows);
  }

  get hasLossy(): boolean {
    return this.#lossyCount > 0;
  }

  get hasUnknown(): boolean {
    return this.#unknownCount > 0;
  }

  tileRect(column: number, row: number): Rect {
    const x = column * TILE;
    const y = row * TILE;
    return { x, y, w: Math.min(TILE, this.#width - x), h: Math.min(TILE, this.#height - y) };
  }

  isUnknown(column: number, row: number): boolean {
    return this.#unknown[row * this.columns + column] === 1;
  }

  /** The viewer asked for these pixels anew, whatever we believe that it has. */
  markUnknown(rect: Rect): void {
    this.#forEachTouching(rect, (index) => {
      if (this.#unknown[index] === 0) this.#unknownCount++;
      this.#unknown[index] = 1;
    });
  }

  /** `rect` was sent with loss at `now` (milliseconds, any clock that only rises). */
  markLossy(rect: Rect, now: number): void {
    this.#forEachTouching(rect, (index, whole) => {
      if (this.#lossySince[index] === 0) this.#lossyCount++;
      this.#lossySince[index] = now;
      if (whole) this.#know(index);
    });
  }

  markExact(rect: Rect): void {
    this.#forEachTouching(rect, (index, whole) => {
      if (!whole) return;
      if (this.#lossySince[index] !== 0) this.#lossyCount--;
      this.#lossySince[index] = 0;
      this.#know(index);
    });
  }

  /** `to` now shows what `fromY` showed: loss moves along. */
  moveLossy(to: Rect, fromX: number, fromY: number): void {
    if (!this.hasLossy) return;
    const from: Rect = { x: fromX, y: fromY, w: to.w, h: to.h };
    let newest = 0;
    this.#forEachTouching(from, (index) => {
      newest = Math.max(newest, this.#lossySince[index]!);
    });
    if (newest > 0) this.markLossy(to, newest);
    // Tiles wholly inside `to` could have become exact, but refining one too many costs little.
  }

  touchesUnknown(rect: Rect): boolean {
    if (this.#unknownCount === 0) return false;
    let found = false;
    this.#forEachTouching(rect, (index) => {
      found ||= this.#unknown[index] === 1;
    });
    return found;
  }

  /** Lossy tiles that nothing touched since `before`, top to bottom. */
  settledTiles(before: number): Rect[] {
    const tiles: Rect[] = [];
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        const since = this.#lossySince[row * this.columns + column]!;
        if (since !== 0 && since <= before) tiles.push(this.tileRect(column, row));
      }
    }
    return tiles;
  }

  /** The earliest time at which a lossy tile was sent; `undefined` without any. */
  oldestLossy(): number | undefined {
    if (!this.hasLossy) return undefined;
    let oldest = Number.POSITIVE_INFINITY;
    for (const since of this.#lossySince) if (since !== 0 && since < oldest) oldest = since;
    return oldest;
  }

  #know(index: number): void {
    if (this.#unknown[index] === 1) this.#unknownCount--;
    this.#unknown[index] = 0;
  }

  #forEachTouching(rect: Rect, visit: (index: number, whole: boolean) => void): void {
    const lastColumn = Math.floor((rect.x + rect.w - 1) / TILE);
    const lastRow = Math.floor((rect.y + rect.h - 1) / TILE);
    for (let row = Math.floor(rect.y / TILE); row <= lastRow; row++) {
      for (let column = Math.floor(rect.x / TILE); column <= lastColumn; column++) {
        const tile = this.tileRect(column, row);
        const whole =
          tile.x >= rect.x &&
          tile.y >= rect.y &&
          tile.x + tile.w <= rect.x + rect.w &&
          tile.y + tile.h <= rect.y + rect.h;
        visit(row * this.columns + column, whole);
      }
    }
  }
}
