import type { LaneChannel } from '../lane-channel.ts';
import type { CursorImage, Framebuffer, Rect } from '../platform/platform.ts';
import { mergeRectangles, wholeOf } from '../platform/rectangles.ts';
import type { ViewerEncoder } from './encode/encoder-thread.ts';
import type { EncodedUpdate } from './encode/update-encoder.ts';
import { RefinementTurn } from './refinement-turn.ts';
import {
  type ClientMessage,
  ClientMessageReader,
  ClientType,
  RfbProtocolError,
} from './rfb/client-messages.ts';
import { ViewerEncodings } from './rfb/encodings.ts';
import { RfbHandshake } from './rfb/handshake.ts';
import { isSupported, NATIVE_FORMAT, type PixelFormat } from './rfb/pixel-format.ts';
import { END_OF_CONTINUOUS_UPDATES, FenceFlag, fence, serverInit } from './rfb/server-messages.ts';
import { UpdateStream } from './update-stream.ts';
import { encodeSettings } from './view-settings.ts';
import { ViewerFacts } from './viewer-facts.ts';

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
  /** Input or cut text came down the view lane, where it has no effect. Called once. */
  readonly strayInput: () => void;
  /** Called once, with the reason when the viewer broke the protocol. */
  readonly closed: (reason: string | undefined) => void;
}

/** Answers to fences are not paced: a viewer that asks and never reads is cut off here. */
const MAX_UNREAD_ANSWER_BYTES = 8 * 1024 * 1024;
const FENCE_PAYLOAD = Buffer.from('u');
const UPDATE_FENCE = fence(FenceFlag.request | FenceFlag.blockBefore, FENCE_PAYLOAD);
/** Input belongs to the control lane alone, cut text to the clipboard lane: here they are read over. */
const VIEW_TYPES = Object.values(ClientType);

/** The RFB 3.8 connection of one viewer, over its view lane: what it asked for, what it has yet to get, and when. */
export class RfbServer {
  readonly #options: RfbServerOptions;
  readonly #lane: LaneChannel;
  readonly #encoder: ViewerEncoder;
  readonly #stream: UpdateStream;
  readonly #handshake: RfbHandshake;
  readonly #reader = new ClientMessageReader(VIEW_TYPES);
  readonly #refinement = new RefinementTurn(() => this.#wake());
  #running = false;
  #closed = false;
  #framebuffer: Framebuffer;
  #encodings = new ViewerEncodings([]);
  #format: PixelFormat = NATIVE_FORMAT;
  #cursor: CursorImage | undefined;
  readonly #facts = new ViewerFacts();
  #dirty: Rect[];
  #newFramebuffer: Framebuffer | undefined;
  #continuous = false;
  #offeredContinuous = false;
  #requested = false;
  #encoding = false;
  #toldOfStrays = false;

  constructor(options: RfbServerOptions) {
    this.#options = options;
    this.#lane = options.lane;
    this.#stream = new UpdateStream(options.lane);
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

  /** Whether an update would go out now, if there was something to tell. */
  get ready(): boolean {
    return this.running && !this.#encoding && (this.#continuous || this.#requested) && this.#stream.hasRoom;
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

  /** Sends what there is to send, if the viewer can take it now. */
  pump(): void {
    if (!this.ready) return;
    if (this.#newFramebuffer && !this.#announceSize(this.#newFramebuffer)) return;
    if (this.#facts.any) {
      this.#sendFacts();
      if (!this.ready) return;
    }
    if (this.#refinement.take(this.#dirty.length > 0))
      this.#send(this.#encoder.refine(this.#settings(), this.#takePiece));
    else if (this.#dirty.length > 0)
      this.#send(this.#encoder.encode(this.#dirty.splice(0), this.#settings(), this.#takePiece));
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
        this.#facts.resizeProhibited(this.#encodings, this.#framebuffer);
        break;
      case 'key':
      case 'pointer':
      case 'cut-text':
      case 'extended-cut-text':
        if (!this.#toldOfStrays) this.#options.strayInput();
        this.#toldOfStrays = true;
        break;
      case 'ignored':
        break;
    }
  }

  #learnEncodings(announced: readonly number[]): void {
    const before = this.#encodings;
    this.#encodings = new ViewerEncodings(announced);
    this.#facts.encodings(this.#encodings, before, this.#framebuffer);
    this.#tellCursor();
    const canContinue = this.#encodings.has('continuousUpdates') && this.#encodings.has('fence');
    if (canContinue && !this.#offeredContinuous) {
      this.#offeredContinuous = true;
      this.#stream.say(END_OF_CONTINUOUS_UPDATES);
    }
    this.#options.encodingsChanged();
  }

  /** The area is not heeded: a viewer that shows a part only draws what lies in it. */
  #setContinuous(enable: boolean): void {
    if (this.#continuous && !enable) this.#stream.say(END_OF_CONTINUOUS_UPDATES);
    this.#continuous = enable;
  }

  #answerFence(flags: number, payload: Buffer): void {
    if (flags & FenceFlag.request) {
      if (this.#lane.bufferedBytes > MAX_UNREAD_ANSWER_BYTES) {
        throw new RfbProtocolError('the viewer asks for answers and does not read them');
      }
      // Messages are handled one by one in both directions, which is all that these two flags ask.
      this.#stream.say(fence(flags & (FenceFlag.blockBefore | FenceFlag.blockAfter), payload));
    } else if (payload.equals(FENCE_PAYLOAD)) this.#stream.answered();
  }

  #announceSize(framebuffer: Framebuffer): boolean {
    if (!this.#facts.size(this.#encodings, framebuffer)) {
      this.#end('the screen changed its size, and the viewer cannot follow');
      this.#lane.close();
      return false;
    }
    this.#newFramebuffer = undefined;
    this.#encoder.resize(framebuffer);
    return true;
  }

  #tellCursor(): void {
    if (this.#cursor) this.#facts.cursor(this.#encodings, this.#cursor, this.#format);
  }

  #sendFacts(): void {
    this.#lane.send(this.#facts.take());
    this.#requested = false;
  }

  readonly #takePiece = (piece: Uint8Array): void => {
    if (!this.#closed) this.#stream.piece(piece);
  };

  #send(encoded: Promise<EncodedUpdate>): void {
    this.#encoding = true;
    encoded.then(
      ({ message, remaining, refineInMs }) => {
        this.#encoding = false;
        if (this.#closed) return;
        this.#stream.end(message, this.#encodings.has('fence'));
        if (message) this.#requested = false;
        if (!this.#newFramebuffer) this.addDamage(remaining);
        this.#refinement.schedule(refineInMs);
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

  #wake(): void {
    if (this.ready) this.#options.ready();
  }

  #end(reason: string | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#refinement.stop();
    this.#encoder.close();
    this.#options.closed(reason);
  }
}
