import type { XEvent, XProperty } from 'x11';
import type { X11Display } from './display.ts';

export const PROPERTY_CHANGE = 0x400000;
const INPUT_ONLY = 2;
const REPLACE = 0;
const APPEND = 2;
const ANY_TYPE = 0;
const NEW_VALUE = 0;
const DELETED = 1;
/** Largest piece of a property written by one request: every server takes that without BIG-REQUESTS. */
const PIECE_BYTES = 128 * 1024;
const ATOM_TYPE = 4;

export interface Atoms {
  readonly clipboard: number;
  readonly targets: number;
  readonly utf8String: number;
  readonly utf8Text: number;
  readonly incr: number;
  readonly timestamp: number;
}

/** A program that was given up on goes on writing into its property for a while: by then that is not in use again. */
const TRANSFER_PROPERTIES = 32;

/**
 * An invisible window of ours, which owning and reading a selection need (ICCCM 2), with the properties through
 * which the text travels.
 */
export class SelectionWindow {
  readonly display: X11Display;
  readonly id: number;
  readonly atoms: Atoms;
  readonly #transferProperties: readonly number[];
  #transfers = 0;
  readonly #closing = new AbortController();

  private constructor(display: X11Display, id: number, atoms: Atoms, transferProperties: readonly number[]) {
    this.display = display;
    this.id = id;
    this.atoms = atoms;
    this.#transferProperties = transferProperties;
    display.onLost(() => this.#closing.abort());
  }

  static async create(display: X11Display): Promise<SelectionWindow> {
    const atom = (name: string) =>
      display.request<number>((reply) => display.client.InternAtom(false, name, reply));
    const [clipboard, targets, utf8String, utf8Text, incr, timestamp] = await Promise.all([
      atom('CLIPBOARD'),
      atom('TARGETS'),
      atom('UTF8_STRING'),
      atom('text/plain;charset=utf-8'),
      atom('INCR'),
      atom('TIMESTAMP'),
    ]);
    const transferProperties = await Promise.all(
      Array.from({ length: TRANSFER_PROPERTIES }, (_, index) => atom(`COUNTERSIGN_CLIPBOARD_${index}`)),
    );
    const id = display.client.AllocID();
    display.client.CreateWindow(id, display.root, -1, -1, 1, 1, 0, 0, INPUT_ONLY, 0, {
      eventMask: PROPERTY_CHANGE,
    });
    const atoms = { clipboard, targets, utf8String, utf8Text, incr, timestamp };
    return new SelectionWindow(display, id, atoms, transferProperties);
  }

  /** The server's time, which ICCCM 2.1 wants with every claim: from the notice of a change that changes nothing. */
  async serverTime(timeoutMs: number): Promise<number> {
    const { client } = this.display;
    const { timestamp } = this.atoms;
    const notice = this.nextEvent(timeoutMs, (event) =>
      isPropertyEvent(event, this.id, timestamp, NEW_VALUE),
    );
    client.ChangeProperty(APPEND, this.id, timestamp, ATOM_TYPE, 32, Buffer.alloc(0));
    return (await notice).time as number;
  }

  /** The next event that fits. Throws after `timeoutMs`, when `aborted` fires, and when the window is closed. */
  nextEvent(timeoutMs: number, fits: (event: XEvent) => boolean, aborted?: AbortSignal): Promise<XEvent> {
    const closing = this.#closing.signal;
    const signal = aborted ? AbortSignal.any([aborted, closing]) : closing;
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        stop();
        signal.removeEventListener('abort', abort);
        settle();
      };
      const abort = () => finish(() => reject(new Error('no longer wanted')));
      const timer = setTimeout(
        () => finish(() => reject(new Error(`the other program was silent for ${timeoutMs} ms`))),
        timeoutMs,
      );
      const stop = this.display.onEvent((event) => {
        if (fits(event)) finish(() => resolve(event));
      });
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort);
    });
  }

  /** Gives up whatever is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.display.close();
  }

  /** Waits until another program has written (or deleted) a property. */
  propertyChanged(
    window: number,
    property: number,
    change: 'written' | 'deleted',
    timeoutMs: number,
    aborted?: AbortSignal,
  ): Promise<XEvent> {
    const state = change === 'written' ? NEW_VALUE : DELETED;
    return this.nextEvent(timeoutMs, (event) => isPropertyEvent(event, window, property, state), aborted);
  }

  /** A property of this window for text to arrive in, empty, and another one than of late. */
  nextTransferProperty(): number {
    const property = this.#transferProperties[this.#transfers++ % TRANSFER_PROPERTIES]!;
    this.display.client.DeleteProperty(this.id, property);
    return property;
  }

  /** Reads at most `maxBytes` of a property of this window and deletes it when that was all. */
  takeProperty(property: number, maxBytes: number): Promise<XProperty> {
    const { client } = this.display;
    return this.display.request((reply) =>
      client.GetProperty(1, this.id, property, ANY_TYPE, 0, Math.ceil(maxBytes / 4), reply),
    );
  }

  /** Writes a property of another program's window, in pieces that any server takes. */
  writeProperty(window: number, property: number, type: number, format: 8 | 32, data: Buffer): void {
    const { client } = this.display;
    client.ChangeProperty(REPLACE, window, property, type, format, data.subarray(0, PIECE_BYTES));
    for (let offset = PIECE_BYTES; offset < data.length; offset += PIECE_BYTES)
      client.ChangeProperty(
        APPEND,
        window,
        property,
        type,
        format,
        data.subarray(offset, offset + PIECE_BYTES),
      );
  }
}

function isPropertyEvent(event: XEvent, window: number, property: number, state: number): boolean {
  return (
    event.name === 'PropertyNotify' &&
    event.wid === window &&
    event.atom === property &&
    event.state === state
  );
}
