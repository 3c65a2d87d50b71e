import type { LaneChannel } from '../../../protocol/customer-end/lane-channel.ts';
import {
  ClipboardFlag,
  clipboardCaps,
  extendedCutText,
  MAX_CLIPBOARD_BYTES,
  packText,
  parseCutText,
  unpackText,
} from '../../shared/cut-text.ts';

/** With this much waiting to leave nothing more is answered: the other end asks and does not read. */
const MAX_QUEUED_BYTES = MAX_CLIPBOARD_BYTES;

export interface ClipboardListener {
  /** The technician's newest text. */
  came(text: string): void;
  /** The technician wants to have what the customer copied. */
  wanted(): void;
  /** What was offered has gone out. */
  given(): void;
  /** What came is no clipboard message, or more than fits. The lane is closed. */
  unreadable(): void;
}

/**
 * The customer's end of the clipboard lane in a page. It speaks as the program does, but offers no text by itself: each
 * goes once, and being asked with nothing on offer is a wish for the customer to hear.
 */
export class PageClipboardLane {
  readonly #lane: LaneChannel;
  readonly #listener: ClipboardListener;
  #offered: string | undefined;
  /** The newest packed text, until it is read. One that came before it is worth nothing any more. */
  #brought: Uint8Array | undefined;
  #isReading = false;
  #isOver = false;

  constructor(lane: LaneChannel, listener: ClipboardListener) {
    this.#lane = lane;
    this.#listener = listener;
    lane.onClose(() => {
      this.#isOver = true;
    });
    lane.onMessage((bytes) => this.#receive(bytes));
    this.#say(clipboardCaps('server'));
  }

  /** The other end asks for it, and then it goes. `undefined` takes it back. */
  offer(text: string | undefined): void {
    this.#offered = text;
    if (text !== undefined) this.#notify();
  }

  /** The customer gives nothing. */
  decline(): void {
    this.#offered = undefined;
    this.#notify();
  }

  #notify(): void {
    const has = this.#offered === undefined ? 0 : ClipboardFlag.text;
    this.#say(extendedCutText('server', ClipboardFlag.notify | has));
  }

  #say(message: Uint8Array): void {
    if (!this.#isOver && this.#lane.bufferedBytes <= MAX_QUEUED_BYTES) this.#lane.send(message);
  }

  #receive(bytes: Uint8Array): void {
    const message = parseCutText('viewer', bytes);
    if (message?.kind === 'extended') this.#follow(message.flags, message.data);
    else if (message) this.#listener.came(message.text.replaceAll('\r\n', '\n'));
    else this.#break();
  }

  #follow(flags: number, data: Uint8Array): void {
    const { text, caps, request, peek, notify, provide } = ClipboardFlag;
    // The viewer's own capabilities: all that we send it, it asked for.
    if (flags & caps) return;
    if (flags & peek) this.#notify();
    if (!(flags & text)) return;
    if (flags & provide) {
      this.#brought = data;
      void this.#read();
    }
    if (flags & request) void this.#give();
    if (flags & notify) this.#say(extendedCutText('server', request | text));
  }

  async #give(): Promise<void> {
    const text = this.#offered;
    if (text === undefined) return this.#listener.wanted();
    const packed = await packText(text);
    // Taken back, or replaced, meanwhile.
    if (this.#isOver || this.#offered !== text) return;
    this.#offered = undefined;
    this.#say(extendedCutText('server', ClipboardFlag.provide | ClipboardFlag.text, packed));
    this.#listener.given();
  }

  /** One at a time, and of those that came meanwhile the last. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    for (let data = this.#brought; data && !this.#isOver; data = this.#brought) {
      this.#brought = undefined;
      const text = await unpackText(data);
      if (this.#isOver) return;
      if (text === undefined) return this.#break();
      if (this.#brought === undefined) this.#listener.came(text);
    }
    this.#isReading = false;
  }

  #break(): void {
    if (this.#isOver) return;
    this.#lane.close();
    this.#listener.unreadable();
  }
}
