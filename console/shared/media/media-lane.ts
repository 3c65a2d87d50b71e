import type { Device, types } from 'mediasoup-client';
import type { MediaSignal } from '../../../protocol/customer-end/media-signal.ts';
import { ERRORS } from '../../../protocol/errors.ts';
import type { LanePass } from '../../../protocol/lane.ts';
import { MediaJoined, type MediaMessage, type MediaNews } from '../../../protocol/media.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { NETWORK_BROKE } from '../lane-channel.ts';
import { loadClient, NotLoaded } from './media-client.ts';
import { MediaStatistics } from './media-statistics.ts';
import { connectionOf } from './media-transport.ts';
import { NoCodec, sendingOf } from './sending.ts';
import { isSilence } from './silence.ts';

export interface MediaLaneEvents {
  /** What the other side sends; called once for each stream. */
  track(track: MediaStreamTrack): void;
  /** The other side sends nothing for now, or again. */
  muted(muted: boolean): void;
  /** The way of what comes broke, and another one is looked for; or it leads somewhere again. */
  broken?(isBroken: boolean): void;
  /** Called once, not after `close`; `code` is a close code of the error table. */
  closed(code: number): void;
}

/** One page's end of a lane of the path `webrtc`: what it sends, and what it hears or sees of the other side. */
export class MediaLane {
  readonly tool: Tool;
  readonly laneId: string;
  readonly statistics: MediaStatistics;
  readonly #events: MediaLaneEvents;
  readonly #signal: MediaSignal;
  readonly #device: Device;
  readonly #stopListening: () => void;
  readonly #sending: types.Transport | undefined;
  readonly #receiving: types.Transport | undefined;
  #producer: types.Producer | undefined;
  /** Codecs of the other end, once it is known that it has not all of them. */
  #wanted: readonly string[] | undefined;
  #isMuted = false;
  #sendings: Promise<void> = Promise.resolve();
  #isOver = false;

  /** Spends the ticket. Rejects when the broker refuses it, or this browser has no WebRTC, which the broker is told. */
  static async join(pass: LanePass, signal: MediaSignal, events: MediaLaneEvents): Promise<MediaLane> {
    // What is said before this end knows its lane is heard afterwards.
    const early: MediaNews[] = [];
    let isHere = false;
    let made: MediaLane | undefined;
    let hear = (news: MediaNews): unknown => early.push(news);
    const stop = signal.onNews((news) => {
      if (news.laneId === pass.laneId) hear(news);
    });
    try {
      const loading = loadClient(pass.tool);
      loading.catch(() => {}); // it is waited for below
      const joined = MediaJoined.parse(await signal.ask({ type: 'media.join', ticket: pass.ticket }));
      isHere = true;
      const { Device } = await loading;
      const device = await Device.factory();
      await device.load({ routerRtpCapabilities: joined.rtpCapabilities as types.RtpCapabilities });
      const lane = new MediaLane(joined, { device, signal, events, stop });
      hear = (news) => lane.#hear(news);
      made = lane;
      for (const news of early) lane.#hear(news);
      if (joined.receive) {
        const rtpCapabilities = device.recvRtpCapabilities as RtpCapabilitiesSaid;
        await signal.ask({ type: 'media.receive', laneId: pass.laneId, rtpCapabilities });
      }
      return lane;
    } catch (error) {
      stop();
      if (made) made.#finish();
      const { laneId } = pass;
      // Whatever became of it: it is of no use here. The broker hears it before anybody asks for another one.
      if (isHere)
        await signal.ask({ type: 'media.leave', laneId, because: leavingAfter(error) }).catch(() => {});
      throw error;
    }
  }

  private constructor(
    { laneId, tool, iceServers, send, receive }: MediaJoined,
    parts: { device: Device; signal: MediaSignal; events: MediaLaneEvents; stop: () => void },
  ) {
    const { device, signal } = parts;
    this.laneId = laneId;
    this.tool = tool;
    this.#device = device;
    this.#signal = signal;
    this.#events = parts.events;
    this.#stopListening = parts.stop;
    const connection = connectionOf(signal, laneId, iceServers, {
      broken: (isBroken) => this.#events.broken?.(isBroken),
      lost: () => this.giveUp(),
    });
    this.#sending = send && connection(device, 'send', send);
    this.#receiving = receive && connection(device, 'receive', receive);
    this.statistics = new MediaStatistics(
      (picture) => this.#tell({ type: 'media.measured', laneId, ...picture }),
      () => this.giveUp(new NoCodec('this browser decodes nothing of what comes')),
    );
  }

