import type { CursorImage } from '../../platform/platform.ts';
import { ByteWriter } from '../encode/byte-writer.ts';
import { Encoding } from './encodings.ts';
import { byteOrder, NATIVE_FORMAT, type PixelFormat, writePixelFormat } from './pixel-format.ts';

export const PROTOCOL_VERSION = Buffer.from('RFB 003.008\n');
/** One security type, None: who may come here was settled by the lane's ticket. */
export const SECURITY_TYPES = Buffer.from([1, 1]);
export const SECURITY_NONE = 1;
export const SECURITY_OK = Buffer.from([0, 0, 0, 0]);
/** Says that we know ContinuousUpdates at all, the first time that it is sent. */
export const END_OF_CONTINUOUS_UPDATES = Buffer.from([150]);

export const FenceFlag = { blockBefore: 1, blockAfter: 2, syncNext: 4, request: 0x80000000 } as const;

/** RFC 6143 7.3.2. */
export function serverInit(width: number, height: number, name: string): Uint8Array {
  const nameBytes = Buffer.from(name);
  const out = new ByteWriter();
  out.u16(width).u16(height).bytes(writePixelFormat(NATIVE_FORMAT)).u32(nameBytes.length).bytes(nameBytes);
  return out.take();
}

export function fence(flags: number, payload: Uint8Array): Uint8Array {
  const out = new ByteWriter();
  out.u8(248).u8(0).u16(0).u32(flags).u8(payload.length).bytes(payload);
  return out.take();
}

/** A rectangle that carries no pixels but a fact: how it is written after the header. */
export interface PseudoRectangle {
  readonly encoding: number;
  readonly x?: number;
  readonly y?: number;
  readonly w?: number;
  readonly h?: number;
  readonly data?: Uint8Array;
}

/** A FramebufferUpdate of facts only. */
export function pseudoUpdate(rectangles: readonly PseudoRectangle[]): Uint8Array {
  const out = new ByteWriter();
  out.u8(0).u8(0).u16(rectangles.length);
  for (const { x = 0, y = 0, w = 0, h = 0, encoding, data } of rectangles) {
    out.u16(x).u16(y).u16(w).u16(h).u32(encoding);
    if (data) out.bytes(data);
  }
  return out.take();
}

/** Why an ExtendedDesktopSize rectangle is sent (its `x`), and how a viewer's request ended (its `y`). */
export const ResizeReason = { server: 0, thisViewer: 1 } as const;
export const ResizeStatus = { done: 0, prohibited: 1 } as const;

export function extendedDesktopSize(
  width: number,
  height: number,
  reason: number = ResizeReason.server,
  status: number = ResizeStatus.done,
): PseudoRectangle {
  // One screen, id 0, covering everything.
  const data = new ByteWriter().u8(1).u8(0).u16(0).u32(0).u16(0).u16(0).u16(width).u16(height).u32(0).take();
  return { encoding: Encoding.extendedDesktopSize, x: reason, y: status, w: width, h: height, data };
}

/** The pointer's picture with its transparency. Pixels travel as bytes R, G, B, A. */
export function vmwareCursor(cursor: CursorImage): PseudoRectangle {
  const out = new ByteWriter().u8(1).u8(0);
  const { pixels } = cursor;
  for (let i = 0; i < pixels.length; i += 4) {
    out
      .u8(pixels[i + 2]!)
      .u8(pixels[i + 1]!)
      .u8(pixels[i]!)
      .u8(pixels[i + 3]!);
  }
  return { encoding: Encoding.vmwareCursor, ...cursorPlace(cursor), data: out.take() };
}

/** RFC 6143 7.8.1: pixels in the viewer's format and one bit a pixel for what is seen. */
export function plainCursor(cursor: CursorImage, format: PixelFormat): PseudoRectangle {
  const { width, height, pixels } = cursor;
  const { red, green, blue } = byteOrder(format);
  const rowBytes = (width + 7) >>> 3;
  const data = Buffer.alloc(width * height * 4 + rowBytes * height);
  const mask = data.subarray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    data[i * 4 + blue] = pixels[i * 4]!;
    data[i * 4 + green] = pixels[i * 4 + 1]!;
    data[i * 4 + red] = pixels[i * 4 + 2]!;
    const x = i % width;
    if (pixels[i * 4 + 3]! >= 128) mask[Math.floor(i / width) * rowBytes + (x >>> 3)]! |= 0x80 >>> (x & 7);
  }
  return { encoding: Encoding.cursor, ...cursorPlace(cursor), data };
}

function cursorPlace(cursor: CursorImage): { x: number; y: number; w: number; h: number } {
  return { x: cursor.hotX, y: cursor.hotY, w: cursor.width, h: cursor.height };
}

/** RFC 6143 7.6.4; characters outside Latin-1 become question marks. */
export function cutText(text: string): Uint8Array {
  const latin1 = Buffer.from(text.replace(/[^\u0000-\u00ff]/gu, '?'), 'latin1');
  return new ByteWriter().u8(3).u8(0).u16(0).u32(latin1.length).bytes(latin1).take();
}
