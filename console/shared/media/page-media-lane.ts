import type { CountedLane, LaneEnding } from '../../../protocol/customer-end/lane-channel.ts';
import type { MediaSignal } from '../../../protocol/customer-end/media-signal.ts';
import type { LanePass } from '../../../protocol/lane.ts';
import { type Store, WritableStore } from '../store.ts';
import { MediaLane } from './media-lane.ts';

/** The customer's end of a media lane, as whoever keeps lanes sees it: it closes and counts, and carries no messages. */
export class PageMediaLane implements CountedLane {
  readonly bufferedBytes = 0;
  readonly #closeHandlers: (() => void)[] = [];
  readonly #track = new WritableStore<MediaStreamTrack | undefined>(undefined);
  /** What the technician sends, once they do: sound, and never a picture. */
  readonly track: Store<MediaStreamTrack | undefined> = this.#track;
  readonly #isMuted = new WritableStore(false);
  /** The technician sends nothing for now. */
  readonly isMuted: Store<boolean> = this.#isMuted;
  #lane: MediaLane | undefined;
  #closed = false;

  /** Rejects when the broker refuses it, or this browser has no WebRTC. */
  static async open(pass: LanePass, signal: MediaSignal): Promise<PageMediaLane> {
    const opened = new PageMediaLane();
    opened.#lane = await MediaLane.join(pass, signal, {
      track: (track) => opened.#track.set(track),
      muted: (muted) => opened.#isMuted.set(muted),
      closed: () => opened.#finish(),
    });
    return opened;
  }

  private constructor() {}

  get sentBytes(): number {
    return this.#lane?.statistics.bytesSent ?? 0;
  }

  get receivedBytes(): number {
    return this.#lane?.statistics.bytesReceived ?? 0;
  }

  /** Sends this from now on; without it nothing, and the technician is told so. */
  show(surface: { readonly track: MediaStreamTrack; repeat(): void } | undefined): void {
    this.mute(surface === undefined);
    if (surface) void this.sendTrack(surface.track).then(() => surface.repeat());
  }

  /** Sends `track`, or another one from now on. */
  async sendTrack(track: MediaStreamTrack): Promise<void> {
    // Where no way leads there the lane is over already; else this browser has no fitting encoder, or the broker refuses it.
    await this.#lane?.send(track).catch((error: unknown) => this.#lane?.giveUp(error));
  }

  mute(muted: boolean): void {
    this.#lane?.mute(muted);
  }

  send(): void {}

  onMessage(): void {}

  onDrain(): void {}

  onClose(handler: () => void): void {
    if (this.#closed) handler();
    else this.#closeHandlers.push(handler);
  }

  close(ending: LaneEnding = 'lane.finished'): void {
    if (this.#closed) return;
    this.#lane?.close(ending === 'consent.withdrawn' ? 'withdrawn' : 'done');
    this.#finish();
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const handler of this.#closeHandlers) handler();
  }
}
