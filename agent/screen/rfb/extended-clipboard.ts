import { deflateSync, inflateSync } from 'node:zlib';
import { ByteWriter } from '../encode/byte-writer.ts';
import { MAX_CUT_TEXT_BYTES, RfbProtocolError } from './client-messages.ts';

/** Flags of an extended cut-text message (rfbproto, "Extended Clipboard Pseudo-Encoding"). */
export const ClipboardFlag = {
  text: 1 << 0,
  caps: 1 << 24,
  request: 1 << 25,
  peek: 1 << 26,
  notify: 1 << 27,
  provide: 1 << 28,
} as const;

const LENGTH_BYTES = 4;

/** What we can do, with the most text that we take unasked. */
export function clipboardCaps(): Uint8Array {
  const { text, caps, request, peek, notify, provide } = ClipboardFlag;
  return message(
    text | caps | request | peek | notify | provide,
    new ByteWriter().u32(MAX_CUT_TEXT_BYTES).take(),
  );
}

export function clipboardNotify(hasText: boolean): Uint8Array {
  return message(ClipboardFlag.notify | (hasText ? ClipboardFlag.text : 0));
}

export function clipboardRequest(): Uint8Array {
  return message(ClipboardFlag.request | ClipboardFlag.text);
}

export function clipboardProvide(text: string): Uint8Array {
  const bytes = Buffer.from(`${text.replace(/\r\n|\r|\n/g, '\r\n')}\0`);
  const plain = new ByteWriter().u32(bytes.length).bytes(bytes).take();
  return message(ClipboardFlag.provide | ClipboardFlag.text, deflateSync(plain));
}

/** The text of a `provide`, with plain line ends. Throws `RfbProtocolError` when it unpacks to nonsense, or to too much. */
export function readProvidedText(data: Buffer): string {
  const plain = unpack(data);
  const length = plain.length >= LENGTH_BYTES ? plain.readUInt32BE(0) : Number.POSITIVE_INFINITY;
  if (plain.length < LENGTH_BYTES + length)
    throw new RfbProtocolError('clipboard text is shorter than it says');
  const text = plain.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + length);
  return text.replace(/\0.*$/s, '').replaceAll('\r\n', '\n');
}

function unpack(data: Buffer): Buffer {
  try {
    // Viewers end the stream with a sync flush, not with an end: that must not count as cut off.
    const options = { maxOutputLength: MAX_CUT_TEXT_BYTES + LENGTH_BYTES, finishFlush: 2 };
    return inflateSync(data, options);
  } catch (error) {
    throw new RfbProtocolError(`clipboard data do not unpack: ${(error as Error).message}`);
  }
}

function message(flags: number, data: Uint8Array = new Uint8Array()): Uint8Array {
  const length = LENGTH_BYTES + data.length;
  return new ByteWriter().u8(3).u8(0).u16(0).u32(-length).u32(flags).bytes(data).take();
}
