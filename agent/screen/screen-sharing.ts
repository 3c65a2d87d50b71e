import type { LaneHolder } from '../../protocol/customer-end/customer-end-parts.ts';
import type { LaneChannel } from '../lane-channel.ts';
import type {
  CursorImage,
  Framebuffer,
  InputSink,
  ScreenEvents,
  ScreenSource,
} from '../platform/platform.ts';
import { type ClipboardDialect, ClipboardLane, type OpenClipboard } from './clipboard-lane.ts';
import { ControlLane } from './control-lane.ts';
import { EncoderThread, warmUpEncoder } from './encode/encoder-thread.ts';
import { RfbServer } from './rfb-server.ts';

export interface ScreenSharingOptions {
  /** Opens the screen to share: `(events) => platform.openScreen(events)`. */
  readonly openScreen: (events: ScreenEvents) => Promise<ScreenSource>;
  /** What viewers call the desktop. */
  readonly name: string;
  /** The display is gone, or the encoder: every lane was closed, and nothing more will come. Called once. */
  readonly lost: (reason: string) => void;
  /** The other end broke the protocol, and the lane was closed, or the message ignored: a line for the log. */
  readonly refused?: (lane: 'view' | 'control' | 'clipboard', reason: string) => void;
  /** The shortest time from one capture to the next. The first change after a quiet time never waits. */
  readonly minimumIntervalMs?: number;
}

/** 125 captures a second at most: what a program draws in several steps arrives in one piece. */
const MINIMUM_INTERVAL_MS = 8;

/**
 * Shares one screen with any number of viewers. A change is captured at once when a viewer can take it; while none can,
 * nothing is captured at all, and the next picture that anybody gets is the latest.
 */
export class ScreenSharing {
  readonly #options: ScreenSharingOptions;
  readonly #intervalMs: number;
  readonly #encoder = new EncoderThread((error) => this.#lose(error.message));
  readonly #viewers = new Set<RfbServer>();
  /** Those of them that are the technician's: with these alone cut text is spoken. */
  readonly #technicians = new WeakSet<RfbServer>();
  readonly #controls = new Set<ControlLane>();
  readonly #clipboards = new Set<ClipboardLane>();
  #source!: ScreenSource;
  #framebuffer!: Framebuffer;
  #cursor: CursorImage | undefined;
  #cursorStale = false;
  #fetchingCursor = false;
  #damaged = false;
  #captureWhole = true;
  #capturing = false;
  #lastCaptureAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /** Gets ready for a `start` that is to come, so that the first picture is there sooner. It may be left unused. */
  static prepare(): void {
    warmUpEncoder();
  }

  /** Opens the screen and takes a first picture. Rejects when the screen cannot be had. */
  static async start(options: ScreenSharingOptions): Promise<ScreenSharing> {
    const sharing = new ScreenSharing(options);
    try {
      await sharing.#open();
      return sharing;
    } catch (error) {
      await sharing.close();
      throw error;
    }
  }

  private constructor(options: ScreenSharingOptions) {
    this.#options = options;
    this.#intervalMs = options.minimumIntervalMs ?? MINIMUM_INTERVAL_MS;
  }

  get width(): number {
    return this.#framebuffer.width;
  }

