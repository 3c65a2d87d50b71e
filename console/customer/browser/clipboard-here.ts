import type { LaneChannel } from '../../../protocol/customer-end/lane-channel.ts';
import { fitsClipboard } from '../../shared/cut-text.ts';
import { type Store, WritableStore } from '../../shared/store.ts';
import { PageClipboardLane } from './page-clipboard-lane.ts';

/** What the customer is about to give: theirs to read and to change before it goes. */
export interface ClipboardDraft {
  readonly text: string;
  /** The browser let the page read it; else the customer pastes it. */
  readonly isRead: boolean;
  /** What was pasted or read last is more than a clipboard carries. It is not taken: a page that lays it out stands still. */
  readonly isTooLong: boolean;
  /** Pressed, and not fetched yet. */
  readonly isOnItsWay: boolean;
}

/** What waits for the customer between the two clipboards. */
export interface ClipboardView {
  /** The technician's newest text. */
  readonly received: { readonly number: number; readonly text: string } | undefined;
  /** The technician asks for what the customer copied. */
  readonly isAsked: boolean;
  readonly draft: ClipboardDraft | undefined;
  /** What came of the last press. */
  readonly news: 'copied' | 'not-copied' | 'sent' | undefined;
}

const NOTHING: ClipboardView = {
  received: undefined,
  isAsked: false,
  draft: undefined,
  news: undefined,
};

export const waitsForCustomer = ({ received, isAsked, draft }: ClipboardView): boolean =>
  received !== undefined || isAsked || draft !== undefined;

interface ClipboardHereParts {
  /** Something came that is no text; it was not taken. */
  readonly unreadable: () => void;
  /** See `waiting`. */
  readonly laneNeeded: () => void;
  readonly isAllowed: () => boolean;
}

/**
 * The clipboard of a customer in a browser. Nothing of it leaves the page, and nothing gets onto it, but by the press of
 * whoever sits there: they see each text first.
 */
export class ClipboardHere {
  readonly #view = new WritableStore<ClipboardView>(NOTHING);
  readonly view: Store<ClipboardView> = this.#view;
  readonly #parts: ClipboardHereParts;
  #lane: PageClipboardLane | undefined;
  #count = 0;

  constructor(parts: ClipboardHereParts) {
    this.#parts = parts;
  }

  /** A text was sent and there is no lane for it. */
  get waiting(): boolean {
    return this.#lane === undefined && this.#view.get().draft?.isOnItsWay === true;
  }

  serve(channel: LaneChannel): void {
    const lane = new PageClipboardLane(channel, {
      came: (text) => {
        this.#count += 1;
        if (text !== '') this.#change({ received: { number: this.#count, text }, news: undefined });
      },
      wanted: () => this.#change({ isAsked: true }),
      given: () => this.#change({ draft: undefined, isAsked: false, news: 'sent' }),
      unreadable: this.#parts.unreadable,
    });
    this.#lane = lane;
    channel.onClose(() => {
      if (this.#lane === lane) this.#lane = undefined;
    });
    // Also what had not gone over the lane before.
    const { draft } = this.#view.get();
    if (draft?.isOnItsWay) lane.offer(draft.text);
  }

  /** Only in answer to a press: a browser lets a page write in no other moment. */
  async copy(text: string): Promise<void> {
    const { received } = this.#view.get();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Refused by the browser: the text stays where it can be marked.
      this.#change({ news: 'not-copied' });
      return;
    }
    const isNewest = this.#view.get().received === received;
    this.#change({ news: 'copied', ...(isNewest ? { received: undefined } : {}) });
  }

  dismiss(): void {
    this.#change({ received: undefined, news: undefined });
  }

  /** Looks at what the customer copied, and sends nothing yet. Only in answer to a press. */
  async beginDraft(): Promise<void> {
    let text = '';
    try {
      text = await navigator.clipboard.readText();
    } catch {
      // Refused by the person or the browser: they paste it.
    }
    // While the browser asked, the tool may have been taken back.
    if (!this.#parts.isAllowed()) return;
    this.#change({
      draft: { text: '', isRead: text !== '', isTooLong: false, isOnItsWay: false },
      news: undefined,
    });
    this.write(text);
  }

  write(text: string): void {
    const { draft } = this.#view.get();
    if (!draft || draft.isOnItsWay) return;
    const isTooLong = !fitsClipboard(text);
    this.#change({ draft: { ...draft, text: isTooLong ? draft.text : text, isTooLong } });
  }

  send(): void {
    const { draft } = this.#view.get();
    if (!draft || draft.text === '' || draft.isTooLong) return;
    this.#change({ draft: { ...draft, isOnItsWay: true } });
    if (this.#lane) this.#lane.offer(draft.text);
    else this.#parts.laneNeeded();
  }

  /** Nothing is given: neither what stands there, nor what was asked for. */
  refuse(): void {
    const { isAsked } = this.#view.get();
    if (isAsked) this.#lane?.decline();
    else this.#lane?.offer(undefined);
    this.#change({ draft: undefined, isAsked: false });
  }

  /** The tool is not allowed any more: what waited is gone. */
  forget(): void {
    if (Object.values(this.#view.get()).some(Boolean)) this.#view.set(NOTHING);
  }

  #change(change: Partial<ClipboardView>): void {
    this.#view.set({ ...this.#view.get(), ...change });
  }
}
