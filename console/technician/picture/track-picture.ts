import type { MediaChannel } from '../../shared/media/media-channel.ts';
import { type Store, WritableStore } from '../../shared/store.ts';
import type { PictureStanding } from './lane-picture.ts';

/** What a customer's browser shows, as it comes by WebRTC. */
export class TrackPicture {
  readonly element = Object.assign(document.createElement('video'), {
    autoplay: true,
    muted: true,
    playsInline: true,
    disablePictureInPicture: true,
  });
  readonly #standing = new WritableStore<PictureStanding>('waiting');
  readonly standing: Store<PictureStanding> = this.#standing;
  readonly unansweredMs = 0;
  readonly #channel: MediaChannel;
  readonly #stops: (() => void)[];

  constructor(channel: MediaChannel) {
    this.#channel = channel;
    this.element.addEventListener('resize', () => this.#look());
    this.#stops = [
      channel.track.subscribe(() => this.#play()),
      channel.isMuted.subscribe(() => this.#look()),
      channel.isBroken.subscribe(() => this.#look()),
    ];
    this.#play();
  }

  /** Calls `done` with the ms from the customer's page to this one, as the connection estimates it. */
  measureLatency(done: (ms: number) => void): void {
    if (this.#channel.latencyMs !== undefined) done(this.#channel.latencyMs);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.element.srcObject = null;
  }

  #play(): void {
    const track = this.#channel.track.get();
    this.element.srcObject = track ? new MediaStream([track]) : null;
    this.#look();
  }

  /** A picture has a size as soon as its first frame is there. */
  #look(): void {
    if (this.#channel.isMuted.get()) this.#standing.set('nothing');
    else if (this.element.videoWidth === 0) this.#standing.set('waiting');
    else this.#standing.set(this.#channel.isBroken.get() ? 'stalled' : 'shown');
  }
}
