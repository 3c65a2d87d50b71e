import type { CustomerVoice } from '../../protocol/customer-end/customer-end-parts.ts';
import type { CountedLane } from '../../protocol/customer-end/lane-channel.ts';
import type { MediaSignal } from '../../protocol/customer-end/media-signal.ts';
import type { LanePass } from '../../protocol/lane.ts';
import type { FromVoicePage, ToVoicePage } from '../../protocol/local-voice.ts';
import { needsMedia } from '../../protocol/tool.ts';
import { RelayedLane } from './relayed-lane.ts';

/** A page of ours that has the customer's microphone, as far as it can be reached. */
export interface VoicePage {
  /** As it calls itself. */
  readonly pageId: string;
  tell(message: ToVoicePage): void;
  /** It carries nothing any more, and lets the microphone go. */
  dismiss(): void;
}

/** What such a page does from then on. */
export interface CarriedVoice {
  heard(message: FromVoicePage): void;
  /** It let the microphone go: on purpose, or it was closed or loaded anew, or the browser ended. */
  left(onPurpose: boolean): void;
}

/** The customer's voice in one of the pages that this program serves: the program has no sound of its own. */
export class PageVoice implements CustomerVoice {
  readonly #pageLeft: (onPurpose: boolean) => void;
  #page: VoicePage | undefined;
  #lane: RelayedLane | undefined;

  /** @param pageLeft the page that carried the voice is gone by itself. */
  constructor(pageLeft: (onPurpose: boolean) => void) {
    this.#pageLeft = pageLeft;
  }

  /** The page that carries it now. */
  get pageId(): string | undefined {
    return this.#page?.pageId;
  }

  /** From now on this page carries the voice. Nothing when another one does: a voice has one microphone. */
  carry(page: VoicePage): CarriedVoice | undefined {
    if (this.#page) return undefined;
    this.#page = page;
    const isHere = () => this.#page === page;
    return {
      heard: (message) => {
        if (isHere()) this.#lane?.heard(message);
      },
      left: (onPurpose) => {
        if (!isHere()) return;
        this.#page = undefined;
        this.#lane?.close('consent.withdrawn');
        this.#pageLeft(onPurpose);
      },
    };
  }

  /** Rejects when no page carries the voice, or it cannot; and for any other tool, whatever a broker offers: a page has a microphone and nothing else. */
  open(pass: LanePass, signal: MediaSignal): Promise<CountedLane> {
    const page = this.#page;
    if (!page || !needsMedia(pass.tool)) return Promise.reject(new Error('no page carries this'));
    this.#lane?.close();
    this.#lane = new RelayedLane(pass, signal, (message) => page.tell(message));
    return this.#lane.joined;
  }

  /** The page speaks and listens as soon as it has joined. */
  serve(): void {}

  release(): void {
    const page = this.#page;
    this.#page = undefined;
    this.#lane?.close('consent.withdrawn');
    this.#lane = undefined;
    page?.dismiss();
  }
}
