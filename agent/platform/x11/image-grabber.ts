import { closeSync, openSync, readvSync, unlinkSync, writeSync } from 'node:fs';
import type { Framebuffer, Rect } from '../platform.ts';
import type { X11Display } from './display.ts';
import type { ShmExtension } from './extensions.ts';

/** Fetches pixels of the root window into a framebuffer of the same size. */
export interface ImageGrabber {
  readonly kind: 'shared-memory' | 'core';
  /** `rects` lie inside the screen and do not overlap. Rejects when the display was resized meanwhile. */
  grab(rects: readonly Rect[], into: Framebuffer): Promise<void>;
  close(): void;
}

const Z_PIXMAP = 2;
const ALL_PLANES = 0xffffffff;
const BYTES_PER_PIXEL = 4;
/** Linux takes 1024 places a call (IOV_MAX); more would be read short. */
const MAX_ROWS_PER_READ = 1000;
const ALLOCATION_STEP_BYTES = 1024 * 1024;

/** MIT-SHM where the server takes a segment of ours, else pixels through the socket. */
export async function openImageGrabber(
  display: X11Display,
  width: number,
  height: number,
  sharedMemory: boolean,
): Promise<ImageGrabber> {
  if (sharedMemory) {
    // Remote servers, containers and old servers offer the extension and then refuse the segment:
    // only trying tells, and the core protocol always works.
    const grabber = await openSharedMemory(display, width, height).catch(() => undefined);
    if (grabber) return grabber;
  }
  return new CoreGrabber(display);
}

async function openSharedMemory(display: X11Display, width: number, height: number): Promise<ImageGrabber> {
  const shm = await display.extension<ShmExtension>('shm');
  const bytes = width * height * BYTES_PER_PIXEL;
  const descriptor = openAnonymousMemory(bytes);
  const segment = display.client.AllocID();
  try {
    await display.request<void>((reply) => shm.AttachFd(segment, descriptor, false, reply));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return new SharedMemoryGrabber(display, shm, segment, descriptor);
}

/** A file on tmpfs without a name: it goes away with the last descriptor, also when this process is killed. */
function openAnonymousMemory(bytes: number): number {
  const path = `/dev/shm/countersign-${process.pid}-${process.hrtime.bigint()}`;
  const descriptor = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    // Written, not only sized: on a full tmpfs the server would die of the first page that is not there.
    const zeros = Buffer.alloc(Math.min(bytes, ALLOCATION_STEP_BYTES));
    for (let at = 0; at < bytes; at += zeros.length) {
      writeSync(descriptor, zeros, 0, Math.min(zeros.length, bytes - at), at);
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}

class SharedMemoryGrabber implements ImageGrabber {
  readonly kind = 'shared-memory';
  readonly #display: X11Display;
  readonly #shm: ShmExtension;
  readonly #segment: number;
  readonly #descriptor: number;
  #closed = false;

  constructor(display: X11Display, shm: ShmExtension, segment: number, descriptor: number) {
    this.#display = display;
    this.#shm = shm;
    this.#segment = segment;
    this.#descriptor = descriptor;
  }

  async grab(rects: readonly Rect[], into: Framebuffer): Promise<void> {
    // The server packs each rectangle's rows; all requests travel together, so this is one round trip.
    let offset = 0;
    const grabbed = rects.map((rect) => {
      const at = offset;
      offset += rect.w * rect.h * BYTES_PER_PIXEL;
      return this.#display.request((reply) =>
        this.#shm.GetImage(
          ...([this.#display.root, rect.x, rect.y, rect.w, rect.h, ALL_PLANES, Z_PIXMAP] as const),
          ...([this.#segment, at, reply] as const),
        ),
      );
    });
    await Promise.all(grabbed);
    if (this.#closed) return;
    readRows(
      this.#descriptor,
      rects.flatMap((rect) => rowsOf(rect, into)),
    );
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#display.client.stream.destroyed) this.#shm.Detach(this.#segment);
    closeSync(this.#descriptor);
  }
}

/** The places of a rectangle's rows in the framebuffer; one piece when they touch. */
function rowsOf(rect: Rect, { width, pixels }: Framebuffer): Uint8Array[] {
  const stride = width * BYTES_PER_PIXEL;
  const start = rect.y * stride + rect.x * BYTES_PER_PIXEL;
  if (rect.w === width) return [new Uint8Array(pixels, start, stride * rect.h)];
  const rowBytes = rect.w * BYTES_PER_PIXEL;
  return Array.from({ length: rect.h }, (_, row) => new Uint8Array(pixels, start + row * stride, rowBytes));
}

/** Scatters what the server packed: one system call for hundreds of rows, and no copy between. */
function readRows(descriptor: number, rows: readonly Uint8Array[]): void {
  let position = 0;
  for (let first = 0; first < rows.length; first += MAX_ROWS_PER_READ) {
    const some = rows.slice(first, first + MAX_ROWS_PER_READ);
    const length = some.reduce((sum, row) => sum + row.length, 0);
    if (readvSync(descriptor, some, position) !== length) throw new Error('the shared memory is cut off');
    position += length;
  }
}

class CoreGrabber implements ImageGrabber {
  readonly kind = 'core';
  readonly #display: X11Display;

  constructor(display: X11Display) {
    this.#display = display;
  }

  async grab(rects: readonly Rect[], into: Framebuffer): Promise<void> {
    const { client, root } = this.#display;
    const target = Buffer.from(into.pixels);
    // One after the other: replies of a whole 4K screen at once would be held in memory together.
    for (const rect of rects) {
      const image = await this.#display.request<{ data: Buffer }>((reply) =>
        client.GetImage(Z_PIXMAP, root, rect.x, rect.y, rect.w, rect.h, ALL_PLANES, reply),
      );
      copyRows(image.data, rect, target, into.width);
    }
  }

  close(): void {}
}

/** `source` holds the rows of `rect` without gaps. */
function copyRows(source: Buffer, rect: Rect, target: Buffer, targetWidth: number): void {
  const rowBytes = rect.w * BYTES_PER_PIXEL;
  for (let row = 0; row < rect.h; row++) {
    const to = ((rect.y + row) * targetWidth + rect.x) * BYTES_PER_PIXEL;
    source.copy(target, to, row * rowBytes, (row + 1) * rowBytes);
  }
}
