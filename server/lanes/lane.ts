import type { Socket } from 'node:net';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Side } from '../../protocol/session.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import { type Going, LaneEnd } from './lane-end.ts';
import type { LaneClosing, LaneFact, LaneKeeper } from './lane-registry.ts';

/** `waiting` for its ends, `opening` until its entry is durable, `open` while bytes flow. */
export type LaneStanding = 'waiting' | 'opening' | 'open' | 'closed';

/** One relayed path of one tool in one session: two ends, and the bytes between them, which nobody looks at. */
export class Lane {
  readonly fact: LaneFact;
  readonly #clock: Clock;
  readonly #keeper: LaneKeeper;
  readonly #over: (lane: Lane) => void;
  readonly #ends: Partial<Record<Side, LaneEnd>> = {};
  #standing: LaneStanding = 'waiting';
  #closing: LaneClosing = 'done';

  /** `over` is called once, when it is closed. */
  constructor(fact: LaneFact, clock: Clock, keeper: LaneKeeper, over: (lane: Lane) => void) {
    this.fact = fact;
    this.#clock = clock;
    this.#keeper = keeper;
    this.#over = over;
  }

  get standing(): LaneStanding {
    return this.#standing;
  }

  get bytes(): Record<Side, number> {
    return { technician: this.#ends.technician?.bytes ?? 0, customer: this.#ends.customer?.bytes ?? 0 };
  }

  has(side: Side): boolean {
    return this.#ends[side] !== undefined;
  }

  /** A side's socket after its handshake. With the second one the lane opens. */
  attach(side: Side, socket: Socket, head: Buffer): void {
    this.#ends[side] = new LaneEnd(socket, head, this.#clock, (going) => this.#left(side, going));
    if (this.#ends.technician && this.#ends.customer) void this.#open();
  }

  /** Nothing passes any more when this returns. */
  close(code: ErrorCode, reason: LaneClosing): void {
    if (this.#standing === 'closed') return;
    const wasOpen = this.#standing === 'open';
    this.#standing = 'closed';
    this.#closing = reason;
    this.#ends.technician?.close(code);
    this.#ends.customer?.close(code);
    this.#over(this);
    if (wasOpen) this.#keeper.laneClosed(this.fact, reason, this.bytes);
  }

  beat(): void {
    this.#ends.technician?.beat();
    this.#ends.customer?.beat();
  }

  async #open(): Promise<void> {
    this.#standing = 'opening';
    try {
      await this.#keeper.laneOpened(this.fact);
    } catch (error) {
      this.close(error instanceof Refusal ? error.code : 'internal', 'session-over');
      return;
    }
    // It may have been closed while its opening was written: then the record gets the end of it, too.
    if (this.standing === 'closed') this.#keeper.laneClosed(this.fact, this.#closing, this.bytes);
    else this.#relay();
  }

  #relay(): void {
    const { technician, customer } = this.#ends;
    if (!technician || !customer) return;
    this.#standing = 'open';
    technician.relayTo(customer);
    customer.relayTo(technician);
  }

  #left(side: Side, going: Going): void {
    if (going === 'done') this.close('lane.finished', going);
    // Only the customer has consent to take back; anybody else who says so is merely gone.
    else if (going === 'withdrawn' && side === 'customer') this.close('consent.withdrawn', 'revoked');
    else this.close('lane.peer-gone', going === 'withdrawn' ? 'connection-lost' : going);
  }
}
