import type { XEvent } from 'x11';
import type { CursorImage, Framebuffer, Rect, ScreenEvents, ScreenSource } from '../platform.ts';
import { mergeRectangles } from '../rectangles.ts';
import { X11Display } from './display.ts';
import type { DamageExtension, FixesCursor, FixesExtension, RegionRectangle } from './extensions.ts';
import { type ImageGrabber, openImageGrabber } from './image-grabber.ts';

export interface X11ScreenOptions {
  /** As $DISPLAY, which is the default. */
  readonly display?: string;
  /** `false` fetches pixels through the socket even where MIT-SHM works. */
  readonly sharedMemory?: boolean;
}

const STRUCTURE_NOTIFY = 0x20000;
const DISPLAY_CURSOR_NOTIFY = 1;
const MAX_CURSOR_SIDE = 512;

/**
 * The root window of an X display. Changes come from the DAMAGE extension: level NonEmpty sends one event until
 * we fetch the region, where raw rectangles flood us with tens of thousands while a video plays.
 */
export class X11Screen implements ScreenSource {
  readonly #display: X11Display;
  readonly #events: ScreenEvents;
  readonly #damage: DamageExtension;
  readonly #fixes: FixesExtension;
  readonly #damageId: number;
  readonly #regionId: number;
  readonly #sharedMemory: boolean;
  #grabber: ImageGrabber;
  #grabberSize: string;
  #width: number;
  #height: number;
  #capturing: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** Connects to the display on a connection of its own, so that large images never hold up input. */
  static async open(events: ScreenEvents, options: X11ScreenOptions = {}): Promise<X11Screen> {
    const display = await X11Display.connect(options.display);
    try {
      requireTrueColour(display);
      const damage = await display.extension<DamageExtension>('damage');
      const fixes = await display.extension<FixesExtension>('fixes');
      display.client.ChangeWindowAttributes(display.root, { eventMask: STRUCTURE_NOTIFY });
      fixes.SelectCursorInput(display.root, DISPLAY_CURSOR_NOTIFY);
      // Asked after selecting the events: a resize in between is not lost.
      const { width, height } = await display.request<{ width: number; height: number }>((reply) =>
        display.client.GetGeometry(display.root, reply),
      );
      const sharedMemory = options.sharedMemory ?? true;
      const grabber = await openImageGrabber(display, width, height, sharedMemory);
      return new X11Screen(display, events, damage, fixes, grabber, { width, height, sharedMemory });
    } catch (error) {
      await display.close();
      throw error;
    }
  }

