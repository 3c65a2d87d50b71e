import type { LaneChannel } from '../lane-channel.ts';

/** What one viewer is sent, in order: updates, of which a large one leaves in pieces, and messages beside them. */
export class UpdateStream {
  readonly #lane: LaneChannel;
  /** Bytes of the present update that went out in pieces: until it is whole, nothing may be put in between. */
  #pieceBytes = 0;
  #held: Uint8Array[] = [];

  constructor(lane: LaneChannel) {
    this.#lane = lane;
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

  /** The update, or what follows its pieces; `undefined` when there was nothing to tell. Answers its size in bytes. */
  end(message: Uint8Array | undefined): number {
    if (message) this.#lane.send(message);
    const bytes = this.#pieceBytes + (message?.length ?? 0);
    this.#pieceBytes = 0;
    for (const held of this.#held.splice(0)) this.#lane.send(held);
    return bytes;
  }
}
