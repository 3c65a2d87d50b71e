/// <reference path="./bufferutil.d.ts" />
import bufferutil from 'bufferutil';
import { MAX_LANE_MESSAGE_BYTES } from '../../protocol/lane.ts';
import {
  FIN,
  FrameError,
  headerBytes,
  MASKED,
  MAX_CONTROL_BYTES,
  MAX_HEADER_BYTES,
  OPCODE,
  RESERVED,
  writeHeader,
} from './frame.ts';

/** Where spliced frames go. Both are called while `push` runs; `bytes` belong to the callee. */
export interface FrameSink {
  /** Whole unmasked data frames: a header that found no room in front of its payload, then the rest. */
  pass(header: Buffer | undefined, bytes: Buffer): void;
  /** A control frame for the broker itself. */
  control(opcode: number, payload: Buffer): void;
}

/** Payloads up to this are unmasked byte by byte: crossing into native code costs more. */
const SMALL_BYTES = 192;
/** Payloads from this on stay where they are, their header moves in front of them: one more write is cheaper than a move. */
const LARGE_BYTES = 16 * 1024;
/** Pieces of one message; `ws` takes so many by default. Smaller ones are there to make the receiver work. */
const MAX_PIECES = 16_384;
/** A header with its mask. */
const MAX_CLIENT_HEADER_BYTES = MAX_HEADER_BYTES + 4;

/**
 * Turns a client's masked frames into unmasked ones for the other end, in place, chunk by chunk as TCP delivers them,
 * without putting messages together. A frame that is not whole yet is passed on as fragments (RFC 6455 5.4 allows an
 * intermediary to), so that everything passed on ends at a frame's end and control frames may be put in between at
 * any time. Payload is never looked at.
 */
