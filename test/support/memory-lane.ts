import type { LaneChannel } from '../../agent/lane-channel.ts';

const LOW_WATER_BYTES = 256 * 1024;

/** Two ends of a lane in one process. Messages arrive in order, a turn of the event loop later. */
export function memoryLane(): { a: MemoryLaneEnd; b: MemoryLaneEnd; break(): void } {
  const a = new MemoryLaneEnd();
  const b = new MemoryLaneEnd();
  a.other = b;
  b.other = a;
  return {
    a,
    b,
    break() {
      a.close();
      b.close();
    },
  };
}

export class MemoryLaneEnd implements LaneChannel {
  other!: MemoryLaneEnd;
  bufferedBytes = 0;
  /** The most that ever waited here. */
  mostBufferedBytes = 0;
  /** Sees every message before it is sent; may answer another one in its place. */
  tamper: (message: Uint8Array) => Uint8Array | undefined = (message) => message;
  closed = false;
  readonly #queue: Uint8Array[] = [];
  #handler: ((message: Buffer) => void) | undefined;
  readonly #drainHandlers: (() => void)[] = [];
  readonly #closeHandlers: (() => void)[] = [];
  #delivering = false;

  send(message: Uint8Array): void {
    const sent = this.closed ? undefined : this.tamper(message);
    if (!sent) return;
    // As a socket does: the message is the caller's again.
    this.#queue.push(sent.slice());
    this.bufferedBytes += sent.length;
    this.mostBufferedBytes = Math.max(this.mostBufferedBytes, this.bufferedBytes);
    this.#deliver();
  }

  onMessage(handler: ((message: Buffer) => void) | undefined): void {
    this.#handler = handler;
    this.other.#deliver();
  }

  onDrain(handler: () => void): void {
    this.#drainHandlers.push(handler);
  }

  onClose(handler: () => void): void {
    this.#closeHandlers.push(handler);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#queue.length = 0;
    for (const handler of this.#closeHandlers) handler();
    this.other.close();
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    setImmediate(() => {
      this.#delivering = false;
      const handler = this.other.#handler;
      if (this.closed || !handler) return;
      const message = this.#queue.shift();
      if (!message) return;
      const wasHigh = this.bufferedBytes >= LOW_WATER_BYTES;
      this.bufferedBytes -= message.length;
      handler(Buffer.from(message.buffer, message.byteOffset, message.byteLength));
      if (wasHigh && this.bufferedBytes < LOW_WATER_BYTES)
        for (const drained of this.#drainHandlers) drained();
      if (this.#queue.length > 0) this.#deliver();
    });
  }
}
