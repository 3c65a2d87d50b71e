import { createHash, randomBytes } from 'node:crypto';
import {
  HAND_OVER_TICKET_TTL_MS,
  type HandOverState,
  type TurnedAwayReason,
} from '../../protocol/hand-over.ts';
import type { EntryOf } from '../../protocol/record.ts';
import type { Clock } from '../clock.ts';

/** A program that came with a ticket and has no part in the session yet. */
export type Successor = Pick<
  EntryOf<'agent.handed-over'>,
  'computer' | 'agent' | 'agentTokenHash' | 'signingKey'
>;

export interface HandOverTicket {
  readonly ticket: string;
  readonly expiresAt: number;
}

/** A program that came is let in within this time, or not at all: its customer comes back from a terminal, and reads. */
export const TAKE_OVER_WITHIN_MS = 2 * 60_000;

export interface HandOverNews {
  changed(): void;
  /** It came with a good ticket, and has no part in the session. */
  turnedAway(program: Successor, reason: TurnedAwayReason): void;
}

export const newTicket = (now: number): HandOverTicket => ({
  ticket: randomBytes(32).toString('base64url'),
  expiresAt: now + HAND_OVER_TICKET_TTL_MS,
});

/**
 * One session's way from a browser to a program: the one ticket that is good, and the one program that came with it. None
 * of it outlives the broker: after a restart the customer asks for a new ticket.
 */
export class HandOver {
  readonly #clock: Clock;
  readonly #news: HandOverNews;
  #ticket: { readonly hash: string; readonly expiresAt: number } | undefined;
  #successor: Successor | undefined;
  #came = 0;
  /** The program's connection; it comes after the program. */
  #connectionId: string | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, news: HandOverNews) {
    this.#clock = clock;
    this.#news = news;
  }

  /** The program, once it is connected: before that there is nobody to hand over to. */
  get successor(): Successor | undefined {
    return this.#connectionId === undefined ? undefined : this.#successor;
  }

  get state(): Pick<HandOverState, 'ticketUntil' | 'comes'> {
    const { successor } = this;
    return {
      ...(this.#ticket && { ticketUntil: new Date(this.#ticket.expiresAt).toISOString() }),
      ...(successor && {
        comes: {
          signingKey: successor.signingKey,
          platform: successor.computer.platform,
          ...(successor.computer.hostName !== undefined && { hostName: successor.computer.hostName }),
          since: new Date(this.#came).toISOString(),
          expiresAt: new Date(this.#came + TAKE_OVER_WITHIN_MS).toISOString(),
        },
      }),
    };
  }

  /** This ticket is good, and no other. A program that came before has to go. */
  allow({ ticket, expiresAt }: HandOverTicket): void {
    this.end('replaced');
    this.#ticket = { hash: hashTicket(ticket), expiresAt };
    this.#endAfter(expiresAt - this.#clock.now());
  }

  /** Uses up the ticket. False for one that is not the good one. */
  redeem(ticket: string): boolean {
    if (this.#ticket?.hash !== hashTicket(ticket)) return false;
    const isGood = this.#ticket.expiresAt > this.#clock.now();
    this.#ticket = undefined;
    return isGood;
  }

  expect(successor: Successor): void {
    this.#successor = successor;
    this.#came = this.#clock.now();
    this.#endAfter(TAKE_OVER_WITHIN_MS);
    this.#news.changed();
  }

  hasToken = (agentTokenHash: string): boolean => this.#successor?.agentTokenHash === agentTokenHash;

  came(connectionId: string): void {
    // Turned away while it connected.
    if (!this.#successor) return;
    this.#connectionId = connectionId;
    this.#news.changed();
  }

  /** Its program went before it was let in: the browser simply goes on. */
  gone(connectionId: string): void {
    if (this.#connectionId === connectionId) this.end('gone');
  }

  /** Nobody may come any more, and who came is turned away; without a reason it was let in, or the session is over. */
  end(reason?: TurnedAwayReason): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#connectionId = undefined;
    const program = this.#successor;
    if (!this.#ticket && !program) return;
    this.#ticket = undefined;
    this.#successor = undefined;
    if (program && reason) this.#news.turnedAway(program, reason);
    this.#news.changed();
  }

  #endAfter(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(ms, () =>
      this.end(this.#connectionId === undefined ? 'gone' : 'no-answer'),
    );
  }
}

/** 256 random bits: a plain hash is safe to keep, and compared in any time. */
const hashTicket = (ticket: string): string => createHash('sha256').update(ticket).digest('base64url');
