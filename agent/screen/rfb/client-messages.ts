import type { Rect } from '../../platform/platform.ts';
import { PIXEL_FORMAT_BYTES, type PixelFormat, readPixelFormat } from './pixel-format.ts';

/** Message types of a viewer, as numbered on the wire (RFC 6143 7.5, rfbproto). */
export const ClientType = {
  setPixelFormat: 0,
  setEncodings: 2,
  updateRequest: 3,
  key: 4,
  pointer: 5,
  cutText: 6,
  continuousUpdates: 150,
  fence: 248,
  xvp: 250,
  setDesktopSize: 251,
  qemu: 255,
} as const;

export type ClientMessage =
  | { readonly type: 'pixel-format'; readonly format: PixelFormat }
  | { readonly type: 'encodings'; readonly encodings: readonly number[] }
  | { readonly type: 'update-request'; readonly incremental: boolean; readonly rect: Rect }
  | { readonly type: 'key'; readonly down: boolean; readonly keysym: number; readonly keycode: number }
  | { readonly type: 'pointer'; readonly buttons: number; readonly x: number; readonly y: number }
  | { readonly type: 'cut-text'; readonly latin1: Buffer }
  | { readonly type: 'extended-cut-text'; readonly flags: number; readonly data: Buffer }
  | { readonly type: 'continuous-updates'; readonly enable: boolean; readonly rect: Rect }
  | { readonly type: 'fence'; readonly flags: number; readonly payload: Buffer }
  | { readonly type: 'desktop-size'; readonly width: number; readonly height: number }
  | { readonly type: 'ignored' };

/** The other end does not speak the protocol, or more of it than we take. The connection cannot go on. */
export class RfbProtocolError extends Error {
  override readonly name = 'RfbProtocolError';
}

/** noVNC announces 30; a list of hundreds is no viewer. */
const MAX_ENCODINGS = 256;
export const MAX_CUT_TEXT_BYTES = 1024 * 1024;
const MAX_FENCE_BYTES = 64;
const MAX_SCREENS = 16;

/**
 * Reads a viewer's messages from bytes that arrive in any pieces. It holds no more than one unfinished message, and
 * refuses a message that announces too much before waiting for it.
 */
export class ClientMessageReader {
  readonly #allowed: ReadonlySet<number>;
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Nothing can be read with fewer bytes than these: so pieces are joined once, however many there are. */
  #needed = 1;

  /** `allowed`: message types that may come here; any other ends the connection. */
  constructor(allowed: Iterable<number>) {
    this.#allowed = new Set(allowed);
  }

  /** Bytes of a message that is not complete yet. */
  get pendingBytes(): number {
    return this.#size;
  }