  get height(): number {
    return this.#framebuffer.height;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** Serves a viewer over its view lane, from the RFB handshake on, until the lane closes. */
  attachView(lane: LaneChannel, whose: LaneHolder = 'technician'): void {
    let viewer: RfbServer | undefined;
    const opened = new RfbServer({
      lane,
      encoder: this.#encoder.openViewer(this.#framebuffer),
      framebuffer: this.#framebuffer,
      name: this.#options.name,
      cursor: this.#cursor,
      ready: () => this.#work(),
      encodingsChanged: () => this.#tellClipboards(),
      strayInput: () => this.#options.refused?.('view', 'input came down the view lane, and had no effect'),
      closed: (reason) => {
        if (viewer) this.#viewers.delete(viewer);
        if (reason !== undefined) this.#options.refused?.('view', reason);
      },
    });
    if (this.#ended) opened.close();
    if (opened.closed) return;
    viewer = opened;
    this.#viewers.add(viewer);
    if (whose === 'technician') this.#technicians.add(viewer);
  }

  /** Takes input from a control lane until it closes; then every key and button is released. `input` stays open. */
  attachControl(lane: LaneChannel, input: InputSink): void {
    let control: ControlLane | undefined;
    const opened = new ControlLane(lane, input, (reason) => {
      if (control) this.#controls.delete(control);
      if (reason !== undefined) this.#options.refused?.('control', reason);
    });
    if (this.#ended) opened.close();
    if (opened.closed) return;
    control = opened;
    this.#controls.add(control);
  }

  /** Carries cut text until the lane closes. The clipboard is opened for the lane and closed with it. */
  attachClipboard(lane: LaneChannel, open: OpenClipboard): void {
    let clipboard: ClipboardLane | undefined;
    const opened = new ClipboardLane(lane, open, (reason) => {
      if (clipboard) this.#clipboards.delete(clipboard);
      if (reason !== undefined) this.#options.refused?.('clipboard', reason);
    });
    if (this.#ended) opened.close();
    if (opened.closed) return;
    clipboard = opened;
    this.#clipboards.add(clipboard);
    clipboard.speak(this.#clipboardDialect());
  }

  /** Closes every lane and the screen, without a call of `lost`. Safe to call twice. */
  async close(): Promise<void> {
    this.#end();
    await Promise.all([this.#source?.close(), this.#encoder.close()]);
  }

  async #open(): Promise<void> {
    this.#source = await this.#options.openScreen({
      damaged: () => {
        this.#damaged = true;
        this.#work();
      },
      resized: (width, height) => this.#resize(width, height),
      cursorChanged: () => void this.#fetchCursor(),
      lost: (reason) => this.#lose(reason),
    });
    this.#framebuffer = newFramebuffer(this.#source.width, this.#source.height);
    this.#captureWhole = false; // a resize during the first capture sets it again
    await Promise.all([this.#source.capture(this.#framebuffer, true), this.#fetchCursor()]);
  }

  /** Does what is due: captures when the screen changed and a viewer waits for it, else serves who is behind. */
  #work(): void {
    if (this.#ended || this.#capturing || this.#viewers.size === 0) return;
    const waiting = [...this.#viewers].filter((viewer) => viewer.ready);
    if (waiting.length === 0) return;
    if (!this.#damaged && !this.#captureWhole) {
      for (const viewer of waiting) viewer.pump();
      return;
    }
    const waitMs = this.#lastCaptureAt + this.#intervalMs - performance.now();
    if (waitMs <= 0) void this.#capture();
    else
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#work();
      }, waitMs);
  }

  async #capture(): Promise<void> {
    const framebuffer = this.#framebuffer;
    const whole = this.#captureWhole;
    this.#capturing = true;
    this.#damaged = false;
    this.#captureWhole = false;
    this.#lastCaptureAt = performance.now();
    try {
      const rects = await this.#source.capture(framebuffer, whole);
      if (framebuffer === this.#framebuffer) for (const viewer of this.#viewers) viewer.addDamage(rects);
    } catch (error) {
      this.#lose(`the screen cannot be read: ${(error as Error).message}`);
    }
    this.#capturing = false;
    for (const viewer of this.#viewers) viewer.pump();
    if (this.#damaged || this.#captureWhole) this.#work();
  }

  #resize(width: number, height: number): void {
    if (this.#ended || !this.#framebuffer) return;
    this.#framebuffer = newFramebuffer(width, height);
    this.#captureWhole = true;
    for (const viewer of this.#viewers) viewer.resize(this.#framebuffer);
    this.#work();
  }

  /** One question at a time: of changes that come meanwhile, the last is asked for afterwards. */
  async #fetchCursor(): Promise<void> {
    this.#cursorStale = true;
    if (this.#fetchingCursor) return;
    this.#fetchingCursor = true;
    try {
      while (this.#cursorStale && !this.#ended) {
        this.#cursorStale = false;
        this.#cursor = (await this.#source.cursor()) ?? this.#cursor;
        for (const viewer of this.#viewers) viewer.showCursor(this.#cursor);
      }
    } catch {
      // Only a display that went away refuses its cursor, and `lost` tells of that.
    }
    this.#fetchingCursor = false;
  }

  #clipboardDialect(): ClipboardDialect {
    const running = [...this.#viewers].filter((viewer) => viewer.running && this.#technicians.has(viewer));
    if (running.length === 0) return 'none';
    return running.some((viewer) => viewer.encodings.has('extendedClipboard')) ? 'extended' : 'latin1';
  }

  #tellClipboards(): void {
    const dialect = this.#clipboardDialect();
    for (const clipboard of this.#clipboards) clipboard.speak(dialect);
  }

  #lose(reason: string): void {
    if (this.#ended) return;
    this.#end();
    this.#options.lost(reason);
    void this.close();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    for (const part of [...this.#viewers, ...this.#controls, ...this.#clipboards]) part.close();
  }
}

function newFramebuffer(width: number, height: number): Framebuffer {
  return { width, height, pixels: new SharedArrayBuffer(width * height * 4) };
}
