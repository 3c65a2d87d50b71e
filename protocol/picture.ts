import { z } from 'zod';

/**
 * What a `view` lane carries when the customer's agent is a browser: encoded frames one way, what the viewer needs the
 * other. The broker relays it unseen. Each WebSocket message is one message, numbers are big-endian:
 *
 *   from the agent    1 delta    u32 number, u64 timestamp in microseconds, the encoded frame
 *                     2 key      u32 number, u64 timestamp, u16 length, that many bytes of JSON (PictureFormat), the frame
 *                     3 nothing  the customer has not chosen what to show, or shows nothing just now
 *                     4 echo     u32 of a probe, sent back at once
 *                     5 unknown  no codec of the viewer's hello is one that this browser encodes: no frame will come
 *   from the console  16 hello   JSON (ViewerHello), first: nothing is sent before it. Again with fewer codecs, where one of
 *                                them could not be decoded after all: another one, or none, is what comes then
 *                     17 key     the next frame must be a key frame: what came could not be decoded
 *                     18 seen    u32 number of the newest frame that was drawn
 *                     19 probe   u32, to be echoed
 */
const KIND = {
  delta: 1,
  key: 2,
  nothing: 3,
  echo: 4,
  unknown: 5,
  hello: 16,
  keyWanted: 17,
  seen: 18,
  probe: 19,
} as const;

/** A frame larger than this is none: 4K screens of noise stay below. */
export const MAX_FRAME_BYTES = 6 * 1024 * 1024;
/** Eight thousand pixels wide, or three screens of 4K: four bytes of each are held by whoever looks. */
export const MAX_PICTURE_PIXELS = 7680 * 4320;
const MAX_HELLO_BYTES = 4096;

/** A word of WebCodecs' enumerations. */
const word = z
  .string()
  .regex(/^[\w-]{1,20}$/)
  .nullable();
const side = z.number().int().min(1).max(16_384);
/** How the frames that follow are to be decoded (WebCodecs' VideoDecoderConfig). */
export const PictureFormat = z.strictObject({
  codec: z.string().regex(/^[\w.-]{1,60}$/),
  width: side,
  height: side,
  /** How numbers become colours (VideoColorSpaceInit): a decoder that guesses shows others. */
  colorSpace: z
    .strictObject({ primaries: word, transfer: word, matrix: word, fullRange: z.boolean().nullable() })
    .optional(),
  /** In base64, where the codec needs one. */
  description: z.string().max(8192).optional(),
});
export type PictureFormat = z.infer<typeof PictureFormat>;

/** Codecs that this viewer decodes, best first. */
export const ViewerHello = z.strictObject({ codecs: z.array(PictureFormat.shape.codec).max(16) });
export type ViewerHello = z.infer<typeof ViewerHello>;

export interface PictureFrame {
  readonly number: number;
  /** Microseconds. */
  readonly timestamp: number;
  /** With a key frame. */
  readonly format?: PictureFormat;
  readonly data: Uint8Array;
}

export type FromViewer =
  | { readonly kind: 'hello'; readonly codecs: readonly string[] }
  | { readonly kind: 'keyWanted' }
  | { readonly kind: 'seen' | 'probe'; readonly number: number };
export type ToViewer =
  | { readonly kind: 'frame'; readonly frame: PictureFrame }
  | { readonly kind: 'nothing' | 'unknown' }
  | { readonly kind: 'echo'; readonly number: number };

const NUMBER_END = 5;
const FRAME_HEAD = 13;
const LENGTH_BYTES = 2;