  /** Adds bytes and answers every message that is complete now. Throws `RfbProtocolError`. */
  read(chunk: Uint8Array): ClientMessage[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return [];
    const messages: ClientMessage[] = [];
    let bytes = Buffer.concat(this.#chunks);
    for (;;) {
      const length = this.#messageLength(bytes);
      this.#needed = length ?? bytes.length + 1;
      if (bytes.length < this.#needed) break;
      messages.push(parseMessage(bytes.subarray(0, length)));
      bytes = bytes.subarray(length);
    }
    this.#chunks = bytes.length > 0 ? [bytes] : [];
    this.#size = bytes.length;
    return messages;
  }

  /** `undefined` while even the part that tells the length is incomplete. */
  #messageLength(bytes: Buffer): number | undefined {
    const type = bytes[0];
    if (type === undefined) return undefined;
    if (!this.#allowed.has(type)) throw new RfbProtocolError(`message type ${type} has no place here`);
    return messageLength(type, bytes);
  }
}

function messageLength(type: number, bytes: Buffer): number | undefined {
  switch (type) {
    case ClientType.setPixelFormat:
      return 4 + PIXEL_FORMAT_BYTES;
    case ClientType.setEncodings:
      return bytes.length < 4
        ? undefined
        : 4 + 4 * limited(bytes.readUInt16BE(2), MAX_ENCODINGS, 'encodings');
    case ClientType.updateRequest:
    case ClientType.continuousUpdates:
      return 10;
    case ClientType.key:
      return 8;
    case ClientType.pointer:
      // The top bit of the mask says that one more byte of buttons follows (rfbproto, "ExtendedMouseButtons").
      return bytes.length < 2 ? undefined : bytes[1]! & 0x80 ? 7 : 6;
    case ClientType.cutText:
      return bytes.length < 8
        ? undefined
        : 8 + limited(Math.abs(bytes.readInt32BE(4)), MAX_CUT_TEXT_BYTES, 'bytes of cut text');
    case ClientType.fence:
      return bytes.length < 9 ? undefined : 9 + limited(bytes[8]!, MAX_FENCE_BYTES, 'bytes of fence');
    case ClientType.xvp:
      return 4;
    case ClientType.setDesktopSize:
      return bytes.length < 8 ? undefined : 8 + 16 * limited(bytes[6]!, MAX_SCREENS, 'screens');
    case ClientType.qemu:
      if (bytes.length < 2) return undefined;
      if (bytes[1] !== 0) throw new RfbProtocolError(`QEMU message ${bytes[1]} is not known`);
      return 12;
    default:
      throw new RfbProtocolError(`message type ${type} is not known`);
  }
}

function limited(count: number, limit: number, what: string): number {
  if (count > limit) throw new RfbProtocolError(`${count} ${what} are more than ${limit}`);
  return count;
}

function parseMessage(bytes: Buffer): ClientMessage {
  switch (bytes[0]) {
    case ClientType.setPixelFormat:
      return { type: 'pixel-format', format: readPixelFormat(bytes.subarray(4)) };
    case ClientType.setEncodings:
      return { type: 'encodings', encodings: readInts(bytes, 4) };
    case ClientType.updateRequest:
      return { type: 'update-request', incremental: bytes[1] !== 0, rect: readRect(bytes, 2) };
    case ClientType.key:
      return { type: 'key', down: bytes[1] !== 0, keysym: bytes.readUInt32BE(4), keycode: 0 };
    case ClientType.pointer:
      return {
        type: 'pointer',
        buttons: readButtons(bytes),
        x: bytes.readUInt16BE(2),
        y: bytes.readUInt16BE(4),
      };
    case ClientType.cutText:
      return readCutText(bytes);
    case ClientType.continuousUpdates:
      return { type: 'continuous-updates', enable: bytes[1] !== 0, rect: readRect(bytes, 2) };
    case ClientType.fence:
      return { type: 'fence', flags: bytes.readUInt32BE(4), payload: Buffer.from(bytes.subarray(9)) };
    case ClientType.setDesktopSize:
      return { type: 'desktop-size', width: bytes.readUInt16BE(2), height: bytes.readUInt16BE(4) };
    case ClientType.qemu:
      return {
        type: 'key',
        down: bytes.readUInt16BE(2) !== 0,
        keysym: bytes.readUInt32BE(4),
        keycode: bytes.readUInt32BE(8),
      };
    default:
      return { type: 'ignored' };
  }
}

function readButtons(bytes: Buffer): number {
  const low = bytes[1]! & 0x7f;
  return bytes.length === 7 ? low | (bytes[6]! << 7) : bytes[1]!;
}

function readCutText(bytes: Buffer): ClientMessage {
  // A negative length marks the extended form (rfbproto, "Extended Clipboard Pseudo-Encoding").
  if (bytes.readInt32BE(4) >= 0) return { type: 'cut-text', latin1: Buffer.from(bytes.subarray(8)) };
  if (bytes.length < 12) throw new RfbProtocolError('extended cut text without flags');
  return { type: 'extended-cut-text', flags: bytes.readUInt32BE(8), data: Buffer.from(bytes.subarray(12)) };
}

function readRect(bytes: Buffer, at: number): Rect {
  return {
    x: bytes.readUInt16BE(at),
    y: bytes.readUInt16BE(at + 2),
    w: bytes.readUInt16BE(at + 4),
    h: bytes.readUInt16BE(at + 6),
  };
}

function readInts(bytes: Buffer, at: number): number[] {
  const values: number[] = [];
  for (let i = at; i < bytes.length; i += 4) values.push(bytes.readInt32BE(i));
  return values;
}
