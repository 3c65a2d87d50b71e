import type { MediaSignal } from '../../../protocol/customer-end/media-signal.ts';
import type { LanePass } from '../../../protocol/lane.ts';
import { type LaneChannel, NETWORK_BROKE } from '../lane-channel.ts';
import { type Store, WritableStore } from '../store.ts';
import { MediaLane } from './media-lane.ts';

/** A lane of the path `webrtc` as whoever keeps lanes sees it: it opens, counts and closes as the others do, and carries no messages. */
export class MediaChannel implements LaneChannel {
  readonly tool: LanePass['tool'];
  readonly laneId: string;
  onOpen: () => void = () => {};
  onMessage: (bytes: Uint8Array) => void = () => {};
  onClose: (code: number) => void = () => {};
  readonly bufferedBytes = 0;
  readonly #track = new WritableStore<MediaStreamTrack | undefined>(undefined);
  /** What the other side sends, once it does. */
  readonly track: Store<MediaStreamTrack | undefined> = this.#track;
  readonly #isMuted = new WritableStore(false);
  /** The other side sends nothing for now. */
  readonly isMuted: Store<boolean> = this.#isMuted;
  readonly #isBroken = new WritableStore(false);
  /** What came last may no longer be so: its way broke, and another one is looked for. */
  readonly isBroken: Store<boolean> = this.#isBroken;
  #lane: MediaLane | undefined;
  #isOver = false;

  constructor(pass: LanePass, signal: MediaSignal) {
    this.tool = pass.tool;
    this.laneId = pass.laneId;
    const events = {
      track: (track: MediaStreamTrack) => this.#track.set(track),
      muted: (muted: boolean) => this.#isMuted.set(muted),
      broken: (isBroken: boolean) => this.#isBroken.set(isBroken),
      closed: (code: number) => this.#closed(code),
    };
    MediaLane.join(pass, signal, events).then(
      (lane) => this.#joined(lane),
      // Refused, or no WebRTC here: as with a socket that does not open, the lane is asked for again.
      () => this.#closed(NETWORK_BROKE),
    );
  }

  get bytesSent(): number {
    return this.#lane?.statistics.bytesSent ?? 0;
  }

  get bytesReceived(): number {
    return this.#lane?.statistics.bytesReceived ?? 0;
  }

  get latencyMs(): number | undefined {
    return this.#lane?.statistics.latencyMs;
  }

  get isOpen(): boolean {
    return this.#lane !== undefined && !this.#isOver;
  }

  /** Tracks are what is sent here. */
  send(): void {}

  async roomBelow(): Promise<void> {}

  /** Sends `track`, or another one from now on. */
  sendTrack(track: MediaStreamTrack): void {
    // Where no way leads there the lane is over already; else this browser has no fitting encoder, or the broker refuses it.
    this.#lane?.send(track).catch((error: unknown) => this.#lane?.giveUp(error));
  }

  mute(muted: boolean): void {
    this.#lane?.mute(muted);
  }

  close(): void {
    this.#lane?.close();
    this.#closed(1000);
  }

  #joined(lane: MediaLane): void {
    this.#lane = lane;
    if (this.#isOver) {
      lane.close();
      return;
    }
    this.onOpen();
  }

  #closed(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#track.set(undefined);
    this.onClose(code);
  }
}
