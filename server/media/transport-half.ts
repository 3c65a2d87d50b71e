import type { types } from 'mediasoup';
import type { DtlsParameters, IceParameters, MediaTransport } from '../../protocol/media.ts';
import type { Clock } from '../clock.ts';
import type { Going } from '../lanes/end.ts';
import { Refusal } from '../refusal.ts';

/** A page whose network changed has this long to find another way; then its end is gone. */
const BACK_WITHIN_MS = 10_000;
/** A page that closes its half says why over signalling, by however many steps: DTLS's goodbye may overtake that word. */
const WORD_WITHIN_MS = 500;
/** RFC 7675: a page that does not answer for so long has gone without a word. */
const CONSENT_SECONDS = 10;
/** What a screen needs from the first second on; the estimate of the connection takes over from here. */
const FIRST_BITRATE = 3_000_000;
/** More than any screen needs: a page is asked to send no more (REMB), and ends where it sends twice as much. */
export const MOST_INCOMING_BITRATE = 30_000_000;

/** One direction of one end: the worker's half of its WebRTC transport. */
export class TransportHalf {
  readonly transport: types.WebRtcTransport;
  readonly #clock: Clock;
  #gone: (going: Going) => void = () => {};
  #isConnecting = false;
  #hasConnected = false;
  #cancelDeadline: (() => void) | undefined;

  static async make({
    room: { router, server },
    clock,
  }: {
    room: { router: types.Router; server: types.WebRtcServer };
    clock: Clock;
  }): Promise<TransportHalf> {
    const transport = await router
      .createWebRtcTransport({
        webRtcServer: server,
        enableUdp: true,
        enableTcp: true,
        preferUdp: true,
        iceConsentTimeout: CONSENT_SECONDS,
        initialAvailableOutgoingBitrate: FIRST_BITRATE,
      })
      .then(async (made) => {
        await made.setMaxIncomingBitrate(MOST_INCOMING_BITRATE).catch((error: unknown) => {
          made.close();
          throw error;
        });
        return made;
      })
      .catch(() => {
        throw new Refusal('media.unavailable', 'Picture and sound cannot take this way right now.');
      });
    return new TransportHalf(transport, clock);
  }

  private constructor(transport: types.WebRtcTransport, clock: Clock) {
    this.transport = transport;
    this.#clock = clock;
    transport.on('routerclose', () => this.#go('media-worker-died'));
    transport.on('icestatechange', (state) => {
      // A way that broke before it led anywhere gets no further time.
      if (state !== 'disconnected') this.#whenConnected();
      else if (this.#hasConnected) this.#expect(BACK_WITHIN_MS, 'connection-lost');
    });
    transport.on('dtlsstatechange', (state) => {
      if (state === 'connected') this.#whenConnected();
      // The certificate is not the one that was named, or the other end speaks no DTLS.
      else if (state === 'failed') this.#go('protocol');
      else if (state === 'closed') this.#expect(WORD_WITHIN_MS, 'connection-lost');
    });
  }

  /** What the page needs to build its half. */
  get forPage(): MediaTransport {
    const { id, iceParameters, iceCandidates, dtlsParameters } = this.transport;
    return { id, iceParameters, iceCandidates, dtlsParameters };
  }

  /** `gone`: called once, when it breaks; not after `close`. */
  follow(gone: (going: Going) => void): void {
    this.#gone = gone;
  }

  async connect(dtlsParameters: DtlsParameters, withinMs: number): Promise<void> {
    // Once: to say it again wins no time, and loses none where it has connected.
    if (!this.#isConnecting) this.#expect(withinMs, 'unreachable');
    this.#isConnecting = true;
    await this.transport
      .connect({ dtlsParameters: dtlsParameters as types.DtlsParameters })
      .catch((error: Error) => {
        throw new Refusal('request.out-of-order', `This transport cannot be connected: ${error.message}`);
      });
  }

  restart(): Promise<IceParameters> {
    return this.transport.restartIce();
  }

  close(): void {
    this.#cancelDeadline?.();
    this.#gone = () => {};
    this.transport.close();
  }

  #whenConnected(): void {
    if (this.transport.dtlsState !== 'connected') return;
    this.#hasConnected = true;
    this.#cancelDeadline?.();
  }

  #expect(withinMs: number, otherwise: Going): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = this.#clock.after(withinMs, () => this.#go(otherwise));
  }

  #go(going: Going): void {
    const gone = this.#gone;
    this.close();
    gone(going);
  }
}
