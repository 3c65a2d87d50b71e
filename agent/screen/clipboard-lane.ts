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

/** Carries cut text both ways over a clipboard lane: as Unicode where the viewer can, else as Latin-1. */
export class ClipboardLane {
  readonly #lane: LaneChannel;
  readonly #reader = new ClientMessageReader([ClientType.cutText]);
  readonly #closed: (reason: string | undefined) => void;
  #clipboard: Clipboard | undefined;
  #dialect: ClipboardDialect = 'none';
  /** What the display last copied: given when the viewer asks for it, or once a viewer is there. */
  #offered: string | undefined;
  #writing: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(lane: LaneChannel, open: OpenClipboard, closed: (reason: string | undefined) => void) {
    this.#lane = lane;
    this.#closed = closed;
    lane.onClose(() => this.#end(undefined));
    if (this.#ended) return;
    lane.onMessage((bytes) => this.#receive(bytes));
    open((text) => this.#offer(text)).then(
      (clipboard) => {
        if (this.#ended) void clipboard.close().catch(() => {});
        else this.#clipboard = clipboard;
      },
      (error: Error) => this.#end(error.message),
    );
  }

  /** The viewers' abilities became known, or changed. */
  speak(dialect: ClipboardDialect): void {
    this.#dialect = dialect;
    if (dialect === 'extended') this.#lane.send(clipboardCaps());
    if (this.#offered !== undefined) this.#offer(this.#offered);
  }

  get closed(): boolean {
    return this.#ended;
  }

  close(): void {
    this.#end(undefined);
  }

  #offer(text: string): void {
    if (this.#ended || Buffer.byteLength(text) > MAX_CUT_TEXT_BYTES) return;
    this.#offered = text;
    if (this.#dialect === 'extended') this.#lane.send(clipboardNotify(true));
    else if (this.#dialect === 'latin1') this.#lane.send(cutText(text));
  }

  #receive(bytes: Buffer): void {
    try {
      for (const message of this.#reader.read(bytes)) this.#handle(message);
    } catch (error) {
      if (!(error instanceof RfbProtocolError)) throw error;
      this.#end(error.message);
    }
  }

  #handle(message: ClientMessage): void {
    if (message.type === 'cut-text') this.#write(message.latin1.toString('latin1').replaceAll('\r\n', '\n'));
    if (message.type !== 'extended-cut-text') return;
    const { flags, data } = message;
    // The viewer's own capabilities: all that we send it, it asked for.
    if (flags & ClipboardFlag.caps) return;
    if (flags & ClipboardFlag.request && this.#offered !== undefined)
      this.#lane.send(clipboardProvide(this.#offered));
    if (flags & ClipboardFlag.peek) this.#lane.send(clipboardNotify(this.#offered !== undefined));
    if (flags & ClipboardFlag.notify && flags & ClipboardFlag.text) this.#lane.send(clipboardRequest());
    if (flags & ClipboardFlag.provide && flags & ClipboardFlag.text) this.#write(readProvidedText(data));
  }

  #write(text: string): void {
    this.#writing = this.#writing
      .then(() => this.#clipboard?.write(text))
      .catch((error: Error) => this.#end(`the display takes no clipboard text: ${error.message}`));
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
