import type { CountedLane, LaneEnding } from '../../../protocol/customer-end/lane-channel.ts';
import { ERRORS } from '../../../protocol/errors.ts';

/** Under this much queued the sender may go on. */
const LOW_WATER_BYTES = 256 * 1024;
/** WebSocket has no event for a drained buffer. In a hidden tab timers are slow: what comes in is taken as a sign too. */
const LOOK_EVERY_MS = 10;

/** Opens this page's end of a lane. Messages that come before somebody listens wait. Rejects when it cannot be opened. */
export function openLane(ticket: string): Promise<CountedLane> {
  const address = new URL(`/lane?ticket=${encodeURIComponent(ticket)}`, window.location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.onclose = () => reject(new Error('the lane could not be opened'));
    socket.onopen = () => resolve(new PageLane(socket));
  });
}

class PageLane implements CountedLane {
  sentBytes = 0;
  receivedBytes = 0;
  readonly #socket: WebSocket;
  /** Came before somebody listened. */
  readonly #held: Uint8Array[] = [];
  readonly #drainHandlers: (() => void)[] = [];
  readonly #closeHandlers: (() => void)[] = [];
  #handler: ((message: Uint8Array) => void) | undefined;
  #looking: ReturnType<typeof setTimeout> | undefined;
  #aboveLowWater = false;
  #closed = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => this.#receive(data);
    // A failure says nothing more than the close that follows it.
    socket.onerror = () => {};
    socket.onclose = () => this.#finish();
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return;
    this.sentBytes += message.byteLength;
    this.#socket.send(message as Uint8Array<ArrayBuffer>);
    if (this.#socket.bufferedAmount <= LOW_WATER_BYTES) return;
    this.#aboveLowWater = true;
    this.#looking ??= setTimeout(() => this.#look(), LOOK_EVERY_MS);
  }

  onMessage(handler: ((message: Uint8Array) => void) | undefined): void {
    this.#handler = handler;
    while (this.#handler && this.#held.length > 0 && !this.#closed) this.#handler(this.#held.shift()!);
  }

  onDrain(handler: () => void): void {
    this.#drainHandlers.push(handler);
  }

  onClose(handler: () => void): void {
    if (this.#closed) handler();
    else this.#closeHandlers.push(handler);
  }

  close(ending: LaneEnding = 'lane.finished'): void {
    if (this.#closed) return;
    this.#finish();
    this.#socket.close(ERRORS[ending].close);
  }

  #receive(data: ArrayBuffer | string): void {
    if (this.#closed) return;
    if (typeof data === 'string') {
      this.#socket.close(1000);
      return;
    }
    this.receivedBytes += data.byteLength;
    const message = new Uint8Array(data);
    if (this.#handler) this.#handler(message);
    else this.#held.push(message);
    if (this.#aboveLowWater) this.#look();
  }

  #look(): void {
    clearTimeout(this.#looking);
    this.#looking = undefined;
    if (this.#closed) return;
    if (this.#socket.bufferedAmount > LOW_WATER_BYTES) {
      this.#looking = setTimeout(() => this.#look(), LOOK_EVERY_MS);
      return;
    }
    this.#aboveLowWater = false;
    for (const handler of this.#drainHandlers) handler();
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#looking);
    this.#handler = undefined;
    this.#held.length = 0;
    for (const handler of this.#closeHandlers) handler();
  }
}
