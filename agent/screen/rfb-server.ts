import type { LaneChannel } from '../lane-channel.ts';
import type { CursorImage, Framebuffer, Rect } from '../platform/platform.ts';
import { mergeRectangles } from '../platform/rectangles.ts';
import type { ViewerEncoder } from './encode/encoder-thread.ts';
import type { EncodedUpdate } from './encode/update-encoder.ts';
import { FlowControl } from './flow-control.ts';
import {
  type ClientMessage,
  ClientMessageReader,
  ClientType,
  RfbProtocolError,
} from './rfb/client-messages.ts';
import { Encoding, ViewerEncodings } from './rfb/encodings.ts';
import { RfbHandshake } from './rfb/handshake.ts';
import { isSupported, NATIVE_FORMAT, type PixelFormat } from './rfb/pixel-format.ts';
import {
  desktopName,
  END_OF_CONTINUOUS_UPDATES,
  extendedDesktopSize,
  FenceFlag,
  fence,
  type PseudoRectangle,
  plainCursor,
  pseudoUpdate,
  ResizeReason,
  ResizeStatus,
  serverInit,
  vmwareCursor,
} from './rfb/server-messages.ts';
import { encodeSettings } from './view-settings.ts';

export interface RfbServerOptions {
  readonly lane: LaneChannel;
  readonly encoder: ViewerEncoder;
  readonly framebuffer: Framebuffer;
  /** Shown by viewers as the title of the desktop. */
  readonly name: string;
  readonly cursor: CursorImage | undefined;
  /** Called when this viewer can take an update, so that the screen is captured if it changed. */
  readonly ready: () => void;
  /** Called when the viewer said (again) what it understands. */
  readonly encodingsChanged: () => void;
  /** Called once, with the reason when the viewer broke the protocol. */
  readonly closed: (reason: string | undefined) => void;
}

/** The lane's queue above which no update is added. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Answers to fences are not paced: a viewer that asks and never reads is cut off here. */
const MAX_UNREAD_ANSWER_BYTES = 8 * 1024 * 1024;
const FENCE_PAYLOAD = Buffer.from('u');
const UPDATE_FENCE = fence(FenceFlag.request | FenceFlag.blockBefore, FENCE_PAYLOAD);
/** Input belongs to the control lane alone, cut text to the clipboard lane: here they count, and do nothing. */
const VIEW_TYPES = Object.values(ClientType);

/** The RFB 3.8 connection of one viewer, over its view lane: what it asked for, what it has yet to get, and when. */
export class RfbServer {
  readonly #options: RfbServerOptions;
  readonly #lane: LaneChannel;
  readonly #encoder: ViewerEncoder;
  readonly #handshake: RfbHandshake;
  readonly #reader = new ClientMessageReader(VIEW_TYPES);
  readonly #flow = new FlowControl();
  #running = false;
  #closed = false;
  #framebuffer: Framebuffer;
  #encodings = new ViewerEncodings([]);
  #format: PixelFormat = NATIVE_FORMAT;
  #cursor: CursorImage | undefined;
  /** Facts that wait for the next update, one of a kind. */
  readonly #facts = new Map<number, PseudoRectangle>();
  #dirty: Rect[];
  #newFramebuffer: Framebuffer | undefined;
  #continuous = false;
  #offeredContinuous = false;
  #requested = false;
  #encoding = false;
  #refineTimer: NodeJS.Timeout | undefined;
  #refineDue = false;
  #refineNext = false;
  #misplaced = 0;

