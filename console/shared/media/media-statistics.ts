import type { types } from 'mediasoup-client';

const LOOK_EVERY_MS = 1_000;

export interface SentPicture {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** What this browser counts of a media lane: asked once a second. */
export class MediaStatistics {
  bytesSent = 0;
  bytesReceived = 0;
  /** From the other page's encoder to this one's screen, as far as can be known: half of the way there and back, and what waits here. */
  latencyMs: number | undefined;
  readonly #tellPicture: (picture: SentPicture) => void;
  readonly #timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  #sender: types.Producer | undefined;
  #receiver: types.Consumer | undefined;
  #told = '';

  /** `tellPicture` hears what is sent, whenever it is something else than before. */
  constructor(tellPicture: (picture: SentPicture) => void) {
    this.#tellPicture = tellPicture;
  }

  follow({ sender, receiver }: { sender?: types.Producer; receiver?: types.Consumer }): void {
    if (sender) this.#sender = sender;
    if (receiver) this.#receiver = receiver;
    void this.#look();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      if (this.#sender && !this.#sender.closed) this.#countSent(await this.#sender.getStats());
      if (this.#receiver && !this.#receiver.closed) this.#countReceived(await this.#receiver.getStats());
    } catch {
      // It was closed while it was asked: what was counted stands.
    }
  }

  #countSent(report: RTCStatsReport): void {
    for (const each of report.values()) {
      if (each.type !== 'outbound-rtp') continue;
      const { bytesSent, frameWidth: width, frameHeight: height, framesPerSecond = 0 } = each;
      this.bytesSent = bytesSent ?? this.bytesSent;
      if (!width || !height) continue;
      const picture = { width, height, framesPerSecond: Math.round(framesPerSecond) };
      const words = JSON.stringify(picture);
      if (words !== this.#told) this.#tellPicture(picture);
      this.#told = words;
    }
  }

  #countReceived(report: RTCStatsReport): void {
    let roundTripMs = 0;
    let waitsMs: number | undefined;
    for (const each of report.values()) {
      if (each.type === 'inbound-rtp') {
        this.bytesReceived = each.bytesReceived ?? this.bytesReceived;
        const { jitterBufferDelay = 0, jitterBufferEmittedCount = 0 } = each;
        if (jitterBufferEmittedCount > 0) waitsMs = (jitterBufferDelay / jitterBufferEmittedCount) * 1000;
      }
      if (each.type === 'candidate-pair' && each.nominated)
        roundTripMs = (each.currentRoundTripTime ?? 0) * 1000;
    }
    this.latencyMs = waitsMs === undefined ? undefined : roundTripMs / 2 + waitsMs;
  }
}
