/** At most so many at once, however long the way. */
const MOST = 12;
/** A frame that is unseen for so much longer than the quickest of late waits somewhere: so would the next one. */
const SLACK_MS = 60;
/** How long the way may be while none was seen yet. */
const FIRST_MS = 250;
/** After so long without a word of any frame another one is tried: some decoders give a frame out when the next one comes. */
export const PATIENCE_MS = 1000;
/** Of late: since between one and two of these. A line that grew longer is known again by then. */
const REMEMBERED_MS = 10_000;

/**
 * Frames that were sent and that nobody has seen yet. There is no room for another one while the oldest of them takes longer
 * than the way itself: what came behind it would only be older when it is shown. So TCP Vegas finds a full line, by its
 * delay (Brakmo and Peterson 1995); here the line and the decoder behind it are one.
 */
export class FramesUnderWay {
  readonly #sentAt = new Map<number, number>();
  #quickest = Number.POSITIVE_INFINITY;
  #quickestBefore = Number.POSITIVE_INFINITY;
  #since = 0;
  #lastNews = Number.POSITIVE_INFINITY;

  /** @param now ms on a clock that only goes forward, here and below */
  sent(number: number, now: number): void {
    const [oldest] = this.#sentAt.keys();
    if (this.#sentAt.size >= MOST && oldest !== undefined) this.#sentAt.delete(oldest);
    this.#sentAt.set(number, now);
    this.#lastNews = now;
  }

  /** This one, and with it all before. */
  seen(number: number, now: number): void {
    const sentAt = this.#sentAt.get(number);
    this.#lastNews = now;
    if (sentAt !== undefined) this.#took(now - sentAt, now);
    for (const earlier of this.#sentAt.keys()) if (earlier <= number) this.#sentAt.delete(earlier);
  }

  /** None of them will be seen. */
  forget(): void {
    this.#sentAt.clear();
  }

  hasRoom(now: number): boolean {
    if (now - this.#lastNews >= PATIENCE_MS) return true;
    const [oldest] = this.#sentAt.values();
    return this.#sentAt.size < MOST && (oldest === undefined || now - oldest < this.#allowed);
  }

  get #allowed(): number {
    const quickest = Math.min(this.#quickest, this.#quickestBefore);
    return Number.isFinite(quickest) ? quickest + SLACK_MS : FIRST_MS;
  }

  #took(ms: number, now: number): void {
    if (now - this.#since > REMEMBERED_MS) {
      this.#quickestBefore = this.#quickest;
      this.#quickest = Number.POSITIVE_INFINITY;
      this.#since = now;
    }
    this.#quickest = Math.min(this.#quickest, ms);
  }
}