  /** Sends `track`, or another one from now on. Resolves when the broker lets it through. */
  send(track: MediaStreamTrack): Promise<void> {
    // One after the other: a second one that comes while the first begins takes its place.
    this.#sendings = this.#sendings.catch(() => {}).then(() => this.#send(track));
    return this.#sendings;
  }

  async #send(track: MediaStreamTrack): Promise<void> {
    if (this.#isOver) return;
    if (this.#producer) {
      await this.#producer.replaceTrack({ track });
      return;
    }
    if (!this.#sending) throw new Error('this side sends nothing here');
    const producer = await this.#sending.produce(sendingOf(track, this.#device, this.#wanted));
    if (this.#isOver) {
      producer.close();
      return;
    }
    this.#producer = producer;
    if (this.#isMuted) producer.pause();
    this.statistics.follow({ sender: producer });
  }

  #sendIn(codecs: readonly string[]): void {
    // The one that is not wanted may just be on its way.
    const sending = this.#sendings.then(async () => {
      const track = this.#producer?.track;
      this.#producer?.close();
      this.#producer = undefined;
      this.#wanted = codecs;
      if (track) await this.#send(track);
    });
    this.#sendings = sending;
    sending.catch((error: unknown) => this.giveUp(error));
  }

  mute(muted: boolean): void {
    this.#isMuted = muted;
    if (muted) this.#producer?.pause();
    else this.#producer?.resume();
    this.#tell({ type: 'media.mute', laneId: this.laneId, muted });
  }

  close(because: Leaving = 'done'): void {
    if (this.#isOver) return;
    this.#tell({ type: 'media.leave', laneId: this.laneId, because });
    this.#finish();
  }

  #hear(news: MediaNews): void {
    if (this.#isOver) return;
    if (news.type === 'media.muted') this.#events.muted(news.muted);
    else if (news.type === 'media.wanted') this.#sendIn(news.codecs);
    else if (news.type === 'media.offered') this.#receive(news).catch((error: unknown) => this.giveUp(error));
    else {
      this.#finish();
      this.#events.closed(ERRORS[news.code].close);
    }
  }

  async #receive(offered: Extract<MediaNews, { type: 'media.offered' }>): Promise<void> {
    const { consumerId, producerId, kind, rtpParameters, laneId } = offered;
    const consumer = await this.#receiving?.consume({
      id: consumerId,
      producerId,
      kind,
      rtpParameters: rtpParameters as types.RtpParameters,
    });
    if (!consumer || this.#isOver) return;
    // As soon as it can be shown: what is late is not waited for. Sound that stutters is worse than sound that is late.
    if (kind === 'video' && consumer.rtpReceiver && 'jitterBufferTarget' in consumer.rtpReceiver)
      consumer.rtpReceiver.jitterBufferTarget = 0;
    this.statistics.follow({ receiver: consumer });
    this.#events.track(consumer.track);
    await this.#signal.ask({ type: 'media.resume', laneId, consumerId });
  }

  /** The lane ends at both ends. Where this browser cannot do it (`why`), the broker offers another way. */
  giveUp(why?: unknown): void {
    if (this.#isOver) return;
    this.close(why === undefined ? 'done' : leavingAfter(why));
    this.#events.closed(NETWORK_BROKE);
  }

  /** What is said on the side: if the broker is away, it has other worries. */
  #tell(message: MediaMessage): void {
    this.#signal.ask(message).catch(() => {});
  }

  #finish(): void {
    this.#isOver = true;
    this.#stopListening();
    this.statistics.close();
    this.#sending?.close();
    this.#receiving?.close();
  }
}

/** A broker that did not answer in time, or a part of the page that did not come, says nothing about what this browser can: the same way is tried anew. */
function leavingAfter(error: unknown): Leaving {
  if (isSilence(error) || (error instanceof NotLoaded && error.isPassing)) return 'done';
  return error instanceof NoCodec ? 'no-codec' : 'unable';
}

type Leaving = Extract<MediaMessage, { type: 'media.leave' }>['because'];
type RtpCapabilitiesSaid = Extract<MediaMessage, { type: 'media.receive' }>['rtpCapabilities'];
