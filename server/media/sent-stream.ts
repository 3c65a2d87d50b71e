import type { types } from 'mediasoup';
import type { MediaFigures } from '../../protocol/media.ts';
import type { Clock } from '../clock.ts';
import { MOST_INCOMING_BITRATE } from './transport-half.ts';

/** The worker counts, in a process of its own: what is known here is at most this old. */
const COUNT_EVERY_MS = 500;

/** So much in two counts one after the other is no burst. */
const FLOOD_BYTES_PER_MS = (2 * MOST_INCOMING_BITRATE) / 8 / 1000;
const FLOODS = 2;

type Picture = Pick<MediaFigures, 'width' | 'height' | 'framesPerSecond'>;

/** What one end sends: its producer in the worker, and what has come of it. */
export class SentStream {
  readonly #producer: types.Producer;
  readonly #clock: Clock;
  #cancelCount: (() => void) | undefined;
  #picture: Picture = {};
  #counted = { bytes: 0, packets: 0, packetsLost: 0 };
  #countedAt: number;
  #isCounting = false;
  #floods = 0;
  readonly #flooded: () => void;

  /** `flooded`: it goes on to send far more than it was asked to. The worker itself drops nothing. */
  constructor(producer: types.Producer, clock: Clock, flooded: () => void) {
    this.#producer = producer;
    this.#clock = clock;
    this.#countedAt = clock.now();
    this.#flooded = flooded;
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
      // A worker that died counts no more; what was counted stands. One that hangs is not asked again meanwhile.
      if (!this.#isCounting) void this.#count().catch(() => {});
      if (!this.#producer.closed) this.#countLater();
    });
  }

  async #count(): Promise<void> {
    this.#isCounting = true;
    const streams = await this.#producer.getStats().finally(() => {
      this.#isCounting = false;
    });
    const sum = (read: (stream: types.ProducerStat) => number) =>
      streams.reduce((total, stream) => total + read(stream), 0);
    const bytes = sum(({ byteCount }) => byteCount);
    this.#watch(bytes);
    this.#counted = {
      bytes,
      packets: sum(({ packetCount }) => packetCount),
      packetsLost: sum(({ packetsLost }) => Math.max(0, packetsLost)),
    };
  }

  #watch(bytes: number): void {
    const now = this.#clock.now();
    const elapsedMs = now - this.#countedAt;
    this.#countedAt = now;
    const isFlood = elapsedMs > 0 && (bytes - this.#counted.bytes) / elapsedMs > FLOOD_BYTES_PER_MS;
    this.#floods = isFlood ? this.#floods + 1 : 0;
    if (this.#floods >= FLOODS) this.#flooded();
  }
}
