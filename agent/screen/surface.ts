import type { Rect } from '../platform/platform.ts';

const BYTES_PER_PIXEL = 4;
const INLINE_PIXELS = 64;

/**
 * A picture of 32-bit pixels, bytes B, G, R, X, seen as bytes (to copy and compare rows at memory speed) and
 * as words (to look at colours).
 */
export class Surface {
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  /** Bytes from one row to the next. */
  readonly stride: number;

  private constructor(width: number, height: number, memory: ArrayBuffer | SharedArrayBuffer) {
    this.width = width;
    this.height = height;
    this.stride = width * BYTES_PER_PIXEL;
    this.bytes = Buffer.from(memory);
    this.words = new Uint32Array(memory);
  }

  static over(width: number, height: number, memory: SharedArrayBuffer): Surface {
    if (memory.byteLength < width * height * BYTES_PER_PIXEL) throw new Error('the framebuffer is too small');
    return new Surface(width, height, memory);
  }

  /** Black. One row more than is seen: the JPEG compressor insists on whole strides behind a rectangle's start. */
  static blank(width: number, height: number): Surface {
    return new Surface(width, height, new ArrayBuffer(width * (height + 1) * BYTES_PER_PIXEL));
  }

  offset(x: number, y: number): number {
    return y * this.stride + x * BYTES_PER_PIXEL;
  }

  /** Copies `rect` from the same place of `source`, a surface of the same size. */
  copyFrom(source: Surface, rect: Rect): void {
    const rowBytes = rect.w * BYTES_PER_PIXEL;
    if (rect.w === this.width) {
      const start = this.offset(0, rect.y);
      source.bytes.copy(this.bytes, start, start, start + rowBytes * rect.h);
      return;
    }
    for (let y = rect.y; y < rect.y + rect.h; y++) {
      const start = this.offset(rect.x, y);
      source.bytes.copy(this.bytes, start, start, start + rowBytes);
    }
  }

  /** Moves pixels inside this surface, as CopyRect does: overlapping is allowed. */
  move(to: Rect, fromX: number, fromY: number): void {
    const upwards = fromY > to.y;
    for (let i = 0; i < to.h; i++) {
      const row = upwards ? i : to.h - 1 - i;
      const start = (fromY + row) * this.width + fromX;
      this.words.copyWithin((to.y + row) * this.width + to.x, start, start + to.w);
    }
  }

  /** Whether `length` pixels are the same at `(x, y)` here and at `(otherX, otherY)` of `other`. */
  sameRow(x: number, y: number, other: Surface, otherX: number, otherY: number, length: number): boolean {
    let at = y * this.width + x;
    let otherAt = otherY * other.width + otherX;
    // Short rows, and rows that differ at once, are compared before the native comparison is even called.
    const end = at + Math.min(length, INLINE_PIXELS);
    while (at < end) if (this.words[at++] !== other.words[otherAt++]) return false;
    const bytes = (length - INLINE_PIXELS) * BYTES_PER_PIXEL;
    if (bytes <= 0) return true;
    const start = at * BYTES_PER_PIXEL;
    const otherStart = otherAt * BYTES_PER_PIXEL;
    return this.bytes.compare(other.bytes, otherStart, otherStart + bytes, start, start + bytes) === 0;
  }
}
