import type { Clipboard } from '../platform.ts';
import { X11Display } from './display.ts';
import type { FixesExtension } from './extensions.ts';
import { SelectionOwner } from './selection-owner.ts';
import { SelectionWindow } from './selection-window.ts';

/** Text that is longer is not carried: it would be a file transfer in disguise. */
export const MAX_CLIPBOARD_BYTES = 1024 * 1024;
const READ_TIMEOUT_MS = 5_000;
const SELECTION_OWNER_CHANGED = 1;

/**
 * CLIPBOARD of an X display (ICCCM 2), text only. What was copied before the clipboard was granted stays private:
 * only changes are told. Our own `write` is not told back.
 */
export class X11Clipboard implements Clipboard {
  readonly #window: SelectionWindow;
  readonly #owner: SelectionOwner;
  readonly #changed: (text: string) => void;
  #reading = new AbortController();
  #closed = false;

  private constructor(window: SelectionWindow, changed: (text: string) => void) {
    this.#window = window;
    this.#owner = new SelectionOwner(window);
    this.#changed = changed;
  }

  /** Connects to the display (`:0`); throws when it offers no XFIXES, without which changes cannot be seen. */
  static async open(changed: (text: string) => void, displayName?: string): Promise<X11Clipboard> {
    const display = await X11Display.connect(displayName);
    try {
      const fixes = await display.extension<FixesExtension>('fixes');
      const window = await SelectionWindow.create(display);
      const clipboard = new X11Clipboard(window, changed);
      display.onEvent((event) => {
        // The core event of the same name has no subtype.
        if (event.name === 'SelectionNotify' && event.subtype !== undefined)
          clipboard.#ownerChanged(event.owner as number, event.selectionTimestamp as number);
      });
      fixes.SelectSelectionInput(window.id, window.atoms.clipboard, SELECTION_OWNER_CHANGED);
      await display.sync();
      return clipboard;
    } catch (error) {
      await display.close();
      throw error;
    }
  }

  /** Throws when the text is too long or another program claimed the clipboard at the same time. */
  async write(text: string): Promise<void> {
    if (Buffer.byteLength(text) > MAX_CLIPBOARD_BYTES)
      throw new Error(`more than ${MAX_CLIPBOARD_BYTES} bytes of text do not go into the clipboard`);
    await this.#owner.offer(text);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#reading.abort();
    await this.#window.close();
  }

  #ownerChanged(owner: number, time: number): void {
    this.#reading.abort();
    if (owner === 0 || owner === this.#window.id) return;
    const reading = new AbortController();
    this.#reading = reading;
    this.#read(time, reading.signal)
      .then((text) => {
        if (text !== undefined && !reading.signal.aborted) this.#changed(text);
      })
      .catch(() => {
        // The owner went away, stopped half way, or a newer selection came: there is no text to tell of.
      })
      .finally(() => reading.abort());
  }

  /** `undefined`: the owner has no text, or too much of it. */
  async #read(time: number, signal: AbortSignal): Promise<string | undefined> {
    const { display, id, atoms } = this.#window;
    const property = this.#window.nextTransferProperty();
    const answered = this.#window.nextEvent(
      READ_TIMEOUT_MS,
      (event) =>
        event.name === 'SelectionNotify' &&
        event.requestor === id &&
        (event.property === property || event.property === 0),
      signal,
    );
    display.client.ConvertSelection(id, atoms.clipboard, atoms.utf8String, property, time);
    if ((await answered).property === 0) return undefined;
    let written = this.#nextInstalment(property, signal);
    const whole = await this.#window.takeProperty(property, MAX_CLIPBOARD_BYTES);
    if (whole.type !== atoms.incr) return whole.bytesAfter > 0 ? undefined : textOf(whole.data);
    const instalments: Buffer[] = [];
    let length = 0;
    for (;;) {
      await written;
      // Taking one makes the owner write the next: the waiting begins before.
      written = this.#nextInstalment(property, signal);
      const { data, bytesAfter } = await this.#window.takeProperty(property, MAX_CLIPBOARD_BYTES);
      if (data.length === 0) return textOf(Buffer.concat(instalments));
      length += data.length;
      if (bytesAfter > 0 || length > MAX_CLIPBOARD_BYTES) return undefined;
      instalments.push(Buffer.from(data));
    }
  }

  #nextInstalment(property: number, signal: AbortSignal): Promise<unknown> {
    const { id } = this.#window;
    const written = this.#window.propertyChanged(id, property, 'written', READ_TIMEOUT_MS, signal);
    written.catch(() => {}); // the last one never comes, and nobody awaits it
    return written;
  }
}

/** NUL ends a text for many programs; what follows would be hidden from the eye. */
function textOf(data: Buffer): string {
  return data.toString('utf8').replaceAll('\0', '');
}
