/** How long updates may wait in the network before we stop adding to them, above the shortest round trip. */
const QUEUE_TARGET_MS = 60;
/** Never more than this on the way, whatever the clock says: memory stays bounded. */
const MAX_IN_FLIGHT = 32;
const MAX_IN_FLIGHT_BYTES = 4 * 1024 * 1024;
/** Before the first answer nothing is known of the path. */
const FIRST_IN_FLIGHT = 2;
/** The path may change: the shortest round trip is forgotten after two of these. */
const ROUND_TRIP_WINDOW_MS = 10_000;

interface InFlight {
  readonly sentAt: number;
  readonly bytes: number;
}

/**
 * Decides whether a viewer can take one more update. A fence follows every update, and comes back when the viewer
 * has drawn it. While the oldest unanswered fence is younger than the shortest round trip plus a little, the path
 * is not full; when it is older, updates queue somewhere, and the next one had better be a later picture.
 */
export class FlowControl {
  readonly #now: () => number;
  #inFlight: InFlight[] = [];
  #bytes = 0;
  #shortest: number | undefined;
  #shortestBefore: number | undefined;
  #windowStart = 0;

  /** `now`: milliseconds of a clock that only rises. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get inFlight(): number {
    return this.#inFlight.length;
  }

  canSend(): boolean {
    const oldest = this.#inFlight[0];
    if (!oldest) return true;
    if (this.#inFlight.length >= MAX_IN_FLIGHT || this.#bytes >= MAX_IN_FLIGHT_BYTES) return false;
    const roundTrip = this.#roundTrip();
    if (roundTrip === undefined) return this.#inFlight.length < FIRST_IN_FLIGHT;
    return this.#now() - oldest.sentAt <= roundTrip + QUEUE_TARGET_MS;
  }

  /** An update of this many bytes and its fence are on their way. */
  sent(bytes: number): void {
    this.#inFlight.push({ sentAt: this.#now(), bytes });
    this.#bytes += bytes;
  }

  /** The oldest fence came back. Answers `false` when none was out. */
  answered(): boolean {
    const update = this.#inFlight.shift();
    if (!update) return false;
    this.#bytes -= update.bytes;
    this.#learn(this.#now() - update.sentAt);
    return true;
  }

  #learn(roundTripMs: number): void {
    const now = this.#now();
    if (now - this.#windowStart > ROUND_TRIP_WINDOW_MS) {
      this.#windowStart = now;
      this.#shortestBefore = this.#shortest;
      this.#shortest = undefined;
    }
    this.#shortest = Math.min(this.#shortest ?? Number.POSITIVE_INFINITY, roundTripMs);
  }

  #roundTrip(): number | undefined {
    if (this.#shortest === undefined) return this.#shortestBefore;
    return Math.min(this.#shortest, this.#shortestBefore ?? Number.POSITIVE_INFINITY);
  }
}
