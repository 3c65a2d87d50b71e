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

/** A whole picture that was asked for and did not come is asked for again after this. */
const ASK_AGAIN_MS = 1000;
/** A codec that fails so often, with no picture in between, is none that this browser decodes, whatever it said. */
const MAX_FAILURES = 2;
/** So does one of which no picture comes for so long, without a word why. */
const FIRST_PICTURE_MS = 5000;

/** With this much waiting to leave nothing more is said: the other end sends and does not read. */
const MAX_QUEUED_BYTES = 64 * 1024;

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
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Said to the customer's page. */
  #codecs: readonly string[] = [];
  /** Since the last picture that was drawn. */
  #failures = 0;
  #firstPicture: ReturnType<typeof setTimeout> | undefined;
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
    this.#say(probeMessage(this.#lastProbe));
  }

  close(): void {
    this.#isClosed = true;
    this.#dropDecoder();
  }

  async #greet(): Promise<void> {
    this.#hello('VideoDecoder' in window ? await decodableCodecs() : []);
  }

  /** With none too: then both people are told why there is no picture. */
  #hello(codecs: readonly string[]): void {
    this.#codecs = codecs;
    this.#say(helloMessage({ codecs: [...codecs] }));
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
    if (format) {
      this.#askedAt = Number.NEGATIVE_INFINITY;
      this.#prepare(format);
    }
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
        if (this.#decoder !== decoder) return;
        this.#dropDecoder();
        this.#failed(codec);
      },
    });
    this.#decoder = decoder;
    this.#firstPicture = setTimeout(() => this.#leave(codec), FIRST_PICTURE_MS);
    decoder.configure({
      codec,
      codedWidth: width,
      codedHeight: height,
      optimizeForLatency: true,
      ...(colorSpace === undefined ? {} : { colorSpace: colorSpace as VideoColorSpaceInit }),
      ...(description === undefined ? {} : { description: bytesOf(description) }),
    });
  }

  /** A frame that was damaged, or a codec that this browser only seemed to know, as it may one of another size. */
  #failed(codec: string): void {
    this.#failures += 1;
    if (this.#failures < MAX_FAILURES && this.#isKnown(codec)) this.#askForKey();
    else this.#leave(codec);
  }

  /** Whoever goes on with a codec that this end left is no page of ours. */
  #leave(codec: string): void {
    this.#dropDecoder();
    this.#failures = 0;
    if (this.#isKnown(codec))
      this.#hello(this.#codecs.filter((other) => familyOf(other) !== familyOf(codec)));
    else this.#refuse();
  }

  #isKnown(codec: string): boolean {
    return this.#codecs.some((other) => familyOf(other) === familyOf(codec));
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
    clearTimeout(this.#firstPicture);
    this.#failures = 0;
    const number = this.#numbers.get(timestamp);
    for (const earlier of [...this.#numbers.keys()]) if (earlier <= timestamp) this.#numbers.delete(earlier);
    if (this.#isClosed) return;
    if (number !== undefined) this.#say(seenMessage(number));
    this.#show('shown');
  }

  #askForKey(): void {
    this.#needsKey = true;
    this.#numbers.clear();
    const now = performance.now();
    if (now - this.#askedAt < ASK_AGAIN_MS) return;
    this.#askedAt = now;
    this.#say(keyWantedMessage());
  }

  #answered(id: number): void {
    if (this.#probe?.id !== id) return;
    const { sentAt, done } = this.#probe;
    this.#probe = undefined;
    done(performance.now() - sentAt);
  }

  #say(message: Uint8Array): void {
    if (this.#lane.bufferedBytes < MAX_QUEUED_BYTES) this.#lane.send(message);
  }

  #dropDecoder(): void {
    clearTimeout(this.#firstPicture);
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

/** An encoder may name a level that suits it better. */
const familyOf = (codec: string): string => codec.split('.')[0]!;

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
