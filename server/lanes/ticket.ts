import { randomBytes } from 'node:crypto';
import { TICKET_TTL_MS } from '../../protocol/lane.ts';
import type { Side } from '../../protocol/session.ts';
import type { Clock } from '../clock.ts';

/** What a ticket opens: one side of one lane, once. */
export interface Admission {
  readonly laneId: string;
  readonly side: Side;
  /** The sign-in that a technician's end speaks for. */
  readonly signInId?: string | undefined;
}

interface Issued extends Admission {
  readonly ticket: string;
  readonly expiresAt: number;
}

/** A ticket that is asked for again is given again while this much of its time is left. */
const WORTH_GIVING_MS = TICKET_TTL_MS / 2;

/** The tickets that are out. */
export class TicketBook {
  readonly #clock: Clock;
  /** In the order of issue, which is the order in which they expire. */
  readonly #byTicket = new Map<string, Issued>();
  readonly #byAdmission = new Map<string, Issued>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(admission: Admission): string {
    this.#forgetExpired();
    const now = this.#clock.now();
    const out = this.#byAdmission.get(key(admission));
    if (out && out.expiresAt - now >= WORTH_GIVING_MS) return out.ticket;
    const ticket = randomBytes(32).toString('base64url');
    const issued = { ...admission, ticket, expiresAt: now + TICKET_TTL_MS };
    this.#byTicket.set(ticket, issued);
    this.#byAdmission.set(key(admission), issued);
    return ticket;
  }

  /** Without using it up. Nothing for one that is unknown, used or expired. */
  lookAt(ticket: string): Admission | undefined {
    const issued = this.#byTicket.get(ticket);
    return issued && issued.expiresAt > this.#clock.now() ? issued : undefined;
  }

  /** Uses it up. Nothing for one that is unknown, used or expired. */
  redeem(ticket: string): Admission | undefined {
    const admission = this.lookAt(ticket);
    const issued = this.#byTicket.get(ticket);
    if (issued) this.#forget(issued);
    return admission;
  }

  /** A sign-in has ended: what it was given opens nothing more. */
  withdraw(signInId: string): void {
    for (const issued of this.#byTicket.values()) if (issued.signInId === signInId) this.#forget(issued);
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    for (const issued of this.#byTicket.values()) {
      if (issued.expiresAt > now) return;
      this.#forget(issued);
    }
  }

  #forget(issued: Issued): void {
    this.#byTicket.delete(issued.ticket);
    if (this.#byAdmission.get(key(issued)) === issued) this.#byAdmission.delete(key(issued));
  }
}

const key = ({ laneId, side, signInId = '' }: Admission): string => `${laneId} ${side} ${signInId}`;