export function frameMessage({ number, timestamp, format, data }: PictureFrame): Uint8Array<ArrayBuffer> {
  const json = format === undefined ? undefined : new TextEncoder().encode(JSON.stringify(format));
  const start = FRAME_HEAD + (json === undefined ? 0 : LENGTH_BYTES + json.length);
  const message = new Uint8Array(start + data.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, json === undefined ? KIND.delta : KIND.key);
  view.setUint32(1, number);
  view.setBigUint64(NUMBER_END, BigInt(Math.max(0, Math.round(timestamp))));
  if (json !== undefined) {
    view.setUint16(FRAME_HEAD, json.length);
    message.set(json, FRAME_HEAD + LENGTH_BYTES);
  }
  message.set(data, start);
  return message;
}

export const nothingMessage = (): Uint8Array<ArrayBuffer> => new Uint8Array([KIND.nothing]);
export const unknownMessage = (): Uint8Array<ArrayBuffer> => new Uint8Array([KIND.unknown]);
export const keyWantedMessage = (): Uint8Array<ArrayBuffer> => new Uint8Array([KIND.keyWanted]);
export const echoMessage = (number: number) => numbered(KIND.echo, number);
export const seenMessage = (number: number) => numbered(KIND.seen, number);
export const probeMessage = (number: number) => numbered(KIND.probe, number);
export function helloMessage(hello: ViewerHello): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(hello));
  const message = new Uint8Array(1 + json.length);
  message[0] = KIND.hello;
  message.set(json, 1);
  return message;
}

/** `undefined` for what is no such message: whoever sends it is no viewer. */
export function parseFromViewer(message: Uint8Array): FromViewer | undefined {
  switch (message[0]) {
    case KIND.hello: {
      if (message.length > MAX_HELLO_BYTES) return undefined;
      const hello = parsed(ViewerHello, message.subarray(1));
      return hello && { kind: 'hello', codecs: hello.codecs };
    }
    case KIND.keyWanted:
      return message.length === 1 ? { kind: 'keyWanted' } : undefined;
    case KIND.seen:
    case KIND.probe:
      if (message.length !== NUMBER_END) return undefined;
      return { kind: message[0] === KIND.seen ? 'seen' : 'probe', number: viewOf(message).getUint32(1) };
    default:
      return undefined;
  }
}

/** `undefined` for what is no such message: whoever sends it is no agent in a browser. */
export function parseToViewer(message: Uint8Array): ToViewer | undefined {
  switch (message[0]) {
    case KIND.delta:
    case KIND.key:
      return parseFrame(message, message[0] === KIND.key);
    case KIND.nothing:
    case KIND.unknown:
      if (message.length !== 1) return undefined;
      return { kind: message[0] === KIND.nothing ? 'nothing' : 'unknown' };
    case KIND.echo:
      if (message.length !== NUMBER_END) return undefined;
      return { kind: 'echo', number: viewOf(message).getUint32(1) };
    default:
      return undefined;
  }
}

function parseFrame(message: Uint8Array, isKey: boolean): ToViewer | undefined {
  const head = FRAME_HEAD + (isKey ? LENGTH_BYTES : 0);
  if (message.length <= head || message.length > MAX_FRAME_BYTES) return undefined;
  const view = viewOf(message);
  const number = view.getUint32(1);
  const timestamp = Number(view.getBigUint64(NUMBER_END));
  if (!Number.isSafeInteger(timestamp)) return undefined;
  if (!isKey) return { kind: 'frame', frame: { number, timestamp, data: message.subarray(head) } };
  const start = head + view.getUint16(FRAME_HEAD);
  const format = start < message.length ? parsed(PictureFormat, message.subarray(head, start)) : undefined;
  return format && { kind: 'frame', frame: { number, timestamp, format, data: message.subarray(start) } };
}

function numbered(kind: number, number: number): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(NUMBER_END);
  message[0] = kind;
  viewOf(message).setUint32(1, number);
  return message;
}

const viewOf = (message: Uint8Array) => new DataView(message.buffer, message.byteOffset, message.byteLength);

function parsed<Schema extends z.ZodType>(schema: Schema, json: Uint8Array): z.infer<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(json)));
  } catch {
    return undefined; // not JSON, or not this: the caller says what follows
  }
}