  constructor(options: RfbServerOptions) {
    this.#options = options;
    this.#lane = options.lane;
    this.#encoder = options.encoder;
    this.#framebuffer = options.framebuffer;
    this.#cursor = options.cursor;
    this.#dirty = [wholeOf(options.framebuffer)];
    this.#handshake = new RfbHandshake((message) => this.#lane.send(message));
    this.#lane.onMessage((message) => this.#receive(message));
    this.#lane.onDrain(() => this.#wake());
    this.#lane.onClose(() => this.#end(undefined));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The handshake is over. */
  get running(): boolean {
    return this.#running && !this.#closed;
  }

  get encodings(): ViewerEncodings {
    return this.#encodings;
  }

  /** Key, pointer and cut-text messages that came down the wrong lane, and had no effect. */
  get misplacedMessages(): number {
    return this.#misplaced;
  }

  /** Whether an update would go out now, if there was something to tell. */
  get ready(): boolean {
    return (
      this.running &&
      !this.#encoding &&
      (this.#continuous || this.#requested) &&
      this.#lane.bufferedBytes < MAX_BUFFERED_BYTES &&
      this.#flow.canSend()
    );
  }

  /** Parts of the framebuffer that may have changed. */
  addDamage(rects: readonly Rect[]): void {
    if (rects.length === 0) return;
    const { width, height } = this.#framebuffer;
    this.#dirty = mergeRectangles([...this.#dirty, ...rects], width, height);
  }

  /** The next update announces the new size; it must have been captured by then. */
  resize(framebuffer: Framebuffer): void {
    this.#framebuffer = framebuffer;
    this.#newFramebuffer = framebuffer;
    this.#dirty = [wholeOf(framebuffer)];
  }

  showCursor(cursor: CursorImage | undefined): void {
    this.#cursor = cursor;
    this.#tellCursor();
    this.#wake();
  }

  rename(name: string): void {
    if (this.#encodings.has('desktopName')) this.#tell(desktopName(name));
    this.#wake();
  }

  /** Sends what there is to send, if the viewer can take it now. */
  pump(): void {
    if (!this.ready) return;
    if (this.#newFramebuffer && !this.#announceSize(this.#newFramebuffer)) return;
    if (this.#facts.size > 0) {
      this.#sendFacts();
      if (!this.ready) return;
    }
    const refine = this.#refineDue && (this.#dirty.length === 0 || this.#refineNext);
    if (refine) this.#sendRefinement();
    else if (this.#dirty.length > 0) this.#sendUpdate();
  }

  close(): void {
    this.#lane.close();
    this.#end(undefined);
  }

  #receive(bytes: Buffer): void {
    if (this.#closed) return;
    try {
      let rest: Buffer | undefined = bytes;
      if (!this.#running) {
        rest = this.#handshake.read(bytes);
        if (!rest) return;
        this.#running = true;
        this.#lane.send(serverInit(this.#framebuffer.width, this.#framebuffer.height, this.#options.name));
      }
      for (const message of this.#reader.read(rest)) this.#handle(message);
    } catch (error) {
      if (!(error instanceof RfbProtocolError)) throw error;
      this.#end(error.message);
      this.#lane.close();
      return;
    }
    this.#wake();
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case 'pixel-format':
        if (!isSupported(message.format)) {
          throw new RfbProtocolError(
            `a pixel format of ${message.format.bitsPerPixel} bits is not supported`,
          );
        }
        this.#format = message.format;
        this.#tellCursor();
        break;
      case 'encodings':
        this.#learnEncodings(message.encodings);
        break;
      case 'update-request':
        this.#requested = true;
        if (!message.incremental) {
          this.#encoder.invalidate(message.rect);
          this.addDamage([message.rect]);
        }
        break;
      case 'continuous-updates':
        this.#setContinuous(message.enable);
        break;
      case 'fence':
        this.#answerFence(message.flags, message.payload);
        break;
      case 'desktop-size':
        // The customer's screen is the customer's: a viewer does not change it.
        this.#tellSize(ResizeReason.thisViewer, ResizeStatus.prohibited);
        break;
      case 'key':
      case 'pointer':
      case 'cut-text':
      case 'extended-cut-text':
        this.#misplaced++;
        break;
      case 'ignored':
        break;
    }
  }

  #learnEncodings(announced: readonly number[]): void {
    const before = this.#encodings;
    this.#encodings = new ViewerEncodings(announced);
    const isNew = (name: keyof typeof Encoding) => this.#encodings.has(name) && !before.has(name);
    if (isNew('qemuExtendedKey')) this.#tell({ encoding: Encoding.qemuExtendedKey });
    if (isNew('extendedMouseButtons')) this.#tell({ encoding: Encoding.extendedMouseButtons });
    if (isNew('extendedDesktopSize')) this.#tellSize(ResizeReason.server, ResizeStatus.done);
    if (isNew('vmwareCursor') || isNew('cursor')) this.#tellCursor();
    if (isNew('continuousUpdates') && this.#encodings.has('fence') && !this.#offeredContinuous) {
      this.#offeredContinuous = true;
      this.#lane.send(END_OF_CONTINUOUS_UPDATES);
    }
    this.#options.encodingsChanged();
  }

  /** The area is not heeded: a viewer that shows a part only draws what lies in it. */
  #setContinuous(enable: boolean): void {
    if (this.#continuous && !enable) this.#lane.send(END_OF_CONTINUOUS_UPDATES);
    this.#continuous = enable;
  }

  #answerFence(flags: number, payload: Buffer): void {
    if (flags & FenceFlag.request) {
      if (this.#lane.bufferedBytes > MAX_UNREAD_ANSWER_BYTES) {
        throw new RfbProtocolError('the viewer asks for answers and does not read them');
      }
      // Messages are handled one by one in both directions, which is all that these two flags ask.
      this.#lane.send(fence(flags & (FenceFlag.blockBefore | FenceFlag.blockAfter), payload));
    } else if (payload.equals(FENCE_PAYLOAD)) this.#flow.answered();
  }

  #announceSize(framebuffer: Framebuffer): boolean {
    if (!this.#encodings.has('extendedDesktopSize') && !this.#encodings.has('desktopSize')) {
      this.#end('the screen changed its size, and the viewer cannot follow');
      this.#lane.close();
      return false;
    }
    this.#newFramebuffer = undefined;
    this.#encoder.resize(framebuffer);
    this.#tellSize(ResizeReason.server, ResizeStatus.done);
    return true;
  }

  #tellSize(reason: number, status: number): void {
    const { width, height } = this.#framebuffer;
    if (this.#encodings.has('extendedDesktopSize')) {
      // A new size waits until it is announced by itself, in step with the pixels.
      if (!this.#newFramebuffer) this.#tell(extendedDesktopSize(width, height, reason, status));
    } else this.#tell({ encoding: Encoding.desktopSize, w: width, h: height });
  }

  #tellCursor(): void {
    if (!this.#cursor) return;
    if (this.#encodings.has('vmwareCursor')) this.#tell(vmwareCursor(this.#cursor));
    else if (this.#encodings.has('cursor')) this.#tell(plainCursor(this.#cursor, this.#format));
  }

  #tell(fact: PseudoRectangle): void {
    this.#facts.set(fact.encoding, fact);
  }

  #sendFacts(): void {
    const message = pseudoUpdate([...this.#facts.values()]);
    this.#facts.clear();
    this.#lane.send(message);
    this.#requested = false;
  }

  #sendUpdate(): void {
    const rects = this.#dirty;
    this.#dirty = [];
    this.#refineNext = true;
    this.#send(this.#encoder.encode(rects, this.#settings()));
  }

  #sendRefinement(): void {
    this.#refineDue = false;
    this.#refineNext = false;
    this.#send(this.#encoder.refine(this.#settings()));
  }

  #send(encoded: Promise<EncodedUpdate>): void {
    this.#encoding = true;
    encoded.then(
      ({ message, remaining, refineInMs }) => {
        this.#encoding = false;
        if (this.#closed) return;
        if (message) {
          this.#lane.send(message);
          if (this.#encodings.has('fence')) this.#flow.sent(message.length);
          this.#requested = false;
        }
        if (!this.#newFramebuffer) this.addDamage(remaining);
        this.#refineLater(refineInMs);
        this.#wake();
      },
      () => {
        // The encoder is gone, and `ScreenSharing` ends everything.
        this.#encoding = false;
      },
    );
  }

  #settings() {
    const trailer = this.#encodings.has('fence') ? UPDATE_FENCE : undefined;
    return encodeSettings(this.#encodings, this.#format, trailer);
  }

  #refineLater(inMs: number | undefined): void {
    clearTimeout(this.#refineTimer);
    this.#refineTimer = undefined;
    if (inMs === undefined) return;
    this.#refineTimer = setTimeout(() => {
      this.#refineDue = true;
      this.#wake();
    }, inMs);
  }

  #wake(): void {
    if (this.ready) this.#options.ready();
  }

  #end(reason: string | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#refineTimer);
    this.#encoder.close();
    this.#options.closed(reason);
  }
}

function wholeOf({ width, height }: Framebuffer): Rect {
  return { x: 0, y: 0, w: width, h: height };
}
