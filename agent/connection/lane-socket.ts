import { WebSocket } from 'ws';
import type { CountedLane, LaneEnding } from '../../protocol/customer-end/lane-channel.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { MAX_LANE_MESSAGE_BYTES } from '../../protocol/lane.ts';

/** Under this much queued the sender may go on; see `LaneChannel.onDrain`. */
const LOW_WATER_BYTES = 256 * 1024;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** A path that lost its network is noticed after three of these, so that "in use" never says so for long when it is not. */
const PING_EVERY_MS = 10_000;
const MAX_SILENT_PINGS = 3;
const CLOSE_TIMEOUT_MS = 1_000;

/**
 * Opens this side's end of a lane: binary WebSocket messages, never compressed.
 * Nothing is read before somebody listens. Rejects when it cannot be opened.
 */
export function openLaneSocket(url: URL): Promise<CountedLane<Buffer>> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: MAX_LANE_MESSAGE_BYTES,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      followRedirects: false,
      skipUTF8Validation: true,
    });
    socket.once('error', reject);
    socket.once('open', () => {
      socket.off('error', reject);
      resolve(new LaneSocket(socket));
    });
  });
}

class LaneSocket implements CountedLane<Buffer> {
  sentBytes = 0;
  receivedBytes = 0;
  readonly #socket: WebSocket;
  /** Messages of the chunk that was in our hands when reading was to stop. */
  readonly #held: Buffer[] = [];
  readonly #drainHandlers: (() => void)[] = [];
  readonly #closeHandlers: (() => void)[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  #handler: ((message: Buffer) => void) | undefined;
  #aboveLowWater = false;
  /** Pings since the other end was last heard; counted only once it was: the broker reads nothing before both ends are there. */
  #silentPings: number | undefined;
  #closed = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.pause();
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    for (const sign of ['ping', 'pong'] as const)
      socket.on(sign, () => {
        this.#silentPings = 0;
      });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#finish());
    this.#heartbeat = setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return;
    this.sentBytes += message.byteLength;
    this.#socket.send(message, { binary: true }, () => this.#sent());
    if (this.#socket.bufferedAmount > LOW_WATER_BYTES) this.#aboveLowWater = true;
  }

  onMessage(handler: ((message: Buffer) => void) | undefined): void {
    this.#handler = handler;
    if (!handler) this.#socket.pause();
    while (this.#handler && this.#held.length > 0 && !this.#closed) this.#handler(this.#held.shift()!);
    if (!this.#handler || this.#held.length > 0) return;
    // A pong may stand behind what was not read meanwhile.
    if (this.#silentPings !== undefined) this.#silentPings = 0;
    this.#socket.resume();
  }

  onDrain(handler: () => void): void {
    this.#drainHandlers.push(handler);
  }

  onClose(handler: () => void): void {
    if (this.#closed) handler();
    else this.#closeHandlers.push(handler);
  }

  /** What is queued still goes out, for a moment; from here on nothing is delivered here any more. */
  close(ending: LaneEnding = 'lane.finished'): void {
    if (this.#closed) return;
    this.#finish();
    this.#socket.resume(); // a paused socket would never see the other side's close frame
    this.#socket.close(ERRORS[ending].close);
    const impatient = setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT_MS);
    this.#socket.once('close', () => clearTimeout(impatient));
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.receivedBytes += data.byteLength;
    if (this.#closed) return;
    this.#silentPings = 0;
    if (!isBinary) {
      this.#socket.close(1003, 'lanes carry binary messages');
      return;
    }
    if (this.#handler && this.#held.length === 0) this.#handler(data);
    else this.#held.push(data);
  }

  #sent(): void {
    if (!this.#aboveLowWater || this.#socket.bufferedAmount > LOW_WATER_BYTES) return;
    this.#aboveLowWater = false;
    if (!this.#closed) for (const handler of this.#drainHandlers) handler();
  }

  #ping(): void {
    if (this.#socket.isPaused) return; // we do not read on purpose: no pong is no sign of death
    if (this.#silentPings !== undefined && ++this.#silentPings > MAX_SILENT_PINGS) this.#socket.terminate();
    else this.#socket.ping();
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#heartbeat);
    this.#handler = undefined;
    this.#held.length = 0;
    for (const handler of this.#closeHandlers) handler();
  }
}
