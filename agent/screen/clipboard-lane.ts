import type { LaneChannel } from '../lane-channel.ts';
import type { Clipboard } from '../platform/platform.ts';
import {
  type ClientMessage,
  ClientMessageReader,
  ClientType,
  MAX_CUT_TEXT_BYTES,
  RfbProtocolError,
} from './rfb/client-messages.ts';
import {
  ClipboardFlag,
  clipboardCaps,
  clipboardNotify,
  clipboardProvide,
  clipboardRequest,
  readProvidedText,
} from './rfb/extended-clipboard.ts';
import { cutText } from './rfb/server-messages.ts';

/** Opens the clipboard of the display; `changed` hears of every text that a program there copies. */
export type OpenClipboard = (changed: (text: string) => void) => Promise<Clipboard>;

/** What the viewers of this screen can take: nothing while none is past its handshake. */
export type ClipboardDialect = 'none' | 'latin1' | 'extended';

/** With this much waiting to leave, nothing more is read that asks for answers. Above the channel's low-water mark. */
const MAX_QUEUED_BYTES = 1024 * 1024;

/** Carries cut text both ways over a clipboard lane: as Unicode where the viewer can, else as Latin-1. */
export class ClipboardLane {
  readonly #lane: LaneChannel;
  readonly #reader = new ClientMessageReader([ClientType.cutText]);
  readonly #closed: (reason: string | undefined) => void;
  #clipboard: Clipboard | undefined;
  #dialect: ClipboardDialect = 'none';
  /** What the display last copied: given when the viewer asks for it, or once a viewer is there. */
  #offered: string | undefined;
  /** `#offered` as it goes out: packing takes long, and it may be asked for often. */
  #packed: Uint8Array | undefined;
  /** The viewer's newest text, until it is written. One that came before it is worth nothing any more. */
  #brought: (() => string) | undefined;
  #writing = false;
  /** Something was not said because the viewer does not read. */
  #isBehind = false;
  #ended = false;

  constructor(lane: LaneChannel, open: OpenClipboard, closed: (reason: string | undefined) => void) {
    this.#lane = lane;
    this.#closed = closed;
    lane.onClose(() => this.#end(undefined));
    if (this.#ended) return;
    lane.onDrain(() => {
      this.#listen();
      if (this.#isBehind) this.#tell();
    });
    this.#listen();
    open((text) => this.#offer(text)).then(
      (clipboard) => {
        if (this.#ended) void clipboard.close().catch(() => {});
        else this.#clipboard = clipboard;
        void this.#write();
      },
      (error: Error) => this.#end(error.message),
    );
  }

  /** The viewers' abilities became known, or changed. */
  speak(dialect: ClipboardDialect): void {
    if (dialect === this.#dialect) return;
    this.#dialect = dialect;
    const reads = this.#lane.bufferedBytes <= MAX_QUEUED_BYTES;
    if (dialect === 'extended' && reads) this.#lane.send(clipboardCaps());
    this.#tell();
  }

  get closed(): boolean {
    return this.#ended;
  }

  close(): void {
    this.#end(undefined);
  }

  #offer(text: string): void {
    if (this.#ended || Buffer.byteLength(text) > MAX_CUT_TEXT_BYTES) return;
    if (text !== this.#offered) this.#packed = undefined;
    this.#offered = text;
    this.#tell();
  }

  /** Says what there is in the viewer's dialect; one that does not read hears the newest when it does. */
  #tell(): void {
    this.#isBehind = this.#lane.bufferedBytes > MAX_QUEUED_BYTES;
    if (this.#ended || this.#isBehind || this.#offered === undefined) return;
    if (this.#dialect === 'extended') this.#lane.send(clipboardNotify(true));
    else if (this.#dialect === 'latin1') this.#lane.send(cutText(this.#offered));
  }

  #listen(): void {
    if (this.#ended || this.#lane.bufferedBytes > MAX_QUEUED_BYTES) return;
    this.#lane.onMessage((bytes) => this.#receive(bytes));
  }

  /** Answers a bunch of messages once, however often they ask for the same. */
  #receive(bytes: Buffer): void {
    let asked = 0;
    try {
      for (const message of this.#reader.read(bytes)) asked |= this.#read(message);
    } catch (error) {
      if (!(error instanceof RfbProtocolError)) throw error;
      this.#end(error.message);
      return;
    }
    if (asked & ClipboardFlag.request && this.#offered !== undefined) {
      this.#packed ??= clipboardProvide(this.#offered);
      this.#lane.send(this.#packed);
    }
    if (asked & ClipboardFlag.peek) this.#lane.send(clipboardNotify(this.#offered !== undefined));
    if (asked & ClipboardFlag.notify) this.#lane.send(clipboardRequest());
    if (this.#lane.bufferedBytes > MAX_QUEUED_BYTES) this.#lane.onMessage(undefined);
    void this.#write();
  }

  /** @returns the flags that want an answer. */
  #read(message: ClientMessage): number {
    if (message.type === 'cut-text') {
      const { latin1 } = message;
      this.#brought = () => latin1.toString('latin1').replaceAll('\r\n', '\n');
    }
    if (message.type !== 'extended-cut-text') return 0;
    const { flags, data } = message;
    const { text, caps, request, peek, notify, provide } = ClipboardFlag;
    // The viewer's own capabilities: all that we send it, it asked for.
    if (flags & caps) return 0;
    if (flags & provide && flags & text) this.#brought = () => readProvidedText(data);
    return flags & (flags & text ? request | peek | notify : request | peek);
  }

  /** One text at a time goes to the display, and of those that came meanwhile the last. */
  async #write(): Promise<void> {
    const clipboard = this.#clipboard;
    if (this.#writing || !clipboard) return;
    this.#writing = true;
    try {
      for (let text = this.#brought; text && !this.#ended; text = this.#brought) {
        this.#brought = undefined;
        await clipboard.write(text());
      }
    } catch (error) {
      const problem = (error as Error).message;
      this.#end(
        error instanceof RfbProtocolError ? problem : `the display takes no clipboard text: ${problem}`,
      );
    }
    this.#writing = false;
  }

  #end(reason: string | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#lane.onMessage(undefined);
    this.#lane.close();
    this.#clipboard?.close().catch(() => {
      // A display that is gone has no clipboard to give back.
    });
    this.#closed(reason);
  }
}
