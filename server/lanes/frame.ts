import type { ErrorCode } from '../../protocol/errors.ts';
import { ERRORS } from '../../protocol/errors.ts';

/** RFC 6455 5.2 */
export const OPCODE = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;
export const FIN = 0x80;
export const RESERVED = 0x70;
export const MASKED = 0x80;
/** Control frames carry at most this (RFC 6455 5.5). */
export const MAX_CONTROL_BYTES = 125;
/** The longest header without its mask. */
export const MAX_HEADER_BYTES = 10;

/** What a client sent is not what a lane takes. The code says how its socket is closed. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export const headerBytes = (payloadBytes: number): number =>
  payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10;

/** Writes an unmasked frame's header; answers where its payload begins. */
export function writeHeader(into: Buffer, at: number, first: number, payloadBytes: number): number {
  into[at] = first;
  if (payloadBytes < 126) {
    into[at + 1] = payloadBytes;
    return at + 2;
  }
  if (payloadBytes < 65_536) {
    into[at + 1] = 126;
    into.writeUInt16BE(payloadBytes, at + 2);
    return at + 4;
  }
  into[at + 1] = 127;
  into.writeUInt32BE(Math.floor(payloadBytes / 2 ** 32), at + 2);
  into.writeUInt32BE(payloadBytes % 2 ** 32, at + 6);
  return at + 10;
}

export function controlFrame(opcode: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(2 + payload.length);
  frame.set(payload, writeHeader(frame, 0, FIN | opcode, payload.length));
  return frame;
}

/** The broker's own close, with the code of the error table and its name as the reason. */
export function closeFrame(code: ErrorCode): Buffer {
  const payload = Buffer.alloc(2 + code.length);
  payload.writeUInt16BE(ERRORS[code].close);
  payload.write(code, 2, 'latin1');
  return controlFrame(OPCODE.close, payload);
}
