import { createRequire } from 'node:module';
import { Encoding } from '../../agent/screen/rfb/encodings.ts';
import type { PixelFormat } from '../../agent/screen/rfb/pixel-format.ts';

const jpeg = createRequire(import.meta.url)('@julusian/jpeg-turbo') as typeof import('@julusian/jpeg-turbo');

/** What noVNC asks of a server: bytes R, G, B, X. */
export const NOVNC_FORMAT: PixelFormat = {
  bitsPerPixel: 32,
  depth: 24,
  bigEndian: false,
  trueColour: true,
  redMax: 255,
  greenMax: 255,
  blueMax: 255,
  redShift: 0,
  greenShift: 8,
  blueShift: 16,
};

interface Decoder {
  decodeRect(
    ...args: [x: number, y: number, w: number, h: number, sock: ReceiveQueue, display: object, depth: number]
  ): boolean;
}

/** noVNC's own decoders. They run in Node but for their log, which wants a `window` while it loads. */
const decoders = await loadDecoders();

async function loadDecoders(): Promise<Map<number, new () => Decoder>> {
  const core = new URL('.', import.meta.resolve('@novnc/novnc'));
  const load = async (name: string) => (await import(new URL(`decoders/${name}.js`, core).href)).default;
  const global = globalThis as { window?: unknown };
  const before = global.window;
  global.window = globalThis;
  try {
    return new Map([
      [Encoding.raw, await load('raw')],
      [Encoding.copyRect, await load('copyrect')],
      [Encoding.tight, await load('tight')],
    ]);
  } finally {
    if (before === undefined) delete global.window;
    else global.window = before;
  }
}

/** noVNC's receive queue, over one message that is all there. */
export class ReceiveQueue {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  rQwait(what: string, length: number): boolean {
    if (this.left < length) throw new Error(`${what}: ${length} bytes wanted, ${this.left} left`);
    return false;
  }

  rQpeek8 = () => this.#bytes[this.#at]!;
  rQshift8 = () => this.#number(1);
  rQshift16 = () => this.#number(2);
  rQshift32 = () => this.#number(4);
  rQskipBytes = (length: number) => void this.rQshiftBytes(length);
  rQshiftTo = (target: Uint8Array, length: number) => target.set(this.rQshiftBytes(length));

  rQshiftBytes(length: number): Uint8Array {
    this.rQwait('bytes', length);
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  #number(length: number): number {
    return this.rQshiftBytes(length).reduce((value, byte) => value * 256 + byte, 0);
  }
}

export const UNTIL_LAST_RECT = 0xffff;

export interface DecodedRect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly encoding: number;
}

/** A viewer's picture of the screen, drawn by noVNC's decoders. */
export class NovncPicture {
  width = 0;
  height = 0;
  /** Bytes R, G, B, A. */
  rgba: Buffer = Buffer.alloc(0);
  readonly #decoders = new Map<number, Decoder>();
  /** The rest of the update is in messages that are still to come. */
  isUnfinished = false;

  constructor(width: number, height: number) {
    this.resize(width, height);
    for (const [encoding, DecoderClass] of decoders) this.#decoders.set(encoding, new DecoderClass());
  }

  /** A new size, all grey. The decoders go on, and with them the past of their zlib streams. */
  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.rgba = Buffer.alloc(width * height * 4, 0x7f);
  }

  /** Draws one FramebufferUpdate. Throws when the message is not exactly one. */
  draw(message: Uint8Array): DecodedRect[] {
    const sock = new ReceiveQueue(message);
    const drawn = this.drawFrom(sock);
    if (sock.left !== 0) throw new Error(`${sock.left} bytes behind the update`);
    return drawn;
  }

  /** Draws the FramebufferUpdate at the head of `sock`. `fact` reads a rectangle that carries no pixels. */
  drawFrom(
    sock: ReceiveQueue,
    fact: (rect: DecodedRect, sock: ReceiveQueue) => boolean = () => false,
  ): DecodedRect[] {
    if (sock.rQshift8() !== 0) throw new Error('this is no FramebufferUpdate');
    sock.rQskipBytes(1);
    const count = sock.rQshift16();
    return this.drawRects(sock, count, fact);
  }

  /** The rectangles of an update, or as many of one that ends with LastRect as there are; see `isUnfinished`. */
  drawRects(
    sock: ReceiveQueue,
    count: number,
    fact: (rect: DecodedRect, sock: ReceiveQueue) => boolean,
  ): DecodedRect[] {
    const drawn: DecodedRect[] = [];
    this.isUnfinished = false;
    for (let i = 0; i < count; i++) {
      if (count === UNTIL_LAST_RECT && sock.left === 0) {
        this.isUnfinished = true;
        break;
      }
      const [x, y, w, h] = [sock.rQshift16(), sock.rQshift16(), sock.rQshift16(), sock.rQshift16()];
      const encoding = sock.rQshift32() | 0;
      const rect = { x, y, w, h, encoding };
      if (encoding === Encoding.lastRect) break;
      drawn.push(rect);
      if (fact(rect, sock)) continue;
      const decoder = this.#decoders.get(encoding);
      if (!decoder) throw new Error(`no decoder for encoding ${encoding}`);
      if (x + w > this.width || y + h > this.height) throw new Error('a rectangle outside the screen');
      if (!decoder.decodeRect(x, y, w, h, sock, this.#display, 24)) throw new Error('a rectangle is cut off');
    }
    return drawn;
  }

  /** 0xRRGGBB. */
  pixel(x: number, y: number): number {
    return this.rgba.readUIntBE((y * this.width + x) * 4, 3);
  }

  readonly #display = {
    fillRect: (x: number, y: number, w: number, h: number, colour: Uint8Array) => {
      const pixels = Buffer.alloc(w * h * 4, Buffer.from([...colour, 255]));
      this.#display.blitImage(x, y, w, h, pixels, 0);
    },
    blitImage: (x: number, y: number, w: number, h: number, pixels: Uint8Array, offset: number) => {
      const source = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.length);
      for (let row = 0; row < h; row++) {
        const from = offset + row * w * 4;
        source.copy(this.rgba, ((y + row) * this.width + x) * 4, from, from + w * 4);
      }
    },
    copyImage: (fromX: number, fromY: number, x: number, y: number, w: number, h: number) => {
      const copy = Buffer.alloc(w * h * 4);
      for (let row = 0; row < h; row++) {
        const from = ((fromY + row) * this.width + fromX) * 4;
        this.rgba.copy(copy, row * w * 4, from, from + w * 4);
      }
      this.#display.blitImage(x, y, w, h, copy, 0);
    },
    imageRect: (x: number, y: number, w: number, h: number, type: string, data: Uint8Array) => {
      if (type !== 'image/jpeg') throw new Error(`a picture of type ${type}`);
      const image = jpeg.decompressSync(Buffer.from(data), { format: jpeg.FORMAT_RGBA });
      if (image.width !== w || image.height !== h)
        throw new Error('a JPEG of another size than its rectangle');
      this.#display.blitImage(x, y, w, h, image.data, 0);
    },
  };
}
