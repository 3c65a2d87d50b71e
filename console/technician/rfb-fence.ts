/** Fence messages (rfbproto, "ClientFence" and "ServerFence"), used to measure the way to the agent and back. */
const FENCE = 248;
const REQUEST = 0x80000000;
const BLOCK_BEFORE = 1;
const HEAD_BYTES = 9;
/** Ours are told from any other by their payload. */
const MARK = [0x63, 0x73, 0x67, 0x6e];
const PAYLOAD_BYTES = MARK.length + 4;

/** `id`: 32 bits, comes back in the answer. */
export function fenceRequest(id: number): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + PAYLOAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, FENCE);
  view.setUint32(4, (REQUEST | BLOCK_BEFORE) >>> 0);
  view.setUint8(8, PAYLOAD_BYTES);
  bytes.set(MARK, HEAD_BYTES);
  view.setUint32(HEAD_BYTES + MARK.length, id);
  return bytes;
}

/** The id of the request that this server message answers, or undefined when it is anything else. */
export function fenceAnswer(message: Uint8Array): number | undefined {
  if (message[0] !== FENCE || message.length !== HEAD_BYTES + PAYLOAD_BYTES) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const isAnswer = (view.getUint32(4) & REQUEST) === 0;
  const isOurs = MARK.every((byte, index) => message[HEAD_BYTES + index] === byte);
  return isAnswer && isOurs ? view.getUint32(HEAD_BYTES + MARK.length) : undefined;
}
