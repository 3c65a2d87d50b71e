import type { LaneChannel } from '../lane-channel.ts';
import { FlowControl } from './flow-control.ts';

/** The lane's queue above which no update is added. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** What one viewer is sent, in order: updates, of which a large one leaves in pieces, and messages beside them. */
export class UpdateStream {
  readonly #lane: LaneChannel;
  readonly #flow = new FlowControl();
  /** Bytes of the present update that went out in pieces: until it is whole, nothing may be put in between. */
  #pieceBytes = 0;
  #held: Uint8Array[] = [];

  constructor(lane: LaneChannel) {
    this.#lane = lane;
  }

  /** Whether the way to the viewer takes one more update. */
  get hasRoom(): boolean {
    return this.#lane.bufferedBytes < MAX_BUFFERED_BYTES && this.#flow.canSend();
  }

  /** A message beside the updates. */
  say(message: Uint8Array): void {
    if (this.#pieceBytes > 0) this.#held.push(message);
    else this.#lane.send(message);
  }

  /** A part of an update that is still being made. */
  piece(bytes: Uint8Array): void {
    this.#pieceBytes += bytes.length;
    this.#lane.send(bytes);
  }

  /**
   * The update, or what follows its pieces; `undefined` when there was nothing to tell. `isAnswered`: a fence ends it,
   * and `answered` will be called.
   */
  end(message: Uint8Array | undefined, isAnswered: boolean): void {
    if (message) {
      this.#lane.send(message);
      if (isAnswered) this.#flow.sent(this.#pieceBytes + message.length);
    }
    this.#pieceBytes = 0;
    for (const held of this.#held.splice(0)) this.#lane.send(held);
  }

  /** The viewer has drawn the oldest update that it had not answered. */
  answered(): void {
    this.#flow.answered();
  }
}
