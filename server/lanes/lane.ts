import type { ErrorCode } from '../../protocol/errors.ts';
import type { MediaFigures } from '../../protocol/media.ts';
import type { Side } from '../../protocol/session.ts';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';
import type { End, Going } from './end.ts';
import type { LaneClosing, LaneFact, LaneFigures, LaneKeeper } from './lane-registry.ts';

/** `waiting` for its ends, `opening` until its entry is durable, `open` while bytes flow. */
export type LaneStanding = 'waiting' | 'opening' | 'open' | 'closed';

/** Defects are logged; what goes over a lane never is. */
export type LaneLog = Pick<Logger, 'error'>;

/** One relayed path of one tool in one session: two ends, and the bytes between them, which nobody looks at. */
export class Lane {
  readonly fact: LaneFact;
  readonly #keeper: LaneKeeper;
  readonly #log: LaneLog;
  readonly #over: (lane: Lane) => void;
  readonly #ends: Partial<Record<Side, End>> = {};
  readonly #coming = new Set<Side>();
  #standing: LaneStanding = 'waiting';
  #closing: LaneClosing = 'done';

  /** `over` is called once, when it is closed. */
  constructor(fact: LaneFact, keeper: LaneKeeper, log: LaneLog, over: (lane: Lane) => void) {
    this.fact = fact;
    this.#keeper = keeper;
    this.#log = log;
    this.#over = over;
  }

  get standing(): LaneStanding {
    return this.#standing;
  }

  /** Why it was closed, when it was. */
  get closing(): LaneClosing {
    return this.#closing;
  }

  get bytes(): Record<Side, number> {
    return { technician: this.#ends.technician?.bytes ?? 0, customer: this.#ends.customer?.bytes ?? 0 };
  }

  /** Its end is there, or being made. */
  has(side: Side): boolean {
    return this.#ends[side] !== undefined || this.#coming.has(side);
  }

  /** A side whose end takes a while to make: from now on nobody else comes in its place. */
  expect(side: Side): void {
    this.#coming.add(side);
  }

  end(side: Side): End | undefined {
    return this.#ends[side];
  }

  /** A side has come; `arrive` makes its end, which says when it goes. With the second one the lane opens. */
  attach(side: Side, arrive: (gone: (going: Going) => void) => End): void {
    this.#coming.delete(side);
    this.#ends[side] = arrive((going) => this.#left(side, going));
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
    if (wasOpen) this.#keeper.laneClosed(this.fact, reason, this.#figures);
  }

  beat(): void {
    this.#ends.technician?.beat();
    this.#ends.customer?.beat();
  }

  get #figures(): LaneFigures {
    const { technician, customer } = this.#ends;
    return { bytes: this.bytes, media: together(customer?.media, technician?.media) };
  }

  async #open(): Promise<void> {
    this.#standing = 'opening';
    try {
      await this.#keeper.laneOpened(this.fact, () => this.standing !== 'closed');
    } catch (error) {
      if (error instanceof Refusal) this.close(error.code, 'session-over');
      else {
        const { sessionId, tool } = this.fact;
        this.#log.error({ err: error, sessionId, tool }, 'a lane could not be opened');
        this.close('internal', 'session-over');
      }
      return;
    }
    // It may have been closed while its opening was written: then the record gets the end of it, too.
    if (this.standing === 'closed') this.#keeper.laneClosed(this.fact, this.#closing, this.#figures);
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

/** The picture is one side's; packets are of both. */
function together(one: MediaFigures | undefined, other: MediaFigures | undefined): MediaFigures | undefined {
  if (!one || !other) return one ?? other;
  return {
    ...one,
    packets: one.packets + other.packets,
    packetsLost: one.packetsLost + other.packetsLost,
  };
}
