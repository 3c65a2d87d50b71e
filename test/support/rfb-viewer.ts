import type { LaneChannel } from '../../agent/lane-channel.ts';
import { Encoding } from '../../agent/screen/rfb/encodings.ts';
import { writePixelFormat } from '../../agent/screen/rfb/pixel-format.ts';
import {
  type DecodedRect,
  NOVNC_FORMAT,
  NovncPicture,
  ReceiveQueue,
  UNTIL_LAST_RECT,
} from './novnc-picture.ts';
import { until } from './until.ts';

/** What noVNC 1.7 announces, as far as the server cares. Quality 9, so that photos stay near. */
export const NOVNC_ENCODINGS: readonly number[] = [
  ...[Encoding.copyRect, Encoding.tight, Encoding.raw],
  ...[-23, -254, Encoding.desktopSize, Encoding.lastRect, Encoding.qemuExtendedKey],
  ...[Encoding.extendedDesktopSize, Encoding.fence, Encoding.continuousUpdates],
  ...[Encoding.extendedClipboard, Encoding.extendedMouseButtons, Encoding.vmwareCursor, Encoding.cursor],
];

export interface RfbViewerOptions {
  readonly encodings?: readonly number[];
  /** `false`: never answers a fence, as a viewer that hangs. */
  readonly answersFences?: boolean;
}

type Stage = 'version' | 'security' | 'result' | 'init' | 'running';

/** A viewer like noVNC at the far end of a view lane: it shakes hands, asks for updates and draws them. */
export class RfbViewer {
  readonly lane: LaneChannel;
  picture: NovncPicture | undefined;
  name = '';
  /** Encodings of every rectangle that came, in order. */
  readonly encodings: number[] = [];
  readonly cursors: DecodedRect[] = [];
  /** Reason and status of every ExtendedDesktopSize rectangle. */
  readonly sizes: { width: number; height: number; reason: number; status: number }[] = [];
  updates = 0;
  closed = false;
  answersFences: boolean;
  /** Fences that were not answered. */
  readonly unanswered: Uint8Array[] = [];
  readonly #announced: readonly number[];
  #stage: Stage = 'version';
  #continuous = false;

  constructor(lane: LaneChannel, options: RfbViewerOptions = {}) {
    this.lane = lane;
    this.#announced = options.encodings ?? NOVNC_ENCODINGS;
    this.answersFences = options.answersFences ?? true;
    lane.onMessage((message) => this.#receive(message));
    lane.onClose(() => {
      this.closed = true;
    });
  }

  /** Waits until pixel `(x, y)` shows `colour` (0xRRGGBB). */
  async sees(x: number, y: number, colour: number): Promise<void> {
    const seen = () => (this.picture && x < this.picture.width ? this.picture.pixel(x, y) : undefined);
    await until(`pixel ${x},${y} shows ${colour.toString(16)}`, () => seen() === colour);
  }

  requestUpdate(incremental: boolean): void {
    const { width, height } = this.picture!;
    this.lane.send(words(Buffer.from([3, Number(incremental)]), [0, 0, width, height]));
  }

  setEncodings(encodings: readonly number[]): void {
    const bytes = Buffer.alloc(4 + 4 * encodings.length);
    bytes[0] = 2;
    bytes.writeUInt16BE(encodings.length, 2);
    encodings.forEach((encoding, i) => {
      bytes.writeInt32BE(encoding, 4 + 4 * i);
    });
    this.lane.send(bytes);
  }

  #receive(message: Buffer): void {
    switch (this.#stage) {
      case 'version':
        this.#answer('security', message);
        break;
      case 'security':
        this.#answer('result', Buffer.from([1]));
        break;
      case 'result':
        this.#answer('init', Buffer.from([1]));
        break;
      case 'init':
        this.#stage = 'running';
        this.#start(message);
        break;
      default:
        this.#read(new ReceiveQueue(message));
    }
  }

  #answer(next: Stage, message: Uint8Array): void {
    this.#stage = next;
    this.lane.send(message);
  }

  #start(serverInit: Buffer): void {
    this.picture = new NovncPicture(serverInit.readUInt16BE(0), serverInit.readUInt16BE(2));
    this.name = serverInit.toString('utf8', 24);
    this.lane.send(Buffer.concat([Buffer.from([0, 0, 0, 0]), writePixelFormat(NOVNC_FORMAT)]));
    this.setEncodings(this.#announced);
    this.requestUpdate(false);
  }

  /** One lane message holds whole RFB messages, or whole rectangles of an update, or this throws. */
  #read(sock: ReceiveQueue): void {
    if (this.picture!.isUnfinished)
      this.#drawn(this.picture!.drawRects(sock, UNTIL_LAST_RECT, (rect, rest) => this.#readFact(rect, rest)));
    while (sock.left > 0) {
      const type = sock.rQpeek8();
      if (type === 0) this.#draw(sock);
      else if (type === 150) this.#enableContinuousUpdates(sock);
      else if (type === 248) this.#answerFence(sock);
      else throw new Error(`server message ${type}`);
    }
  }

  #draw(sock: ReceiveQueue): void {
    this.#drawn(this.picture!.drawFrom(sock, (rect, rest) => this.#readFact(rect, rest)));
  }

  #drawn(drawn: readonly DecodedRect[]): void {
    this.encodings.push(...drawn.map((rect) => rect.encoding));
    if (this.picture!.isUnfinished) return;
    this.updates++;
    if (!this.#continuous) this.requestUpdate(true);
  }

  #readFact(rect: DecodedRect, sock: ReceiveQueue): boolean {
    switch (rect.encoding) {
      case Encoding.vmwareCursor:
        this.cursors.push(rect);
        sock.rQskipBytes(2 + rect.w * rect.h * 4);
        return true;
      case Encoding.cursor:
        this.cursors.push(rect);
        sock.rQskipBytes(rect.w * rect.h * 4 + Math.ceil(rect.w / 8) * rect.h);
        return true;
      case Encoding.extendedDesktopSize:
        sock.rQskipBytes(4 + 16 * sock.rQpeek8());
        this.sizes.push({ width: rect.w, height: rect.h, reason: rect.x, status: rect.y });
        if (rect.y === 0) this.#resize(rect.w, rect.h);
        return true;
      case Encoding.desktopSize:
        this.#resize(rect.w, rect.h);
        return true;
      case Encoding.qemuExtendedKey:
      case Encoding.extendedMouseButtons:
        return true;
      default:
        return false;
    }
  }

  #resize(width: number, height: number): void {
    if (width !== this.picture!.width || height !== this.picture!.height) this.picture!.resize(width, height);
  }

  #enableContinuousUpdates(sock: ReceiveQueue): void {
    sock.rQskipBytes(1);
    this.#continuous = true;
    this.lane.send(words(Buffer.from([150, 1]), [0, 0, this.picture!.width, this.picture!.height]));
  }

  #answerFence(sock: ReceiveQueue): void {
    sock.rQskipBytes(4);
    const flags = sock.rQshift32();
    const payload = sock.rQshiftBytes(sock.rQshift8());
    const answer = Buffer.alloc(9 + payload.length);
    answer[0] = 248;
    answer.writeUInt32BE(flags & 3, 4);
    answer[8] = payload.length;
    answer.set(payload, 9);
    if (this.answersFences) this.lane.send(answer);
    else this.unanswered.push(answer);
  }
}

function words(head: Buffer, values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(head.length + 2 * values.length);
  head.copy(bytes);
  values.forEach((value, i) => {
    bytes.writeUInt16BE(value, head.length + 2 * i);
  });
  return bytes;
}
