import type { LaneChannel } from '../../../protocol/customer-end/lane-channel.ts';
import {
  echoMessage,
  frameMessage,
  nothingMessage,
  type PictureFormat,
  parseFromViewer,
  unknownMessage,
} from '../../../protocol/picture.ts';
import { encodableCodecs, encoderConfig, PICTURE_CODECS } from '../../shared/picture-codecs.ts';
import { FramesUnderWay, PATIENCE_MS } from './frames-under-way.ts';
import type { ShownSurface } from './shown-surface.ts';

/** With this much waiting to leave the line is behind. */
const MAX_QUEUED_BYTES = 96 * 1024;
/** A viewer that cannot decode asks for whole pictures; these cost the most, and come no faster than this. */
const KEY_EVERY_MS = 100;
/** One for each codec that it found out to be none, and the first. */
const MAX_HELLOS = PICTURE_CODECS.length + 1;
/** A picture that came to rest is sent again, with more bits for what moved last. */
const REFINE_AFTER_MS = 350;
const REFINE_TIMES = 2;

/**
 * What is shown, as frames over one view lane. What the line or the viewer cannot take is skipped before it is encoded,
 * never queued; the newest picture always comes in the end.
 */
export class PictureSender {
  readonly #lane: LaneChannel;
  readonly #noCodec: () => void;
  #surface: ShownSurface | undefined;
  #stopFollowing: (() => void) | undefined;
  /** That both ends know, best first. Undefined before the viewer said hello. */
  #codecs: string[] | undefined;
  #encoder: VideoEncoder | undefined;
  #size = '';
  #format: PictureFormat | undefined;
  #wantsKey = true;
  #lastKey = Number.NEGATIVE_INFINITY;
  #keyLater: ReturnType<typeof setTimeout> | undefined;
  #hellos = 0;
  #looking: ReturnType<typeof setTimeout> | undefined;
  /** The newest frame that there was no room for. */
  #waiting: VideoFrame | undefined;
  #number = 0;
  readonly #underWay = new FramesUnderWay();
  #refining: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** @param noCodec neither this browser nor the viewer's has a codec that the other one knows, or the last one failed. */
  constructor(lane: LaneChannel, noCodec: () => void) {
    this.#lane = lane;
    this.#noCodec = noCodec;
    lane.onClose(() => this.#close());
    lane.onDrain(() => this.#goOn());
    lane.onMessage((message) => this.#receive(message));
  }

  /** Shows this from now on; without one, nothing. */
  show(surface: ShownSurface | undefined): void {
    this.#stopFollowing?.();
    this.#stopFollowing = undefined;
    this.#surface = surface;
    this.#wait(undefined);
    clearTimeout(this.#refining);
    if (this.#closed || !this.#codecs) return;
    this.#wantsKey = true;
    if (surface) {
      this.#stopFollowing = surface.follow((frame) => this.#take(frame));
      this.#again();
    } else {
      this.#dropEncoder();
      this.#lane.send(nothingMessage());
    }
  }

  #receive(bytes: Uint8Array): void {
    const message = parseFromViewer(bytes);
    if (!message) {
      this.#lane.close(); // whoever sends that is not a console
      return;
    }
    switch (message.kind) {
      case 'hello':
        this.#hellos += 1;
        if (this.#hellos > MAX_HELLOS) this.#lane.close();
        else void this.#meet(message.codecs);
        break;
      case 'keyWanted':
        this.#giveKey();
        break;
      case 'seen':
        this.#underWay.seen(message.number, performance.now());
        this.#goOn();
        break;
      case 'probe':
        // Who asks and does not read gets no answer.
        if (this.#lane.bufferedBytes < MAX_QUEUED_BYTES) this.#lane.send(echoMessage(message.number));
    }
  }

  #giveKey(): void {
    clearTimeout(this.#keyLater);
    const wait = this.#lastKey + KEY_EVERY_MS - performance.now();
    if (wait > 0) {
      this.#keyLater = setTimeout(() => this.#giveKey(), wait);
      return;
    }
    this.#underWay.forget();
    this.#wantsKey = true;
    this.#again();
  }

  async #meet(theirs: readonly string[]): Promise<void> {
    const ours = await encodableCodecs();
    if (this.#closed) return;
    this.#codecs = ours.filter((codec) => theirs.includes(codec));
    if (this.#codecs.length === 0) this.#giveUp();
    else this.show(this.#surface);
  }

  #take(frame: VideoFrame, refines = 0): void {
    if (this.#hasRoom()) this.#encode(frame, refines);
    else this.#wait(frame);
  }

  #hasRoom(): boolean {
    return (
      this.#lane.bufferedBytes < MAX_QUEUED_BYTES &&
      // One at a time: while it is encoded the next one stays the newest there is.
      (this.#encoder?.encodeQueueSize ?? 0) === 0 &&
      this.#underWay.hasRoom(performance.now())
    );
  }

  #wait(frame: VideoFrame | undefined): void {
    this.#waiting?.close();
    this.#waiting = frame;
    this.#lookLater();
  }

  /** What is shown may have come to rest, and the viewer say nothing more. */
  #lookLater(): void {
    clearTimeout(this.#looking);
    if (!this.#waiting) return;
    this.#looking = setTimeout(() => {
      this.#goOn();
      this.#lookLater();
    }, PATIENCE_MS);
  }

  #goOn(): void {
    if (!this.#waiting || this.#closed || !this.#hasRoom()) return;
    const frame = this.#waiting;
    this.#waiting = undefined;
    this.#encode(frame, 0);
  }

  /** The newest picture once more, also when nothing moved. */
  #again(refines = 0): void {
    const frame = this.#codecs && !this.#closed ? this.#surface?.newest() : undefined;
    if (frame) this.#take(frame, refines);
  }

  #encode(frame: VideoFrame, refines: number): void {
    const { displayWidth: width, displayHeight: height } = frame;
    // Our own clock: the same frame may be sent again, later.
    const timed = new VideoFrame(frame, { timestamp: Math.round(performance.now() * 1000) });
    frame.close();
    try {
      const encoder = this.#encoderFor(width, height);
      if (!encoder) return;
      encoder.encode(timed, { keyFrame: this.#wantsKey });
      if (this.#wantsKey) this.#lastKey = performance.now();
      this.#wantsKey = false;
      this.#refineLater(refines);
    } finally {
      timed.close();
    }
  }

  #refineLater(done: number): void {
    clearTimeout(this.#refining);
    if (done < REFINE_TIMES) this.#refining = setTimeout(() => this.#again(done + 1), REFINE_AFTER_MS);
  }

  #encoderFor(width: number, height: number): VideoEncoder | undefined {
    const [codec] = this.#codecs ?? [];
    if (codec === undefined) return undefined;
    const size = `${codec} ${width} ${height}`;
    if (this.#encoder?.state === 'configured' && this.#size === size) return this.#encoder;
    this.#dropEncoder();
    const encoder = new VideoEncoder({
      output: (chunk, metadata) => this.#send(chunk, metadata),
      // It cannot go on with this codec: the next frame tries another one.
      error: () => {
        this.#codecs?.shift();
        if (this.#encoder === encoder) this.#encoder = undefined;
        this.#wantsKey = true;
        if (this.#codecs?.length === 0) this.#giveUp();
        else this.#again();
      },
    });
    encoder.ondequeue = () => this.#goOn();
    encoder.configure(encoderConfig(codec, width, height));
    this.#encoder = encoder;
    this.#size = size;
    this.#wantsKey = true;
    return encoder;
  }

  #send(chunk: EncodedVideoChunk, metadata: EncodedVideoChunkMetadata | undefined): void {
    if (this.#closed) return;
    if (metadata?.decoderConfig) this.#format = formatOf(metadata.decoderConfig);
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    this.#number += 1;
    this.#underWay.sent(this.#number, performance.now());
    const format = chunk.type === 'key' && this.#format ? { format: this.#format } : {};
    this.#lane.send(frameMessage({ number: this.#number, timestamp: chunk.timestamp, ...format, data }));
    this.#goOn();
  }

  /** Both people hear it: no picture comes, and waiting does not help. */
  #giveUp(): void {
    this.#stopFollowing?.();
    this.#wait(undefined);
    this.#dropEncoder();
    this.#lane.send(unknownMessage());
    this.#noCodec();
  }

  #dropEncoder(): void {
    if (this.#encoder && this.#encoder.state !== 'closed') this.#encoder.close();
    this.#encoder = undefined;
    this.#underWay.forget();
  }

  #close(): void {
    this.#closed = true;
    clearTimeout(this.#refining);
    clearTimeout(this.#keyLater);
    this.#stopFollowing?.();
    this.#wait(undefined);
    this.#dropEncoder();
  }
}

function formatOf(config: VideoDecoderConfig): PictureFormat {
  const { codec, codedWidth = 1, codedHeight = 1, colorSpace, description } = config;
  const bytes = description === undefined ? undefined : bytesOf(description);
  return {
    codec,
    width: codedWidth,
    height: codedHeight,
    ...(colorSpace ? { colorSpace: coloursOf(colorSpace) } : {}),
    ...(bytes === undefined ? {} : { description: btoa(String.fromCharCode(...bytes)) }),
  };
}

const bytesOf = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);

const coloursOf = ({ primaries, transfer, matrix, fullRange }: VideoColorSpaceInit) => ({
  primaries: primaries ?? null,
  transfer: transfer ?? null,
  matrix: matrix ?? null,
  fullRange: fullRange ?? null,
});
