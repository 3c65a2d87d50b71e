import type { types } from 'mediasoup';
import type { MediaFigures } from '../../protocol/media.ts';
import type { Clock } from '../clock.ts';

/** The worker counts, in a process of its own: what is known here is at most this old. */
const COUNT_EVERY_MS = 500;

type Picture = Pick<MediaFigures, 'width' | 'height' | 'framesPerSecond'>;

/** What one end sends: its producer in the worker, and what has come of it. */
export class SentStream {
  readonly #producer: types.Producer;
  readonly #clock: Clock;
  #cancelCount: (() => void) | undefined;
  #picture: Picture = {};
  #counted = { bytes: 0, packets: 0, packetsLost: 0 };

  constructor(producer: types.Producer, clock: Clock) {
    this.#producer = producer;
    this.#clock = clock;
    this.#countLater();
  }

  get bytes(): number {
    return this.#counted.bytes;
  }

  get figures(): MediaFigures {
    const { packets, packetsLost } = this.#counted;
    return { packets, packetsLost, ...this.#picture };
  }

  /** As its sender says; the last word counts. */
  measured({ width, height, framesPerSecond }: Required<Picture>): void {
    this.#picture = { width, height, framesPerSecond };
  }

  async mute(muted: boolean): Promise<void> {
    if (muted) await this.#producer.pause();
    else await this.#producer.resume();
  }

  close(): void {
    this.#cancelCount?.();
    this.#producer.close();
  }

  #countLater(): void {
    this.#cancelCount = this.#clock.after(COUNT_EVERY_MS, () => {
      // A worker that died counts no more; what was counted stands.
      void this.#count().catch(() => {});
      if (!this.#producer.closed) this.#countLater();
    });
  }

  async #count(): Promise<void> {
    const streams = await this.#producer.getStats();
    const sum = (read: (stream: types.ProducerStat) => number) =>
      streams.reduce((total, stream) => total + read(stream), 0);
    this.#counted = {
      bytes: sum(({ byteCount }) => byteCount),
      packets: sum(({ packetCount }) => packetCount),
      packetsLost: sum(({ packetsLost }) => Math.max(0, packetsLost)),
    };
  }
}
