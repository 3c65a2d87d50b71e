import type { Rect } from '../../platform/platform.ts';
import { bounds, intersect, wholeOf } from '../../platform/rectangles.ts';
import { Encoding } from '../rfb/encodings.ts';
import type { PixelFormat } from '../rfb/pixel-format.ts';
import { detectScroll } from '../scroll-detect.ts';
import { Surface } from '../surface.ts';
import { changedRectangles } from '../tile-diff.ts';
import { TileMap } from '../tile-map.ts';
import { ByteWriter } from './byte-writer.ts';
import { blocksOf, tilesOf } from './cut-rectangles.ts';
import { MAX_COLOURS, PaletteBuilder } from './palette.ts';
import { joinPictures, type PicturePart } from './picture-blocks.ts';
import { writeRawPixels } from './raw-encoder.ts';
import { TightEncoder } from './tight-encoder.ts';

/** How a viewer wants its pixels. */
export interface EncodeSettings {
  readonly format: PixelFormat;
  readonly tight: boolean;
  readonly copyRect: boolean;
  /** 0 to 9; absent forbids JPEG. */
  readonly quality?: number;
  /** 0 to 9. */
  readonly compression: number;
  /** The viewer knows LastRect: an update need not say at its beginning how many rectangles it has. */
  readonly lastRect?: boolean;
  /** Goes out right behind the update, in the same piece: the fence by which the viewer answers it. */
  readonly trailer?: Uint8Array;
}

export interface EncodedUpdate {
  /** A whole FramebufferUpdate message, or what follows its pieces, and the trailer; `undefined` when nothing differed. */
  readonly message: Uint8Array<ArrayBuffer> | undefined;
  /** What did not fit into this update and has still to be looked at. */
  readonly remaining: readonly Rect[];
  /** When lossy tiles want their exact pixels, in milliseconds from now; absent when there are none. */
  readonly refineInMs?: number;
}

/** Takes a part of an update that is still being made; it ends where a rectangle ends. */
export type TakePiece = (piece: Uint8Array<ArrayBuffer>) => void;

/** A message ends after the rectangle that passes this: a viewer sees the first part while we make the next. */
const MESSAGE_BUDGET_BYTES = 512 * 1024;
const REFINE_BUDGET_BYTES = 96 * 1024;
const REFINE_AFTER_MS = 500;
const MAX_RECTANGLES = 0xfffe;
/** RFC 6143 has no count for "until LastRect"; rfbproto takes the largest. */
const UNTIL_LAST_RECT = 0xffff;
/** So much of an update goes out while the rest is made: the viewer decodes it meanwhile. */
const PIECE_BYTES = 32 * 1024;
/** A JPEG header alone is some 600 bytes: a smaller picture is no longer exact. */
const MIN_JPEG_PIXELS = 1024;
/**
 * Smoothed text has some 40 colours in a tile, the coloured kind 80, and long runs of its paper. More colours, or hardly
 * two neighbours that are the same, make a picture; a tile in doubt goes with the pictures around it.
 */
const MAX_TEXT_COLOURS = 96;
const MIN_PICTURE_COLOURS = 16;
const BUSY_PICTURE = 0.6;
const BUSY_SHADES = 0.33;
/** Scrolls of several windows at once are rare, and each search costs. */
const MAX_SCROLLS = 2;

/**
 * Makes the updates of one viewer. It keeps a copy of what the viewer has; an update is the difference to the
 * framebuffer, so a slow viewer gets the latest picture, never a queue of old ones. Every rectangle is first
 * copied and then encoded from the copy: the framebuffer may change under us, and the viewer still has exactly
 * what we think. Memory: one screen.
 */
export class UpdateEncoder {
  readonly #out = new ByteWriter();
  readonly #palette = new PaletteBuilder();
  readonly #tight = new TightEncoder();
  readonly #now: () => number;
  #current: Surface;
  #seen: Surface;
  #tiles: TileMap;
  #settings: EncodeSettings | undefined;
  #count = 0;
  #takePiece: TakePiece | undefined;
  /** Of the present update, in pieces that went out. */
  #gone = 0;
  #lastShift = 0;

