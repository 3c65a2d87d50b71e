import type { types } from 'mediasoup';
import type { ErrorCode } from '../../protocol/errors.ts';
import {
  CONNECT_OR_NOTHING_MS,
  CONNECT_WITHIN_MS,
  type IceParameters,
  type MediaFigures,
} from '../../protocol/media.ts';
import { needsMedia } from '../../protocol/tool.ts';
import type { Clock } from '../clock.ts';
import type { End, Going } from '../lanes/end.ts';
import type { MediaEnd, MediaEndRules } from '../lanes/media-path.ts';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';
import { codecsOf } from './codecs.ts';
import { SentStream } from './sent-stream.ts';
import type { TransportHalf } from './transport-half.ts';

export interface RoomEndParts {
  readonly joined: MediaEnd['joined'];
  /** Of what is sent with this tool. */
  readonly kind: types.MediaKind;
  readonly router: types.Router;
  readonly send: TransportHalf | undefined;
  readonly receive: TransportHalf | undefined;
  readonly rules: MediaEndRules;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The page has none of the codecs of the other one. */
class NoCodec extends Error {
  override readonly name = 'NoCodec';
}

/**
 * One side of a media lane. It makes no producer before its lane relays, that is before the lane's opening is durable;
 * closing it closes what it sends in the worker.
 */
export class RoomEnd implements MediaEnd {
  readonly joined: MediaEnd['joined'];
  readonly #parts: RoomEndParts;
  readonly #opened: Promise<void>;
  #open: () => void = () => {};
  #other: RoomEnd | undefined;
  #sent: SentStream | undefined;
  /** Of what was sent in another codec, until it was known that nobody can show it. */
  #bytesBefore = 0;
  #producing = false;
  #isMuted = false;
  #capabilities: types.RtpCapabilities | undefined;
  #isConsuming = false;
  #hasWanted = false;
  #consumer: types.Consumer | undefined;
  #offered: types.Producer | undefined;
  #over = false;

