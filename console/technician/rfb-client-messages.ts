/** The lane that a viewer's message goes down. */
export type RfbLane = 'view' | 'control' | 'clipboard';

export interface RfbClientMessage {
  lane: RfbLane;
  /** RFC 6143 7.5; `undefined` for the handshake. */
  type: number | undefined;
  /** Whole messages only; valid until the next call of `read`. */
  bytes: Uint8Array;
}

/** What a viewer sends before its first message (RFC 6143 7.1 to 7.3): version, choice of security, ClientInit. */
const HANDSHAKE_BYTES = 12 + 1 + 1;

const TYPE = {
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

/** The viewer sent what is no message of RFB: nothing after it can be told apart. */
export class RfbStreamError extends Error {
  override readonly name = 'RfbStreamError';
}

/** Cuts what a viewer sends, in pieces of any size, into whole messages, and says which lane each belongs to. */
export class RfbClientStream {
  #handshakeLeft = HANDSHAKE_BYTES;
  #rest: Uint8Array = new Uint8Array(0);

  get isPastHandshake(): boolean {
    return this.#handshakeLeft === 0;
  }

  /** Throws RfbStreamError. */
  read(chunk: Uint8Array): RfbClientMessage[] {
    const messages: RfbClientMessage[] = [];
    let bytes = chunk;
    if (this.#handshakeLeft > 0) {
      const part = bytes.subarray(0, this.#handshakeLeft);
      this.#handshakeLeft -= part.length;
      bytes = bytes.subarray(part.length);
      if (part.length > 0) messages.push({ lane: 'view', type: undefined, bytes: part });
    }
    bytes = joined(this.#rest, bytes);
    while (bytes.length > 0) {
      const length = messageLength(bytes);
      if (length === undefined || bytes.length < length) break;
      const type = bytes[0]!;
      messages.push({ lane: laneOf(type), type, bytes: bytes.subarray(0, length) });
      bytes = bytes.subarray(length);
    }
    // A copy: the viewer uses its send buffer again.
    this.#rest = bytes.slice();
    return messages;
  }
}

/** The agent takes input from the control lane alone and cut text from the clipboard lane alone. */
function laneOf(type: number): RfbLane {
  if (type === TYPE.key || type === TYPE.pointer || type === TYPE.qemu) return 'control';
  return type === TYPE.cutText ? 'clipboard' : 'view';
}

/** `undefined` while even the part that tells the length has not come. */
function messageLength(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (bytes[0]) {
    case TYPE.setPixelFormat:
      return 20;
    case TYPE.setEncodings:
      return bytes.length < 4 ? undefined : 4 + 4 * view.getUint16(2);
    case TYPE.updateRequest:
    case TYPE.continuousUpdates:
      return 10;
    case TYPE.key:
      return 8;
    case TYPE.pointer:
      // The top bit of the button mask announces one more byte of it (rfbproto, ExtendedMouseButtons).
      if (bytes.length < 2) return undefined;
      return (bytes[1]! & 0x80) === 0 ? 6 : 7;
    case TYPE.cutText:
      // A negative length marks the extended form (rfbproto, Extended Clipboard).
      return bytes.length < 8 ? undefined : 8 + Math.abs(view.getInt32(4));
    case TYPE.fence:
      return bytes.length < 9 ? undefined : 9 + bytes[8]!;
    case TYPE.xvp:
      return 4;
    case TYPE.setDesktopSize:
      return bytes.length < 7 ? undefined : 8 + 16 * bytes[6]!;
    case TYPE.qemu:
      return 12;
    default:
      throw new RfbStreamError(`${bytes[0]} is no message type of a viewer`);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
