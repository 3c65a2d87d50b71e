/** Extended clipboard messages (rfbproto, "Extended Clipboard Pseudo-Encoding"), whole ones, as the clipboard lane carries them. */
export const ClipboardFlag = {
  text: 1 << 0,
  caps: 1 << 24,
  request: 1 << 25,
  peek: 1 << 26,
  notify: 1 << 27,
  provide: 1 << 28,
} as const;

/** As much as the agent takes. */
export const MAX_CLIPBOARD_BYTES = 1024 * 1024;

/** Who speaks, by the type of their message (RFC 6143 7.5.6, 7.6.4): the technician's viewer, or the customer's end. */
const TYPE_OF = { viewer: 6, server: 3 } as const;
export type CutTextSide = keyof typeof TYPE_OF;
const HEAD_BYTES = 8;

export type CutText = { kind: 'plain'; text: string } | { kind: 'extended'; flags: number; data: Uint8Array };

/** One whole message of that side; undefined for anything else. */
export function parseCutText(from: CutTextSide, message: Uint8Array): CutText | undefined {
  if (message[0] !== TYPE_OF[from] || message.length < HEAD_BYTES) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const length = view.getInt32(4);
  if (message.length !== HEAD_BYTES + Math.abs(length)) return undefined;
  if (length > MAX_CLIPBOARD_BYTES) return undefined;
  // RFC 6143 7.6.4: without the extension, Latin-1.
  if (length >= 0) return { kind: 'plain', text: fromLatin1(message.subarray(HEAD_BYTES)) };
  if (length > -4) return undefined;
  return { kind: 'extended', flags: view.getUint32(HEAD_BYTES), data: message.subarray(HEAD_BYTES + 4) };
}

export function extendedCutText(
  from: CutTextSide,
  flags: number,
  data: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const message = new Uint8Array(HEAD_BYTES + 4 + data.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, TYPE_OF[from]);
  view.setInt32(4, -(4 + data.length));
  view.setUint32(HEAD_BYTES, flags >>> 0);
  message.set(data, HEAD_BYTES + 4);
  return message;
}

/** What this side can do, with the most text that it takes unasked: a viewer asks for each. */
export function clipboardCaps(from: CutTextSide): Uint8Array {
  const { text, caps, request, peek, notify, provide } = ClipboardFlag;
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, from === 'viewer' ? 0 : MAX_CLIPBOARD_BYTES);
  return extendedCutText(from, text | caps | request | peek | notify | provide, size);
}

/** UTF-8 with CRLF and a closing NUL. */
const asCarried = (text: string): Uint8Array =>
  new TextEncoder().encode(`${text.replace(/\r\n|\r|\n/g, '\r\n')}\0`);

/** No more than the other end takes. */
export const fitsClipboard = (text: string): boolean => asCarried(text).length <= MAX_CLIPBOARD_BYTES;

/** The data of a `provide`: length and text, deflated. */
export async function packText(text: string): Promise<Uint8Array> {
  const bytes = asCarried(text);
  const plain = new Uint8Array(4 + bytes.length);
  new DataView(plain.buffer).setUint32(0, bytes.length);
  plain.set(bytes, 4);
  return through(plain, new CompressionStream('deflate'), Number.POSITIVE_INFINITY);
}

/** The text of a `provide`, with plain line ends; undefined when it unpacks to nonsense or to too much. */
export async function unpackText(data: Uint8Array): Promise<string | undefined> {
  try {
    const plain = await through(data, new DecompressionStream('deflate'), MAX_CLIPBOARD_BYTES + 4);
    if (plain.length < 4) return undefined;
    const length = new DataView(plain.buffer, plain.byteOffset).getUint32(0);
    if (plain.length < 4 + length) return undefined;
    const text = new TextDecoder().decode(plain.subarray(4, 4 + length));
    return text.replace(/\0[\s\S]*$/, '').replaceAll('\r\n', '\n');
  } catch {
    return undefined;
  }
}

/** Stops at `maxBytes`, so that a few bytes cannot unpack to gigabytes. */
async function through(
  bytes: Uint8Array,
  transform: CompressionStream | DecompressionStream,
  maxBytes: number,
): Promise<Uint8Array> {
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(transform).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new Error('too much text');
    }
    chunks.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function fromLatin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
