/** RFC 6143 7.4. Only true colour with one byte per channel in 32 bits is spoken here. */
export interface PixelFormat {
  readonly bitsPerPixel: number;
  readonly depth: number;
  readonly bigEndian: boolean;
  readonly trueColour: boolean;
  readonly redMax: number;
  readonly greenMax: number;
  readonly blueMax: number;
  readonly redShift: number;
  readonly greenShift: number;
  readonly blueShift: number;
}

export const PIXEL_FORMAT_BYTES = 16;

/** What the server's own framebuffer holds: bytes B, G, R, X. */
export const NATIVE_FORMAT: PixelFormat = {
  bitsPerPixel: 32,
  depth: 24,
  bigEndian: false,
  trueColour: true,
  redMax: 255,
  greenMax: 255,
  blueMax: 255,
  redShift: 16,
  greenShift: 8,
  blueShift: 0,
};

export function readPixelFormat(bytes: Buffer): PixelFormat {
  return {
    bitsPerPixel: bytes.readUInt8(0),
    depth: bytes.readUInt8(1),
    bigEndian: bytes.readUInt8(2) !== 0,
    trueColour: bytes.readUInt8(3) !== 0,
    redMax: bytes.readUInt16BE(4),
    greenMax: bytes.readUInt16BE(6),
    blueMax: bytes.readUInt16BE(8),
    redShift: bytes.readUInt8(10),
    greenShift: bytes.readUInt8(11),
    blueShift: bytes.readUInt8(12),
  };
}

export function writePixelFormat(format: PixelFormat): Buffer {
  const bytes = Buffer.alloc(PIXEL_FORMAT_BYTES);
  bytes.writeUInt8(format.bitsPerPixel, 0);
  bytes.writeUInt8(format.depth, 1);
  bytes.writeUInt8(Number(format.bigEndian), 2);
  bytes.writeUInt8(Number(format.trueColour), 3);
  bytes.writeUInt16BE(format.redMax, 4);
  bytes.writeUInt16BE(format.greenMax, 6);
  bytes.writeUInt16BE(format.blueMax, 8);
  bytes.writeUInt8(format.redShift, 10);
  bytes.writeUInt8(format.greenShift, 11);
  bytes.writeUInt8(format.blueShift, 12);
  return bytes;
}

/** Whether we can send in this format: 32 bits, 8 bits a channel, channels on byte boundaries, none twice. */
export function isSupported(format: PixelFormat): boolean {
  const shifts = [format.redShift, format.greenShift, format.blueShift];
  return (
    format.trueColour &&
    format.bitsPerPixel === 32 &&
    (format.depth === 24 || format.depth === 32) &&
    [format.redMax, format.greenMax, format.blueMax].every((max) => max === 255) &&
    shifts.every((shift) => shift <= 24 && shift % 8 === 0) &&
    new Set(shifts).size === 3
  );
}

/** Byte positions of red, green and blue within a pixel on the wire. */
export function byteOrder(format: PixelFormat): { red: number; green: number; blue: number } {
  const position = (shift: number) => (format.bigEndian ? 3 - shift / 8 : shift / 8);
  return {
    red: position(format.redShift),
    green: position(format.greenShift),
    blue: position(format.blueShift),
  };
}
