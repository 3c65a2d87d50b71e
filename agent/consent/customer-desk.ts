import type { Readable } from 'node:stream';
import type { AnswerMode } from '../../protocol/consent.ts';
import type { CustomerYes, LocalCommand, LocalState } from '../../protocol/local-page.ts';
import type { CarriedVoice, VoicePage } from '../voice/page-voice.ts';

/** A file that the customer sends, as a stream of exactly `size` bytes. */
export interface CustomerFile {
  readonly name: string;
  readonly size: number;
  readonly content: Readable;
}

/** What a customer sees and can do. The local page, the terminal and the answers given in advance all speak to this, and to nothing else. */
export interface CustomerDesk {
  /** What the customer keeps, once the session is over and the server gave it. */
  readonly receipt: { readonly text: string | undefined };
  /** `undefined` until the broker has told where the session stands. */
  state(): LocalState | undefined;
  /** @returns stops listening. */
  onChange(listener: () => void): () => void;
  /**
   * Never throws: what goes wrong is told in `state().problem`.
   * @returns false for a yes that did not count, because it may not have been the customer's: they can answer again.
   */
  command(command: LocalCommand, mode: AnswerMode): boolean;
  /**
   * A yes to the voice, by a page that has the customer's microphone: it carries the voice from now on. Nothing when the
   * yes did not count, or another page carries it.
   */
  carryVoice(page: VoicePage, yes: CustomerYes): CarriedVoice | undefined;
  /** Whether a yes that is given now counts. When it may not be the customer's, `state().problem` says so. */
  yesCounts(): boolean;
  /**
   * Offers the file and sends it when the technician took it. Resolves when it is over; rejects with a sentence when it
   * was not sent, and with NotTheCustomer when it may not be the customer who gave it.
   */
  sendFile(file: CustomerFile): Promise<void>;
}

/** One of the three ways to meet a customer, started over a desk. */
export interface CustomerInterface {
  close(): Promise<void>;
}
