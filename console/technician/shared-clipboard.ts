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

export interface ClipboardRules {
  /** Something is to go. False when no lane can be had for it; else it goes as soon as there is one. */
  laneNeeded(): boolean;
  /** A lane opened, or something began to go over it, or is over. */
  changed(): void;
}

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
  /** A text was asked for and has not come. */
  #isFetching = false;
  #timesForgotten = 0;
  readonly #rules: ClipboardRules;

  constructor(rules: ClipboardRules) {
    this.#rules = rules;
  }

  /** Something is under way, or somebody waits for an answer. */
  get isBusy(): boolean {
    const isGiving = this.#given !== undefined && !this.#isFetched;
    return isGiving || this.#isAsking || this.#isFetching || (this.#lane?.bufferedBytes ?? 0) > 0;
  }

  /** The last text that was copied on the customer's computer. */
  get received(): string | undefined {
    return this.#received;
  }

  serve(lane: LaneChannel): void {
    this.#lane = lane;
    this.#isFetching = false;
    lane.onMessage = (bytes) => void this.#receive(lane, bytes);
    lane.onOpen = () => {
      if (this.#given !== undefined && !this.#isFetched) this.#notify(lane);
      if (this.#isAsking) this.#request(lane);
      this.#rules.changed();
    };
    lane.onClose = () => {
      if (this.#lane !== lane) return;
      this.#lane = undefined;
      this.#isFetching = false;
    };
  }

  /** Puts `text` on the customer's clipboard, or before their eyes. */
  give(text: string): Given {
    if (!fitsClipboard(text)) return 'too-large';
    if (!this.#canReach()) return 'no-lane';
    this.#given = text;
    this.#isFetched = false;
    if (this.#lane?.isOpen) this.#notify(this.#lane);
    this.#rules.changed();
    return 'given';
  }

  /** The same without a press: what is there already does not go again. */
  keepAlike(text: string): void {
    if (text !== '' && text !== this.#given && text !== this.#received) this.give(text);
  }

  /** Asks the customer for what they copied. False when there is no way to them. */
  ask(): boolean {
    if (!this.#canReach()) return false;
    this.#isAsking = true;
    if (this.#lane?.isOpen) this.#request(this.#lane);
    this.#rules.changed();
    return true;
  }

  /** The tool is not allowed any more: what waited is gone, and nobody is asked again when it is allowed anew. */
  forget(): void {
    this.#timesForgotten += 1;
    this.#given = undefined;
    this.#isFetched = false;
    this.#isAsking = false;
    this.#received = undefined;
    this.#news.set(undefined);
  }

  #canReach(): boolean {
    // Also while one is open: it may just be given back.
    return this.#rules.laneNeeded() || (this.#lane?.isOpen ?? false);
  }

  #notify(lane: LaneChannel): void {
    say(lane, extendedCutText('viewer', ClipboardFlag.notify | ClipboardFlag.text));
  }

  #request(lane: LaneChannel): void {
    say(lane, extendedCutText('viewer', ClipboardFlag.request | ClipboardFlag.text));
  }

  /** `undefined`: what came could not be read. */
  #came(text: string | undefined): void {
    this.#isFetching = false;
    if (text !== undefined) {
      this.#isAsking = false;
      this.#received = text;
      this.#news.set({ text });
    }
    this.#rules.changed();
  }

  async #receive(lane: LaneChannel, bytes: Uint8Array): Promise<void> {
    const message = parseCutText('server', bytes);
    if (message?.kind === 'plain') this.#came(message.text);
    if (message?.kind !== 'extended') return;
    const { flags, data } = message;
    const { caps, notify, request, peek, provide, text } = ClipboardFlag;
    if (flags & caps) say(lane, clipboardCaps('viewer'));
    else if (flags & notify && flags & text) this.#fetch(lane);
    else if (flags & notify) this.#declined();
    else if (flags & request) await this.#provide(lane);
    else if (flags & peek)
      say(lane, extendedCutText('viewer', notify | (this.#given === undefined ? 0 : text)));
    else if (flags & provide && flags & text) {
      const times = this.#timesForgotten;
      const came = await unpackText(data);
      // Taken back meanwhile, it is nobody's here.
      if (this.#timesForgotten === times) this.#came(came);
    }
  }

  #fetch(lane: LaneChannel): void {
    this.#isFetching = true;
    this.#request(lane);
    this.#rules.changed();
  }

  /** Nothing is there, or no longer: an answer only to who asked. */
  #declined(): void {
    const isAnswer = this.#isAsking;
    this.#isFetching = false;
    this.#isAsking = false;
    this.#rules.changed();
    if (!isAnswer) return;
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
    this.#rules.changed();
  }
}

function say(lane: LaneChannel, message: Uint8Array): void {
  if (lane.bufferedBytes <= MAX_QUEUED_BYTES) lane.send(message);
}
