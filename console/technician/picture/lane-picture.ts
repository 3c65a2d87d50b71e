import {
  helloMessage,
  keyWantedMessage,
  MAX_PICTURE_PIXELS,
  type PictureFormat,
  type PictureFrame,
  parseToViewer,
  probeMessage,
  seenMessage,
} from '../../../protocol/picture.ts';
import { decodableCodecs } from '../../shared/picture-codecs.ts';
import { type Store, WritableStore } from '../../shared/store.ts';
import type { LaneEnd } from '../joined-channel.ts';

/** A viewer that is so far behind shows the newest picture, and not each one in between. */
export const MAX_QUEUED_FRAMES = 30;

/** `waiting`: the first frame is on its way. `nothing`: the customer has not chosen what to show. `undecodable`: not by this browser. `stalled`: the last one that came before its way broke. */
export type PictureStanding = 'waiting' | 'nothing' | 'shown' | 'undecodable' | 'stalled';

/** What a customer's browser shows, as it comes over a view lane, drawn on a canvas. */
export class LanePicture {
  readonly canvas = document.createElement('canvas');
  readonly element = this.canvas;
  readonly #standing = new WritableStore<PictureStanding>('waiting');
  readonly standing: Store<PictureStanding> = this.#standing;
  readonly #lane: LaneEnd;
  readonly #context = this.canvas.getContext('2d')!;
  #decoder: VideoDecoder | undefined;
  #format = '';
  /** Delta frames build on what came before: without it they are worth nothing. */
  #needsKey = true;
  /** Frames that are being decoded: their number by their timestamp. */
  readonly #numbers = new Map<number, number>();
  #lastProbe = 0;
  #probe: { id: number; sentAt: number; done: (ms: number) => void } | undefined;
  #isClosed = false;

  constructor(lane: LaneEnd) {
    this.#lane = lane;
  }

  /** The lane opened. */
  opened(): void {
    void this.#greet();
  }

  /** One message of the lane. What is none, or says of itself what no decoder takes, closes it. */
  receive(bytes: Uint8Array): void {
    const message = parseToViewer(bytes);
    if (this.#isClosed) return;
    if (!message) this.#refuse();
    else if (message.kind === 'frame') this.#take(message.frame);
    else if (message.kind === 'echo') this.#answered(message.number);
    else this.#show(message.kind === 'nothing' ? 'nothing' : 'undecodable');
  }

  /** How long the last probe has been waiting for its answer; 0 when none is. */
  get unansweredMs(): number {
    return this.#probe ? performance.now() - this.#probe.sentAt : 0;
  }

  /** Calls `done` with the ms to the customer's page and back, behind everything that waits on the lane. */
  measureLatency(done: (ms: number) => void): void {
    if (this.#probe || !this.#lane.isOpen) return;
    this.#lastProbe = (this.#lastProbe + 1) >>> 0;
    this.#probe = { id: this.#lastProbe, sentAt: performance.now(), done };
    this.#lane.send(probeMessage(this.#lastProbe));
  }

  close(): void {
    this.#isClosed = true;
    this.#dropDecoder();
  }

  async #greet(): Promise<void> {
    const codecs = 'VideoDecoder' in window ? await decodableCodecs() : [];
    // With none too: the customer is told why there is no picture.
    this.#lane.send(helloMessage({ codecs }));
  }

  #take(frame: PictureFrame): void {
    try {
      this.#decode(frame);
    } catch {
      this.#refuse(); // no codec, no colours or no description that there are
    }
  }

  /** Whoever sends that is no page of ours. */
  #refuse(): void {
    this.close();
    this.#lane.close();
  }

  #decode({ number, timestamp, format, data }: PictureFrame): void {
    if (this.#queued >= MAX_QUEUED_FRAMES) {
      this.#dropDecoder();
      this.#askForKey();
      return;
    }
    if (format) this.#prepare(format);
    if (!this.#decoder || (this.#needsKey && !format)) {
      this.#askForKey();
      return;
    }
    this.#needsKey = false;
    this.#numbers.set(timestamp, number);
    this.#decoder.decode(new EncodedVideoChunk({ type: format ? 'key' : 'delta', timestamp, data }));
  }

  /** Frames may share a timestamp where their sender lies. */
  get #queued(): number {
    return Math.max(this.#numbers.size, this.#decoder?.decodeQueueSize ?? 0);
  }

  #prepare(format: PictureFormat): void {
    const wanted = JSON.stringify(format);
    if (this.#decoder && wanted === this.#format) return;
    this.#dropDecoder();
    this.#format = wanted;
    const { codec, width, height, colorSpace, description } = format;
    const decoder = new VideoDecoder({
      output: (frame) => this.#draw(frame),
      error: () => {
        // A frame that was damaged, or a codec that this browser only seemed to know.
        if (this.#decoder !== decoder) return;
        this.#dropDecoder();
        this.#askForKey();
      },
    });
    this.#decoder = decoder;
    decoder.configure({
      codec,
      codedWidth: width,
      codedHeight: height,
      optimizeForLatency: true,
      ...(colorSpace === undefined ? {} : { colorSpace: colorSpace as VideoColorSpaceInit }),
      ...(description === undefined ? {} : { description: bytesOf(description) }),
    });
  }

  #draw(frame: VideoFrame): void {
    const { displayWidth: width, displayHeight: height, timestamp } = frame;
    // A small frame can claim to be an immense one, whatever was said before it.
    if (width * height > MAX_PICTURE_PIXELS) {
      frame.close();
      this.#refuse();
      return;
    }
    if (this.canvas.width !== width || this.canvas.height !== height)
      Object.assign(this.canvas, { width, height });
    this.#context.drawImage(frame, 0, 0);
    frame.close();
    const number = this.#numbers.get(timestamp);
    for (const earlier of [...this.#numbers.keys()]) if (earlier <= timestamp) this.#numbers.delete(earlier);
    if (this.#isClosed) return;
    if (number !== undefined) this.#lane.send(seenMessage(number));
    this.#show('shown');
  }

  #askForKey(): void {
    this.#needsKey = true;
    this.#numbers.clear();
    this.#lane.send(keyWantedMessage());
  }

  #answered(id: number): void {
    if (this.#probe?.id !== id) return;
    const { sentAt, done } = this.#probe;
    this.#probe = undefined;
    done(performance.now() - sentAt);
  }

  #dropDecoder(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = undefined;
    this.#format = '';
    this.#needsKey = true;
    this.#numbers.clear();
  }

  #show(standing: PictureStanding): void {
    if (standing === 'nothing') this.#dropDecoder();
    this.#standing.set(standing);
  }
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