export class FrameSplice {
  /** Payload bytes passed on so far. */
  payloadBytes = 0;
  readonly #sink: FrameSink;
  readonly #header = Buffer.alloc(MAX_CLIENT_HEADER_BYTES);
  #headerHave = 0;
  readonly #mask = Buffer.alloc(4);
  readonly #turnedMask = Buffer.alloc(4);
  readonly #control = Buffer.alloc(MAX_CONTROL_BYTES);
  #controlHave = 0;
  #inPayload = false;
  /** The client closed: nothing counts after that. */
  #over = false;
  #opcode = 0;
  #fin = false;
  #left = 0;
  #phase = 0;
  /** Between the first and the last frame of a message from the client. */
  #inMessage = false;
  #messageBytes = 0;
  /** Pieces of the present message passed on so far. */
  #pieces = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Takes over `chunk` and changes it. @throws FrameError; what came before the bad frame is not passed on. */
  push(chunk: Buffer): void {
    let header: Buffer | undefined;
    let read = 0;
    /** What is ready to be passed on: `chunk` from `start` to `written`, which never overtakes `read`. */
    let start = 0;
    let written = 0;
    while (!this.#over) {
      if (!this.#inPayload) {
        read = this.#readHeader(chunk, read);
        if (!this.#inPayload) break;
      }
      const part = Math.min(this.#left, chunk.length - read);
      if (part === 0 && this.#left > 0) break;
      if (this.#opcode >= OPCODE.close) {
        this.#takeControl(chunk, read, part);
      } else if (part > 0 || this.#fin) {
        const first = this.#nextPiece(part);
        // Only what began in an earlier chunk finds no room: any other header was longer by its mask.
        if (written + headerBytes(part) <= read) {
          if (part >= LARGE_BYTES) {
            if (header || written > start) this.#sink.pass(header, chunk.subarray(start, written));
            header = undefined;
            start = written = read - headerBytes(part);
          }
          written = writeHeader(chunk, written, first, part);
        } else {
          header = Buffer.allocUnsafe(headerBytes(part));
          writeHeader(header, 0, first, part);
        }
        this.#unmask(chunk, read, part, written);
        written += part;
        this.payloadBytes += part;
      }
      read += part;
      this.#left -= part;
      if (this.#left > 0) break;
      this.#inPayload = false;
      if (this.#opcode >= OPCODE.close) {
        // In the order in which the client sent them: a close is not to overtake the data before it.
        if (header || written > start) this.#sink.pass(header, chunk.subarray(start, written));
        header = undefined;
        start = written = read;
        this.#endControl();
      } else if (this.#fin) {
        this.#inMessage = false;
        this.#messageBytes = 0;
      }
    }
    if (header || written > start) this.#sink.pass(header, chunk.subarray(start, written));
  }

  /** The first byte of the next frame to pass on, `part` bytes of the present one. */
  #nextPiece(part: number): number {
    if (this.#pieces >= MAX_PIECES) throw new FrameError('request.invalid', 'a message in too many pieces');
    const opcode = this.#pieces === 0 ? OPCODE.binary : OPCODE.continuation;
    const last = this.#fin && part === this.#left;
    this.#pieces = last ? 0 : this.#pieces + 1;
    return last ? FIN | opcode : opcode;
  }

  #unmask(chunk: Buffer, from: number, count: number, to: number): void {
    const mask = this.#mask;
    const phase = this.#phase;
    if (count <= SMALL_BYTES) {
      for (let i = 0; i < count; i++) chunk[to + i] = chunk[from + i]! ^ mask[(phase + i) & 3]!;
    } else {
      for (let i = 0; i < 4; i++) this.#turnedMask[i] = mask[(phase + i) & 3]!;
      bufferutil.unmask(chunk.subarray(from, from + count), this.#turnedMask);
      if (to !== from) chunk.copyWithin(to, from, from + count);
    }
    this.#phase = (phase + count) & 3;
  }

  #takeControl(chunk: Buffer, from: number, count: number): void {
    const have = this.#controlHave;
    for (let i = 0; i < count; i++) {
      this.#control[have + i] = chunk[from + i]! ^ this.#mask[(this.#phase + i) & 3]!;
    }
    this.#phase = (this.#phase + count) & 3;
    this.#controlHave = have + count;
  }

  #endControl(): void {
    const payload = Buffer.from(this.#control.subarray(0, this.#controlHave));
    this.#controlHave = 0;
    this.#over = this.#opcode === OPCODE.close;
    this.#sink.control(this.#opcode, payload);
  }

  /** Answers where it stopped reading; `#inPayload` tells whether the header is whole. */
  #readHeader(chunk: Buffer, from: number): number {
    let at = from;
    if (this.#headerHave === 0 && chunk.length - from >= MAX_CLIENT_HEADER_BYTES) {
      const need = clientHeaderBytes(chunk[from + 1]!);
      this.#parseHeader(chunk, from, need);
      return from + need;
    }
    const header = this.#header;
    while (at < chunk.length) {
      header[this.#headerHave++] = chunk[at++]!;
      if (this.#headerHave < 2) continue;
      const need = clientHeaderBytes(header[1]!);
      if (this.#headerHave < need) continue;
      this.#headerHave = 0;
      this.#parseHeader(header, 0, need);
      break;
    }
    return at;
  }

  #parseHeader(bytes: Buffer, at: number, need: number): void {
    const first = bytes[at]!;
    const second = bytes[at + 1]!;
    this.#fin = (first & FIN) !== 0;
    this.#opcode = first & 0x0f;
    const short = second & 0x7f;
    this.#left =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
    if ((second & MASKED) === 0) throw new FrameError('request.invalid', 'a client masks its frames');
    if ((first & RESERVED) !== 0) throw new FrameError('request.invalid', 'no extension was agreed');
    if (this.#opcode >= OPCODE.close) this.#checkControl();
    else this.#checkData();
    const mask = at + need - 4;
    for (let i = 0; i < 4; i++) this.#mask[i] = bytes[mask + i]!;
    this.#phase = 0;
    this.#inPayload = true;
  }

  #checkControl(): void {
    if (this.#opcode > OPCODE.pong) throw new FrameError('request.invalid', 'an unknown control frame');
    if (!this.#fin || this.#left > MAX_CONTROL_BYTES) {
      throw new FrameError('request.invalid', 'a control frame is short and whole');
    }
  }

  #checkData(): void {
    if (this.#opcode !== OPCODE.binary && this.#opcode !== OPCODE.continuation) {
      throw new FrameError('request.invalid', 'lanes carry binary messages');
    }
    if ((this.#opcode === OPCODE.continuation) !== this.#inMessage) {
      throw new FrameError('request.invalid', 'a frame out of order');
    }
    this.#inMessage = true;
    this.#messageBytes += this.#left;
    if (this.#messageBytes > MAX_LANE_MESSAGE_BYTES) {
      throw new FrameError('request.too-large', `a message is at most ${MAX_LANE_MESSAGE_BYTES} bytes`);
    }
  }
}

const clientHeaderBytes = (second: number): number => {
  const short = second & 0x7f;
  return 6 + (short === 126 ? 2 : short === 127 ? 8 : 0);
};
