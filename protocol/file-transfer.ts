import { FILE_REASONS, type FileReason } from './file-reason.ts';
import { toHex } from './proof/hex.ts';

/**
 * What goes over the lanes `file-upload` and `file-download`: binary frames, one per lane message, numbers big endian.
 * Which file, by whom and whether it is wanted is settled over signalling before (`file-messages.ts`).
 *
 *   byte 0: kind   bytes 1-16: fileId   then
 *   data    8 bytes offset, at most 256 KiB of the file
 *   ack     8 bytes: everything before this offset is written at the receiver. The first one on a lane says where
 *           the sender begins: nothing flows before it, and after a broken network it goes on from there.
 *   end     8 bytes total, 32 bytes SHA-256 of the whole file
 *   cancel  1 byte reason; from either end, and nothing of this file follows
 */

export const MAX_FRAME_DATA_BYTES = 256 * 1024;
/** At most so much of one file is on its way: neither end ever holds more of it in memory. */
export const FILE_WINDOW_BYTES = 8 * 1024 * 1024;
/** The receiver acknowledges at least this often. */
export const ACK_EVERY_BYTES = 1024 * 1024;
export const SHA256_BYTES = 32;

const KIND = { data: 1, ack: 2, end: 3, cancel: 4 } as const;
const ID_OFFSET = 1;
const ID_BYTES = 16;
const NUMBER_OFFSET = ID_OFFSET + ID_BYTES;
/** Where the file's bytes begin in a data frame. */
export const DATA_OFFSET = NUMBER_OFFSET + 8;

export type FileFrame =
  | { readonly kind: 'data'; readonly fileId: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'ack'; readonly fileId: string; readonly receivedBytes: number }
  | { readonly kind: 'end'; readonly fileId: string; readonly totalBytes: number; readonly sha256: string }
  | { readonly kind: 'cancel'; readonly fileId: string; readonly reason: FileReason };

/** Bytes that are no frame. The lane they came over is not to be trusted further. */
export class MalformedFrame extends Error {
  override readonly name = 'MalformedFrame';
}

/**
 * A data frame for `length` bytes at `offset`, with the file's part still to be filled in from `DATA_OFFSET` on,
 * so that a file is read straight into its frame. `spare`: a data frame of the same file that is no longer needed;
 * it is used again where it has the length.
 */
export function dataFrame(
  fileId: string,
  offset: number,
  length: number,
  spare?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const frame = spare?.length === DATA_OFFSET + length ? spare : frameOf(KIND.data, fileId, length);
  writeNumber(frame, offset);
  return frame;
}

export function ackFrame(fileId: string, receivedBytes: number): Uint8Array<ArrayBuffer> {
  const frame = frameOf(KIND.ack, fileId, 0);
  writeNumber(frame, receivedBytes);
  return frame;
}

/** `sha256` in hexadecimal. */
export function endFrame(fileId: string, totalBytes: number, sha256: string): Uint8Array<ArrayBuffer> {
  const frame = frameOf(KIND.end, fileId, SHA256_BYTES);
  writeNumber(frame, totalBytes);
  frame.set(fromHex(sha256), DATA_OFFSET);
  return frame;
}

export function cancelFrame(fileId: string, reason: FileReason): Uint8Array<ArrayBuffer> {
  const frame = frameOf(KIND.cancel, fileId, 0).subarray(0, NUMBER_OFFSET + 1);
  frame[NUMBER_OFFSET] = FILE_REASONS.indexOf(reason);
  return frame;
}

/** Reads one lane message. The bytes of a data frame stay in `message`. Throws MalformedFrame. */
export function parseFileFrame(message: Uint8Array): FileFrame {
  if (message.length <= NUMBER_OFFSET) throw new MalformedFrame('a frame this short says nothing');
  const fileId = idText(message);
  switch (message[0]) {
    case KIND.data: {
      const bytes = message.subarray(DATA_OFFSET);
      if (bytes.length === 0 || bytes.length > MAX_FRAME_DATA_BYTES)
        throw new MalformedFrame(
          `a data frame holds 1 to ${MAX_FRAME_DATA_BYTES} bytes, not ${bytes.length}`,
        );
      return { kind: 'data', fileId, offset: readNumber(message), bytes };
    }
    case KIND.ack:
      needLength(message, DATA_OFFSET);
      return { kind: 'ack', fileId, receivedBytes: readNumber(message) };
    case KIND.end:
      needLength(message, DATA_OFFSET + SHA256_BYTES);
      return {
        kind: 'end',
        fileId,
        totalBytes: readNumber(message),
        sha256: toHex(message.subarray(DATA_OFFSET)),
      };
    case KIND.cancel:
      needLength(message, NUMBER_OFFSET + 1);
      return { kind: 'cancel', fileId, reason: FILE_REASONS[message[NUMBER_OFFSET]!] ?? 'failed' };
    default:
      throw new MalformedFrame(`there is no frame of kind ${message[0]}`);
  }
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function frameOf(kind: number, fileId: string, bodyBytes: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(DATA_OFFSET + bodyBytes);
  frame[0] = kind;
  frame.set(fromHex(fileId.replaceAll('-', '')), ID_OFFSET);
  return frame;
}

function idText(message: Uint8Array): string {
  const hex = toHex(message.subarray(ID_OFFSET, NUMBER_OFFSET));
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function writeNumber(frame: Uint8Array, value: number): void {
  view(frame).setBigUint64(NUMBER_OFFSET, BigInt(value));
}

function readNumber(message: Uint8Array): number {
  if (message.length < DATA_OFFSET) throw new MalformedFrame('this frame ends too early');
  const value = Number(view(message).getBigUint64(NUMBER_OFFSET));
  if (!Number.isSafeInteger(value)) throw new MalformedFrame('no file has so many bytes');
  return value;
}

function needLength(message: Uint8Array, length: number): void {
  if (message.length !== length)
    throw new MalformedFrame(`this frame has ${length} bytes, not ${message.length}`);
}
