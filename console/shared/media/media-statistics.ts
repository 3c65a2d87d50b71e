import type { types } from 'mediasoup-client';

const LOOK_EVERY_MS = 1_000;
/** So often something came and no picture could be made of it: what was lost of the first one is sent anew long before. */
const LOOKS_WITHOUT_PICTURE = 5;

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
  readonly #undecodable: () => void;
  #looksWithoutPicture = 0;

  /**
   * `tellPicture` hears what is sent, whenever it is something else than before; `undecodable` that pictures come and this
   * browser shows none, whatever it said of their codec.
   */
  constructor(tellPicture: (picture: SentPicture) => void, undecodable: () => void) {
    this.#tellPicture = tellPicture;
    this.#undecodable = undecodable;
  }

  follow({ sender, receiver }: { sender?: types.Producer; receiver?: types.Consumer }): void {
    if (sender) this.#sender = sender;
    if (receiver) {
      this.#receiver = receiver;
      this.#looksWithoutPicture = 0;
    }
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
        if (each.kind === 'video') this.#watchDecoder(each);
        this.bytesReceived = each.bytesReceived ?? this.bytesReceived;
        const { jitterBufferDelay = 0, jitterBufferEmittedCount = 0 } = each;
        if (jitterBufferEmittedCount > 0) waitsMs = (jitterBufferDelay / jitterBufferEmittedCount) * 1000;
      }
      if (each.type === 'candidate-pair' && each.nominated)
        roundTripMs = (each.currentRoundTripTime ?? 0) * 1000;
    }
    this.latencyMs = waitsMs === undefined ? undefined : roundTripMs / 2 + waitsMs;
  }

  #watchDecoder({
    bytesReceived = 0,
    framesDecoded = 1,
  }: {
    bytesReceived?: number;
    framesDecoded?: number;
  }) {
    if (framesDecoded > 0) this.#looksWithoutPicture = 0;
    else if (bytesReceived > this.bytesReceived) this.#looksWithoutPicture += 1;
    if (this.#looksWithoutPicture >= LOOKS_WITHOUT_PICTURE) this.#undecodable();
  }
}
