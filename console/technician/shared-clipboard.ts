import {
  ClipboardFlag,
  clipboardCaps,
  extendedCutText,
  fitsClipboard,
  MAX_CLIPBOARD_BYTES,
  packText,
  parseCutText,
  unpackText,
} from '../shared/cut-text.ts';
import type { LaneChannel } from '../shared/lane-channel.ts';
import { type Store, WritableStore } from '../shared/store.ts';

/** With this much waiting to leave nothing more is answered: the other end asks and does not read. */
const MAX_QUEUED_BYTES = MAX_CLIPBOARD_BYTES;

/** What became of the customer's clipboard last: its text came, or they gave none when they were asked. */
export type ClipboardNews = { readonly text: string } | 'declined';

export type Given = 'given' | 'no-lane' | 'too-large';

/** The technician's end of the clipboard lane: what was copied there comes here, what is given here goes there. */
export class SharedClipboard {
  readonly #news = new WritableStore<ClipboardNews | undefined>(undefined);
  readonly news: Store<ClipboardNews | undefined> = this.#news;
  #received: string | undefined;
  #lane: LaneChannel | undefined;
  #given: string | undefined;
  /** The other end has fetched it: a new lane has nothing to tell. */
  #isFetched = false;
  #isAsking = false;

  /** The last text that was copied on the customer's computer. */
  get received(): string | undefined {
    return this.#received;
  }

  serve(lane: LaneChannel): void {
    this.#lane = lane;
    this.#isAsking = false;
    lane.onMessage = (bytes) => void this.#receive(lane, bytes);
    lane.onOpen = () => {
      if (this.#given !== undefined && !this.#isFetched) this.#notify(lane);
    };
    lane.onClose = () => {
      if (this.#lane === lane) this.#lane = undefined;
    };
  }

  /** Puts `text` on the customer's clipboard, or before their eyes. */
  give(text: string): Given {
    if (!this.#lane?.isOpen) return 'no-lane';
    if (!fitsClipboard(text)) return 'too-large';
    this.#given = text;
    this.#isFetched = false;
    this.#notify(this.#lane);
    return 'given';
  }

  /** The same without a press: what is there already does not go again. */
  keepAlike(text: string): void {
    if (text !== '' && text !== this.#given && text !== this.#received) this.give(text);
  }

  /** Asks the customer for what they copied. False when there is no lane. */
  ask(): boolean {
    if (!this.#lane?.isOpen) return false;
    this.#isAsking = true;
    this.#request(this.#lane);
    return true;
  }

  #notify(lane: LaneChannel): void {
    say(lane, extendedCutText('viewer', ClipboardFlag.notify | ClipboardFlag.text));
  }

  #request(lane: LaneChannel): void {
    say(lane, extendedCutText('viewer', ClipboardFlag.request | ClipboardFlag.text));
  }

  #came(text: string): void {
    this.#isAsking = false;
    this.#received = text;
    this.#news.set({ text });
  }

  async #receive(lane: LaneChannel, bytes: Uint8Array): Promise<void> {
    const message = parseCutText('server', bytes);
    if (message?.kind === 'plain') this.#came(message.text);
    if (message?.kind !== 'extended') return;
    const { flags, data } = message;
    const { caps, notify, request, peek, provide, text } = ClipboardFlag;
    if (flags & caps) say(lane, clipboardCaps('viewer'));
    else if (flags & notify && flags & text) this.#request(lane);
    else if (flags & notify) this.#declined();
    else if (flags & request) await this.#provide(lane);
    else if (flags & peek)
      say(lane, extendedCutText('viewer', notify | (this.#given === undefined ? 0 : text)));
    else if (flags & provide && flags & text) {
      const theirs = await unpackText(data);
      if (theirs !== undefined) this.#came(theirs);
    }
  }

  /** Nothing is there: an answer only to who asked. */
  #declined(): void {
    if (!this.#isAsking) return;
    this.#isAsking = false;
    // Each no is news, also the second one.
    this.#news.set(undefined);
    this.#news.set('declined');
  }

  async #provide(lane: LaneChannel): Promise<void> {
    const given = this.#given;
    if (given === undefined) return;
    const packed = await packText(given);
    say(lane, extendedCutText('viewer', ClipboardFlag.provide | ClipboardFlag.text, packed));
    if (this.#given === given) this.#isFetched = true;
  }
}

function say(lane: LaneChannel, message: Uint8Array): void {
  if (lane.bufferedBytes <= MAX_QUEUED_BYTES) lane.send(message);
}
