import type { CursorImage, Framebuffer, Rect, ScreenEvents, ScreenSource } from '../platform.ts';
import { changedTiles, copySwapped } from './frame-changes.ts';

/** Nothing tells us of changes here, so we look this often. */
const POLL_MS = 100;

/** The part of `node-screenshots` that we use. */
export interface Monitor {
  isPrimary(): boolean;
  captureImage(): Promise<{ width: number; height: number; toRaw(): Promise<Buffer> }>;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  /** Bytes R, G, B, A. */
  readonly pixels: Uint32Array;
}

/** The primary monitor, through whatever way to take a screenshot the system offers. */
export class PortableScreen implements ScreenSource {
  readonly #monitor: Monitor;
  readonly #events: ScreenEvents;
  readonly #poll: NodeJS.Timeout;
  #last: Frame;
  #capturing: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(monitor: Monitor, first: Frame, events: ScreenEvents) {
    this.#monitor = monitor;
    this.#last = first;
    this.#events = events;
    this.#poll = setInterval(() => events.damaged(), POLL_MS);
  }

  static async open(monitors: readonly Monitor[], events: ScreenEvents): Promise<PortableScreen> {
    const monitor = monitors.find((each) => each.isPrimary()) ?? monitors[0];
    if (!monitor) throw new Error('this computer shows no monitor');
    return new PortableScreen(monitor, await grab(monitor), events);
  }

  get width(): number {
    return this.#last.width;
  }

  get height(): number {
    return this.#last.height;
  }

  capture(into: Framebuffer, whole: boolean): Promise<readonly Rect[]> {
    const captured = this.#capturing.then(() => this.#capture(into, whole));
    this.#capturing = captured.catch(() => {});
    return captured;
  }

  /** The pointer is part of no screenshot here; the viewer shows its own. */
  async cursor(): Promise<CursorImage | undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#poll);
    await this.#capturing;
  }

  async #capture(into: Framebuffer, whole: boolean): Promise<readonly Rect[]> {
    if (this.#closed) return [];
    const before = this.#last;
    const now = await this.#grabOrLose();
    if (!now) return [];
    this.#last = now;
    const { width, height } = now;
    if (width !== before.width || height !== before.height) this.#events.resized(width, height);
    if (width !== into.width || height !== into.height) return [];
    const changed =
      whole || width !== before.width || height !== before.height
        ? [{ x: 0, y: 0, w: width, h: height }]
        : changedTiles(before.pixels, now.pixels, width, height);
    const target = new Uint32Array(into.pixels);
    for (const rect of changed) copySwapped(now.pixels, target, width, rect);
    return changed;
  }

  async #grabOrLose(): Promise<Frame | undefined> {
    try {
      return await grab(this.#monitor);
    } catch (error) {
      if (!this.#closed) {
        this.#closed = true;
        clearInterval(this.#poll);
        this.#events.lost(`the screen can no longer be read: ${(error as Error).message}`);
      }
      return undefined;
    }
  }
}

async function grab(monitor: Monitor): Promise<Frame> {
  const image = await monitor.captureImage();
  const raw = await image.toRaw();
  // A buffer of the pool need not begin at a multiple of 4.
  const aligned = raw.byteOffset % 4 === 0 ? raw : new Uint8Array(raw);
  const pixels = new Uint32Array(aligned.buffer, aligned.byteOffset, image.width * image.height);
  return { width: image.width, height: image.height, pixels };
}
