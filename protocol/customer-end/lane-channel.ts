import type { ErrorCode } from '../errors.ts';

/** What the broker is told by the close code, and writes down. */
export type LaneEnding = Extract<ErrorCode, 'lane.finished' | 'consent.withdrawn'>;

/** One end of a lane as the parts of an agent see it: whole messages in and out, in order. */
export interface LaneChannel<Bytes extends Uint8Array = Uint8Array> {
  /** Queues one binary message. A channel that is closed drops it. */
  send(message: Uint8Array): void;
  /** Bytes queued here and not yet handed to the network: what the sender watches to stay bounded. */
  readonly bufferedBytes: number;
  /** One handler at a time. `undefined` stops reading (back-pressure reaches the other end, where the agent can do so). */
  onMessage(handler: ((message: Bytes) => void) | undefined): void;
  /** Called whenever `bufferedBytes` fell back under the low-water mark after a `send`. */
  onDrain(handler: () => void): void;
  /** Called once, also when it was closed from here. */
  onClose(handler: () => void): void;
  /** Without `ending` it is finished. */
  close(ending?: LaneEnding): void;
}

/** A lane that knows what went over this end of it. */
export interface CountedLane<Bytes extends Uint8Array = Uint8Array> extends LaneChannel<Bytes> {
  /** Payload bytes given to the network, and taken from it. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
}