  constructor(framebuffer: Surface, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#current = framebuffer;
    this.#seen = Surface.blank(framebuffer.width, framebuffer.height);
    this.#tiles = new TileMap(framebuffer.width, framebuffer.height);
    this.invalidate(wholeOf(framebuffer));
  }

  /** The screen has another size: the viewer knows nothing of it. The zlib streams go on. */
  useFramebuffer(framebuffer: Surface): void {
    this.#current = framebuffer;
    this.#seen = Surface.blank(framebuffer.width, framebuffer.height);
    this.#tiles = new TileMap(framebuffer.width, framebuffer.height);
    this.invalidate(wholeOf(framebuffer));
  }

  /** The next update that covers `rect` sends it whether it changed or not. */
  invalidate(rect: Rect): void {
    const inside = intersect(rect, wholeOf(this.#current));
    if (inside) this.#tiles.markUnknown(inside);
  }

  /**
   * `rects`: where the framebuffer may differ from what the viewer has. With `takePiece`, a large update for a viewer
   * that knows LastRect leaves in pieces.
   */
  encode(rects: readonly Rect[], settings: EncodeSettings, takePiece?: TakePiece): EncodedUpdate {
    this.#begin(settings, takePiece);
    const remaining: Rect[] = [];
    let scrolls = 0;
    for (const wanted of rects) {
      const rect = intersect(wanted, wholeOf(this.#current));
      if (!rect) continue;
      if (this.#full(MESSAGE_BUDGET_BYTES)) {
        remaining.push(rect);
        continue;
      }
      let changes = changedRectangles(this.#seen, this.#current, this.#tiles, rect);
      if (settings.copyRect && scrolls < MAX_SCROLLS && this.#sendScroll(changes)) {
        scrolls++;
        changes = changedRectangles(this.#seen, this.#current, this.#tiles, rect);
      }
      for (const change of changes) {
        if (this.#full(MESSAGE_BUDGET_BYTES)) remaining.push(change);
        else this.#send(change, true, remaining);
      }
    }
    return this.#finish(remaining);
  }

  /** Sends exact pixels for tiles that were sent with loss and have been quiet since. */
  refine(settings: EncodeSettings, takePiece?: TakePiece): EncodedUpdate {
    this.#begin(settings, takePiece);
    for (const tile of this.#tiles.settledTiles(this.#now() - REFINE_AFTER_MS)) {
      if (this.#full(REFINE_BUDGET_BYTES)) break;
      this.#send(tile, false, []);
    }
    return this.#finish([]);
  }

  close(): void {
    this.#tight.close();
  }

  #begin(settings: EncodeSettings, takePiece: TakePiece | undefined): void {
    this.#settings = settings;
    this.#takePiece = settings.lastRect ? takePiece : undefined;
    this.#gone = 0;
    this.#tight.setCompression(settings.compression);
    this.#count = 0;
    // Message type 0, padding, number of rectangles (RFC 6143 7.6.1), known at the end.
    this.#out.u8(0).u8(0).u16(0);
  }

  #finish(remaining: readonly Rect[]): EncodedUpdate {
    if (this.#gone > 0) this.#out.u16(0).u16(0).u16(0).u16(0).u32(Encoding.lastRect);
    else this.#out.patchU16(this.#count, 2);
    if (this.#settings?.trailer) this.#out.bytes(this.#settings.trailer);
    const written = this.#out.take();
    const oldest = this.#tiles.oldestLossy();
    const refineInMs = oldest === undefined ? undefined : Math.max(0, oldest + REFINE_AFTER_MS - this.#now());
    return {
      message: this.#count > 0 ? written : undefined,
      remaining,
      ...(refineInMs === undefined ? {} : { refineInMs }),
    };
  }

  #full(budget: number): boolean {
    return this.#gone + this.#out.length > budget || this.#count >= MAX_RECTANGLES;
  }

  #sendScroll(changes: readonly Rect[]): boolean {
    if (changes.length === 0) return false;
    const rect = changes.reduce(bounds);
    if (this.#tiles.touchesUnknown(rect)) return false;
    const scroll = detectScroll(this.#seen, this.#current, rect, this.#lastShift);
    if (!scroll) return false;
    const { to, fromX, fromY } = scroll;
    this.#lastShift = fromY - to.y;
    this.#header(to, Encoding.copyRect);
    this.#out.u16(fromX).u16(fromY);
    this.#seen.move(to, fromX, fromY);
    this.#tiles.moveLossy(to, fromX, fromY);
    return true;
  }

  /** Sends `rect` in pieces of a useful size; what is over the budget goes to `remaining`. */
  #send(rect: Rect, lossyAllowed: boolean, remaining: Rect[]): void {
    const parts: PicturePart[] = [];
    const lossy = lossyAllowed && this.#settings!.quality !== undefined;
    for (const block of blocksOf(rect)) {
      if (this.#full(MESSAGE_BUDGET_BYTES)) {
        remaining.push(block);
        continue;
      }
      this.#seen.copyFrom(this.#current, block);
      if (!this.#settings!.tight || this.#settings!.format.depth !== 24) this.#sendRaw(block);
      else if (this.#palette.build(this.#seen, block) && !(lossy && this.#isBusy(block, BUSY_PICTURE)))
        this.#sendPalette(block);
      else this.#sendText(block, lossy, parts);
    }
    const { pictures, plain } = joinPictures(parts);
    for (const rect of plain) {
      this.#palette.build(this.#seen, rect);
      this.#sendPalette(rect);
    }
    for (const picture of pictures) this.#sendPicture(picture, lossyAllowed, remaining);
  }

  #sendRaw(rect: Rect): void {
    this.#header(rect, Encoding.raw);
    writeRawPixels(this.#out, this.#seen, rect, this.#settings!.format);
    this.#tiles.markExact(rect);
  }

  /** Sends the rectangle that the palette was built from. */
  #sendPalette(rect: Rect): void {
    this.#header(rect, Encoding.tight);
    this.#tight.writePalette(this.#out, this.#palette, rect);
    this.#tiles.markExact(rect);
  }

  /** Whether in the rectangle that the palette was built from more than this part of the pixels differ from the last. */
  #isBusy(rect: Rect, part: number): boolean {
    const { count, changes } = this.#palette;
    return count >= MIN_PICTURE_COLOURS && changes > rect.w * rect.h * part;
  }

  /**
   * A block of many colours may be a photo with text beside it. Each tile is judged alone: text is sent exactly, at once;
   * pictures, and what may be the plain parts of them, are left in `parts`.
   */
  #sendText(block: Rect, lossy: boolean, parts: PicturePart[]): void {
    for (const rect of tilesOf(block)) {
      const few = this.#palette.build(this.#seen, rect, lossy ? MAX_TEXT_COLOURS : MAX_COLOURS);
      if (!few || (lossy && this.#isBusy(rect, BUSY_PICTURE))) parts.push({ rect, plain: false });
      else if (lossy && (this.#palette.count === 1 || this.#isBusy(rect, BUSY_SHADES)))
        parts.push({ rect, plain: true });
      else this.#sendPalette(rect);
    }
  }

  #sendPicture(rect: Rect, lossyAllowed: boolean, remaining: Rect[]): void {
    const { quality } = this.#settings!;
    const lossy = lossyAllowed && quality !== undefined && rect.w * rect.h >= MIN_JPEG_PIXELS;
    for (const block of lossy ? [rect] : blocksOf(rect)) {
      if (this.#full(MESSAGE_BUDGET_BYTES)) {
        // It is in our copy already: only this mark brings it back.
        this.#tiles.markUnknown(block);
        remaining.push(block);
        continue;
      }
      this.#header(block, Encoding.tight);
      if (lossy) {
        this.#tight.writeJpeg(this.#out, this.#seen, block, quality);
        this.#tiles.markLossy(block, this.#now());
      } else {
        this.#tight.writeFullColour(this.#out, this.#seen, block);
        this.#tiles.markExact(block);
      }
    }
  }

  #letGo(takePiece: TakePiece): void {
    if (this.#gone === 0) this.#out.patchU16(UNTIL_LAST_RECT, 2);
    this.#gone += this.#out.length;
    takePiece(this.#out.take());
  }

  #header(rect: Rect, encoding: number): void {
    if (this.#takePiece && this.#out.length >= PIECE_BYTES) this.#letGo(this.#takePiece);
    this.#count++;
    this.#out.u16(rect.x).u16(rect.y).u16(rect.w).u16(rect.h).u32(encoding);
  }
}
