import { createRequire } from 'node:module';
import type { Rect } from '../../platform/platform.ts';
import type { Surface } from '../surface.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { PaletteBuilder } from './palette.ts';
import { SyncDeflate } from './sync-deflate.ts';

// The package is CommonJS and fills its exports in a loop, which an ESM import cannot see.
const jpeg = createRequire(import.meta.url)('@julusian/jpeg-turbo') as typeof import('@julusian/jpeg-turbo');

/** Compression-control bytes of the Tight encoding, upper half (rfbproto, "Tight Encoding"). */
const FILL = 0x80;
const JPEG = 0x90;
const EXPLICIT_FILTER = 0x40;
const PALETTE_FILTER = 1;
/** A stream per kind of data, as each compresses best after its own past. */
const Stream = { fullColour: 0, mono: 1, palette: 2 } as const;
const STREAM_COUNT = 3;
/** Shorter data travel as they are. */
const MIN_COMPRESSED_BYTES = 12;

/**
 * JPEG quality per quality level, as TigerVNC sends them: what people expect from the slider. But for the last: above
 * 96 the library's fast transform gets worse again.
 */
const JPEG_QUALITY = [15, 29, 41, 42, 62, 77, 79, 86, 92, 96] as const;

/**
 * Tight encoding for one viewer. Its zlib streams live as long as the viewer's connection: whatever this class
 * writes must reach the viewer, in order.
 */
export class TightEncoder {
  readonly #streams: SyncDeflate[] = [];
  #level = -1;
  #rgb = Buffer.allocUnsafeSlow(64 * 64 * 3);
  #jpegOutput = Buffer.allocUnsafeSlow(64 * 1024);

  /** `level` 0 to 9, as of the viewer's pseudo-encoding. */
  setCompression(level: number): void {
    // Level 0 stores: bigger than anything a viewer could want.
    const effective = Math.max(1, level);
    if (effective === this.#level) return;
    this.#level = effective;
    for (const stream of this.#streams) stream.setLevel(effective);
    while (this.#streams.length < STREAM_COUNT) this.#streams.push(new SyncDeflate(effective));
  }

  /** Writes the rectangle that `palette` was built from. */
  writePalette(out: ByteWriter, palette: PaletteBuilder, rect: Rect): void {
    if (palette.count === 1) {
      out.u8(FILL);
      writeColour(out, palette.colours[0]!);
      return;
    }
    const mono = palette.count === 2;
    const stream = mono ? Stream.mono : Stream.palette;
    out
      .u8((stream << 4) | EXPLICIT_FILTER)
      .u8(PALETTE_FILTER)
      .u8(palette.count - 1);
    for (let i = 0; i < palette.count; i++) writeColour(out, palette.colours[i]!);
    const indexes = palette.indexes.subarray(0, rect.w * rect.h);
    this.#writeCompressed(out, stream, mono ? packBits(indexes, rect.w, rect.h) : indexes);
  }

  /** 24-bit colour, exact. */
  writeFullColour(out: ByteWriter, surface: Surface, rect: Rect): void {
    out.u8(Stream.fullColour << 4);
    this.#writeCompressed(out, Stream.fullColour, this.#toRgb(surface, rect));
  }

  /** `quality` 0 to 9, as of the viewer's pseudo-encoding. */
  writeJpeg(out: ByteWriter, surface: Surface, rect: Rect, quality: number): void {
    const start = surface.offset(rect.x, rect.y);
    const options = {
      format: jpeg.FORMAT_BGRX,
      width: rect.w,
      height: rect.h,
      // In pixels, and the source must hold `stride * height` of them: hence the surface's spare row.
      stride: surface.width,
      subsampling: quality >= 9 ? jpeg.SAMP_444 : quality >= 8 ? jpeg.SAMP_422 : jpeg.SAMP_420,
      quality: JPEG_QUALITY[quality]!,
    };
    const needed = jpeg.bufferSize(options);
    if (this.#jpegOutput.length < needed) this.#jpegOutput = Buffer.allocUnsafeSlow(needed);
    const source = surface.bytes.subarray(start, start + rect.h * surface.stride);
    const data = jpeg.compressSync(source, this.#jpegOutput, options);
    out.u8(JPEG);
    writeCompactLength(out, data.length);
    out.bytes(data);
  }

  close(): void {
    for (const stream of this.#streams) stream.close();
    this.#streams.length = 0;
  }

  #writeCompressed(out: ByteWriter, stream: number, data: Uint8Array): void {
    if (data.length < MIN_COMPRESSED_BYTES) {
      out.bytes(data);
      return;
    }
    const compressed = this.#streams[stream]!.compress(data);
    writeCompactLength(out, compressed.length);
    out.bytes(compressed);
  }

  #toRgb(surface: Surface, rect: Rect): Buffer {
    const length = rect.w * rect.h * 3;
    if (this.#rgb.length < length) this.#rgb = Buffer.allocUnsafeSlow(length);
    const rgb = this.#rgb;
    const { words, width } = surface;
    let at = 0;
    for (let y = rect.y; y < rect.y + rect.h; y++) {
      const start = y * width + rect.x;
      for (let i = start; i < start + rect.w; i++) {
        const pixel = words[i]!;
        rgb[at] = pixel >>> 16;
        rgb[at + 1] = pixel >>> 8;
        rgb[at + 2] = pixel;
        at += 3;
      }
    }
    return rgb.subarray(0, length);
  }
}

function writeColour(out: ByteWriter, rgb: number): void {
  out
    .u8((rgb >>> 16) & 0xff)
    .u8((rgb >>> 8) & 0xff)
    .u8(rgb & 0xff);
}

/** One to three bytes, seven bits first (rfbproto, "Tight Encoding"). */
function writeCompactLength(out: ByteWriter, length: number): void {
  if (length < 0x80) out.u8(length);
  else if (length < 0x4000) out.u8((length & 0x7f) | 0x80).u8(length >>> 7);
  else if (length < 0x400000) {
    out
      .u8((length & 0x7f) | 0x80)
      .u8(((length >>> 7) & 0x7f) | 0x80)
      .u8(length >>> 14);
  } else throw new Error(`a Tight rectangle of ${length} bytes is too long`);
}

/** One bit a pixel, the leftmost highest, each row from a new byte. */
function packBits(indexes: Buffer, width: number, height: number): Buffer {
  const rowBytes = (width + 7) >>> 3;
  const packed = Buffer.alloc(rowBytes * height);
  let from = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (indexes[from++] !== 0) packed[y * rowBytes + (x >>> 3)]! |= 0x80 >>> (x & 7);
    }
  }
  return packed;
}
