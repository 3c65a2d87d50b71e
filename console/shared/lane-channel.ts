import type { LanePass } from '../../protocol/lane.ts';

/** The close code when no close frame came: the network broke. */
export const NETWORK_BROKE = 1006;

/** How often a sender that waits for room looks again: WebSocket has no event for a drained buffer. */
const DRAIN_POLL_MS = 8;

/** One side of one lane, whatever it goes over: whole binary messages both ways. */
export interface LaneChannel {
  readonly tool: LanePass['tool'];
  readonly laneId: string;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  onOpen: () => void;
  onMessage: (bytes: Uint8Array) => void;
  /** Called once; `code` is of the error table (4410 consent.withdrawn …) or NETWORK_BROKE. */
  onClose: (code: number) => void;
  readonly isOpen: boolean;
  /** Bytes given to `send` that have not left yet. */
  readonly bufferedBytes: number;
  /** Sends one message; on a lane that is not open it is dropped, `onClose` tells. */
  send(bytes: Uint8Array): void;
  /** Resolves when less than `bytes` wait to leave, or when the lane is closed. */
  roomBelow(bytes: number): Promise<void>;
  close(): void;
}

/** A lane that the broker relays. */
export class SocketLane implements LaneChannel {
  readonly tool: LanePass['tool'];
  readonly laneId: string;
  readonly #socket: WebSocket;
  bytesSent = 0;
  bytesReceived = 0;
  onOpen: () => void = () => {};
  onMessage: (bytes: Uint8Array) => void = () => {};
  onClose: (code: number) => void = () => {};

  /** `origin`: `ws://…` of the broker; the page's own when left out. */
  constructor(pass: LanePass, origin = window.location.origin.replace(/^http/, 'ws')) {
    this.tool = pass.tool;
    this.laneId = pass.laneId;
    this.#socket = new WebSocket(`${origin}/lane?ticket=${encodeURIComponent(pass.ticket)}`);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => this.onOpen();
    // A failure says nothing more than the close that follows it.
    this.#socket.onerror = () => {};
    this.#socket.onclose = ({ code }) => this.onClose(code);
    this.#socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === 'string') return;
      this.bytesReceived += data.byteLength;
      this.onMessage(new Uint8Array(data));
    };
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.bytesSent += bytes.byteLength;
    this.#socket.send(bytes as Uint8Array<ArrayBuffer>);
  }

  async roomBelow(bytes: number): Promise<void> {
    while (this.isOpen && this.#socket.bufferedAmount >= bytes) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
  }

  close(): void {
    this.#socket.close(1000);
  }
}