  private constructor(
    display: X11Display,
    events: ScreenEvents,
    damage: DamageExtension,
    fixes: FixesExtension,
    grabber: ImageGrabber,
    start: { width: number; height: number; sharedMemory: boolean },
  ) {
    this.#display = display;
    this.#events = events;
    this.#damage = damage;
    this.#fixes = fixes;
    this.#grabber = grabber;
    this.#width = start.width;
    this.#height = start.height;
    this.#grabberSize = `${start.width}x${start.height}`;
    this.#sharedMemory = start.sharedMemory;
    this.#damageId = display.client.AllocID();
    this.#regionId = display.client.AllocID();
    damage.Create(this.#damageId, display.root, damage.ReportLevel.NonEmpty);
    fixes.CreateRegion(this.#regionId, []);
    display.onEvent((event) => this.#handle(event));
    display.onLost((reason) => {
      this.#closed = true;
      this.#grabber.close();
      events.lost(reason);
    });
  }

  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  /** How pixels travel; for the log and for benches. */
  get captureMethod(): ImageGrabber['kind'] {
    return this.#grabber.kind;
  }

  /** Answers nothing when `into` is not of the screen's present size: `resized` tells of the new one. */
  capture(into: Framebuffer, whole: boolean): Promise<readonly Rect[]> {
    const capture = this.#capturing.then(() => this.#capture(into, whole));
    this.#capturing = capture.catch(() => {});
    return capture;
  }

  async cursor(): Promise<CursorImage | undefined> {
    if (this.#closed) return undefined;
    const image = await this.#display.request<FixesCursor>((reply) => this.#fixes.GetCursorImage(reply));
    const { width, height, xhot, yhot } = image;
    if (width === 0 || height === 0 || width > MAX_CURSOR_SIDE || height > MAX_CURSOR_SIDE) return undefined;
    return { width, height, hotX: xhot, hotY: yhot, pixels: straightAlpha(image.cursorImage) };
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#grabber.close();
    }
    await this.#display.close();
  }

  async #capture(into: Framebuffer, whole: boolean): Promise<readonly Rect[]> {
    if (this.#closed || !this.#fits(into)) return [];
    // Subtract first: what changes from here on is announced anew, so nothing falls between.
    this.#damage.Subtract(this.#damageId, 0, this.#regionId);
    const region = await this.#display.request<{ rectangles: RegionRectangle[] }>((reply) =>
      this.#fixes.FetchRegion(this.#regionId, reply),
    );
    if (!this.#fits(into)) return [];
    const full: Rect = { x: 0, y: 0, w: into.width, h: into.height };
    const changed = region.rectangles.map((r) => ({ x: r.x, y: r.y, w: r.width, h: r.height }));
    const rects = whole ? [full] : mergeRectangles(changed, into.width, into.height);
    if (rects.length === 0) return rects;
    try {
      await this.#prepareGrabber(into);
      await this.#grabber.grab(rects, into);
    } catch (error) {
      // A resize while the request was under way makes the server refuse it; its event came before the error.
      if (this.#fits(into)) throw error;
      return [];
    }
    return this.#fits(into) ? rects : [];
  }

  async #prepareGrabber(into: Framebuffer): Promise<void> {
    const size = `${into.width}x${into.height}`;
    if (this.#grabberSize === size) return;
    this.#grabber.close();
    this.#grabber = await openImageGrabber(this.#display, into.width, into.height, this.#sharedMemory);
    this.#grabberSize = size;
  }

  #fits(into: Framebuffer): boolean {
    return into.width === this.#width && into.height === this.#height;
  }

  #handle(event: XEvent): void {
    if (event.name === 'DamageNotify') this.#events.damaged();
    else if (event.name === 'CursorNotify') this.#events.cursorChanged();
    else if (event.name === 'ConfigureNotify' && event.wid1 === this.#display.root) {
      const width = Number(event.width);
      const height = Number(event.height);
      if (width === this.#width && height === this.#height) return;
      this.#width = width;
      this.#height = height;
      this.#events.resized(width, height);
    }
  }
}

/** Everything behind this takes pixels as bytes B, G, R, X. Other visuals are museum pieces. */
function requireTrueColour({ name, info, screen }: X11Display): void {
  const depth = screen.root_depth;
  const visual = screen.depths[depth]?.[screen.root_visual];
  const bits = info.format[depth]?.bits_per_pixel;
  const isBgrx = visual?.red_mask === 0xff0000 && visual.green_mask === 0xff00 && visual.blue_mask === 0xff;
  if ((depth === 24 || depth === 32) && bits === 32 && info.image_byte_order === 0 && isBgrx) return;
  throw new Error(
    `the display ${name} has depth ${depth} at ${bits ?? 'unknown'} bits a pixel; ` +
      'only 24-bit colour in 32-bit little-endian pixels can be shared',
  );
}

/** X multiplies colours by alpha; viewers want them plain. */
function straightAlpha(premultiplied: Buffer): Uint8Array {
  const pixels = new Uint8Array(premultiplied);
  for (let i = 0; i < pixels.length; i += 4) {
    const alpha = pixels[i + 3]!;
    if (alpha === 0 || alpha === 255) continue;
    for (let c = i; c < i + 3; c++) pixels[c] = Math.min(255, Math.round((pixels[c]! * 255) / alpha));
  }
  return pixels;
}