  constructor(parts: RoomEndParts) {
    this.joined = parts.joined;
    this.#parts = parts;
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
    for (const half of [parts.send, parts.receive]) half?.follow((going) => this.#go(going));
  }

  get bytes(): number {
    return this.#bytesBefore + (this.#sent?.bytes ?? 0);
  }

  get media(): MediaFigures | undefined {
    return this.#sent?.figures;
  }

  relayTo(other: End): void {
    this.#other = other as RoomEnd;
    if (this.#isMuted) this.#other.tell({ type: 'media.muted', laneId: this.joined.laneId, muted: true });
    this.#open();
  }

  /** ICE asks for signs of life by itself. */
  beat(): void {}

  async connect({ transportId, dtlsParameters }: Parameters<MediaEnd['connect']>[0]): Promise<void> {
    const withinMs = needsMedia(this.joined.tool) ? CONNECT_OR_NOTHING_MS : CONNECT_WITHIN_MS;
    await this.#half(transportId).connect(dtlsParameters, withinMs);
  }

  async produce({ transportId, kind, rtpParameters }: Parameters<MediaEnd['produce']>[0]) {
    const half = this.#half(transportId);
    const isOfKind = rtpParameters.codecs.every(({ mimeType }) => mimeType.startsWith(`${kind}/`));
    if (half !== this.#parts.send || kind !== this.#parts.kind || !isOfKind)
      throw new Refusal('request.invalid', 'This tool sends no such thing from here.');
    if (this.#producing) throw new Refusal('request.out-of-order', 'It is being sent already.');
    this.#producing = true;
    await this.#opened;
    this.#stillHere();
    let producer: types.Producer;
    try {
      producer = await half.transport.produce({
        kind,
        rtpParameters: rtpParameters as types.RtpParameters,
        // Said before anything was sent, it holds from the first packet on.
        paused: this.#isMuted,
      });
    } catch (error) {
      this.#producing = false;
      this.#stillHere();
      this.#parts.log.debug({ err: error }, 'a producer was refused');
      throw new Refusal('request.invalid', 'These RTP parameters do not fit.');
    }
    if (this.#over) producer.close();
    this.#stillHere();
    this.#sent = new SentStream(producer, this.#parts.clock, () => this.#go('protocol'));
    // It may have been muted, or not any more, while the worker made it.
    if (producer.paused !== this.#isMuted) await this.#byWorker(this.#sent.mute(this.#isMuted));
    this.#other?.offer(producer);
    return { producerId: producer.id };
  }

  async receive({ rtpCapabilities }: Parameters<MediaEnd['receive']>[0]): Promise<void> {
    this.#capabilities = rtpCapabilities as types.RtpCapabilities;
    if (this.#offered) this.offer(this.#offered);
  }

  /** The other end sends this. */
  offer(producer: types.Producer): void {
    this.#offered = producer;
    if (!this.#capabilities || this.#isConsuming || this.#over) return;
    if (this.#wantsAnother(producer, this.#capabilities)) return;
    this.#isConsuming = true;
    this.#consume(producer, this.#capabilities).catch((error: unknown) => {
      if (this.#over) return;
      this.#parts.log.debug({ err: error }, 'a stream could not be offered');
      this.#go(error instanceof NoCodec ? 'no-codec' : 'unreachable');
    });
  }

  /** Its page sends anew, in one of these codecs. */
  sendAnother(codecs: string[]): void {
    this.#bytesBefore = this.bytes;
    this.#sent?.close();
    this.#sent = undefined;
    this.#producing = false;
    this.tell({ type: 'media.wanted', laneId: this.joined.laneId, codecs });
  }

  async resume({ consumerId }: Parameters<MediaEnd['resume']>[0]): Promise<void> {
    if (this.#consumer?.id !== consumerId)
      throw new Refusal('not-found', 'Nothing of that kind was offered.');
    await this.#byWorker(this.#consumer.resume());
  }

  async mute({ muted }: Parameters<MediaEnd['mute']>[0]): Promise<void> {
    this.#isMuted = muted;
    if (this.#sent) await this.#byWorker(this.#sent.mute(muted));
    this.#other?.tell({ type: 'media.muted', laneId: this.joined.laneId, muted });
  }

  async restart({
    transportId,
  }: Parameters<MediaEnd['restart']>[0]): Promise<{ iceParameters: IceParameters }> {
    return { iceParameters: await this.#byWorker(this.#half(transportId).restart()) };
  }

  measured(picture: Parameters<MediaEnd['measured']>[0]): void {
    this.#sent?.measured(picture);
  }

  leave({ because }: Parameters<MediaEnd['leave']>[0]): void {
    this.#go(because === 'unable' ? 'unreachable' : because);
  }

  tell(news: Parameters<MediaEndRules['tell']>[0]): void {
    if (!this.#over) this.#parts.rules.tell(news);
  }

  close(code: ErrorCode): void {
    if (this.#over) return;
    const { laneId, tool } = this.joined;
    this.tell({ type: 'media.closed', laneId, tool, code });
    this.#finish();
  }

  /** Somebody else's transport does not get further than this. */
  #half(transportId: string): TransportHalf {
    const { send, receive } = this.#parts;
    const half = [send, receive].find((each) => each?.transport.id === transportId);
    if (!half) throw new Refusal('permission.missing', 'This transport is not of this lane.');
    return half;
  }

  /** A sender cannot know what the other page has. Once: one that goes on with the same has nothing else. */
  #wantsAnother(producer: types.Producer, rtpCapabilities: types.RtpCapabilities): boolean {
    const { router } = this.#parts;
    if (this.#hasWanted || router.canConsume({ producerId: producer.id, rtpCapabilities })) return false;
    const codecs = codecsOf(rtpCapabilities, producer.kind);
    if (codecs.length === 0) return false;
    this.#hasWanted = true;
    this.#offered = undefined;
    this.#other?.sendAnother(codecs);
    return true;
  }

  async #consume(producer: types.Producer, rtpCapabilities: types.RtpCapabilities): Promise<void> {
    const { receive, router } = this.#parts;
    if (!receive) return;
    if (!router.canConsume({ producerId: producer.id, rtpCapabilities })) throw new NoCodec();
    const consumer = await receive.transport.consume({
      producerId: producer.id,
      rtpCapabilities,
      paused: true,
    });
    if (this.#over) return consumer.close();
    this.#consumer = consumer;
    this.tell({
      type: 'media.offered',
      laneId: this.joined.laneId,
      consumerId: consumer.id,
      producerId: producer.id,
      kind: consumer.kind,
      rtpParameters: consumer.rtpParameters as RtpParametersForPage,
    });
  }

  /** A worker that dies, or a lane that ends, while it is asked is no defect. */
  async #byWorker<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      this.#parts.log.debug({ err: error }, 'a media worker did not do what it was asked');
      throw new Refusal('lane.peer-gone', 'This lane is over.');
    }
  }

  #stillHere(): void {
    if (this.#over) throw new Refusal('lane.peer-gone', 'This lane is over.');
  }

  #go(going: Going): void {
    if (this.#over) return;
    if (going !== 'done' && going !== 'withdrawn') {
      const { laneId, tool } = this.joined;
      this.tell({ type: 'media.closed', laneId, tool, code: 'lane.peer-gone' });
    }
    this.#finish();
    this.#parts.rules.gone(going);
  }

  #finish(): void {
    this.#over = true;
    this.#sent?.close();
    this.#open();
    this.#parts.send?.close();
    this.#parts.receive?.close();
  }
}

type RtpParametersForPage = Extract<
  Parameters<MediaEndRules['tell']>[0],
  { type: 'media.offered' }
>['rtpParameters'];
