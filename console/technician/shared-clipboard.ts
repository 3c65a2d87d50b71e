import type { LaneChannel } from '../shared/lane-channel.ts';
import { type Store, WritableStore } from '../shared/store.ts';
import {
  ClipboardFlag,
  extendedCutText,
  MAX_CLIPBOARD_BYTES,
  packText,
  parseCutText,
  unpackText,
  viewerCaps,
} from './cut-text.ts';

/** The technician's end of the clipboard lane: what was copied there comes here, what is given here goes there. */
export class SharedClipboard {
  readonly #received = new WritableStore<string | undefined>(undefined);
  /** The last text that was copied on the customer's computer. */
  readonly received: Store<string | undefined> = this.#received;
  #lane: LaneChannel | undefined;
  #given: string | undefined;

  serve(lane: LaneChannel): void {
    this.#lane = lane;
    lane.onMessage = (bytes) => void this.#receive(lane, bytes);
    lane.onOpen = () => {
      if (this.#given !== undefined) this.#notify(lane);
    };
    lane.onClose = () => {
      if (this.#lane === lane) this.#lane = undefined;
    };
  }

  /** Puts `text` on the customer's clipboard. False when there is no lane, or it is more than fits. */
  give(text: string): boolean {
    if (!this.#lane?.isOpen || new TextEncoder().encode(text).length > MAX_CLIPBOARD_BYTES) return false;
    if (text !== this.#given) {
      this.#given = text;
      this.#notify(this.#lane);
    }
    return true;
  }

  #notify(lane: LaneChannel): void {
    lane.send(extendedCutText(ClipboardFlag.notify | ClipboardFlag.text));
  }

  async #receive(lane: LaneChannel, bytes: Uint8Array): Promise<void> {
    const message = parseCutText(bytes);
    if (message?.kind === 'plain') this.#received.set(message.text);
    if (message?.kind !== 'extended') return;
    const { flags, data } = message;
    if (flags & ClipboardFlag.caps) lane.send(viewerCaps());
    else if (flags & ClipboardFlag.notify && flags & ClipboardFlag.text)
      lane.send(extendedCutText(ClipboardFlag.request | ClipboardFlag.text));
    else if (flags & ClipboardFlag.request && this.#given !== undefined)
      lane.send(extendedCutText(ClipboardFlag.provide | ClipboardFlag.text, await packText(this.#given)));
    else if (flags & ClipboardFlag.peek)
      lane.send(extendedCutText(ClipboardFlag.notify | (this.#given === undefined ? 0 : ClipboardFlag.text)));
    else if (flags & ClipboardFlag.provide && flags & ClipboardFlag.text) {
      const text = await unpackText(data);
      if (text !== undefined) this.#received.set(text);
    }
  }
}
