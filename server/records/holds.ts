import type { HoldSession, Keeping, KeepingKind, LiftHold } from '../../protocol/retention.ts';
import { RETENTION_KINDS } from '../../protocol/retention-kinds.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import type { ReadScope, RecordStore } from './record-store.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = RETENTION_KINDS['session-record'].days.max;

export interface HoldsParts {
  readonly store: Pick<RecordStore, 'append' | 'session'>;
  readonly clock: Clock;
}

/** Who decides, and which sessions they may read. */
export interface Deciding {
  readonly by: Keeping['by'];
  readonly scope: ReadScope;
}

/** Keeps sessions beyond their period, and lets them go again. */
export class Holds {
  constructor(private readonly parts: HoldsParts) {}

  /** @throws Refusal `not-found`; `request.invalid` for a day that is over, or beyond what any setting may keep. */
  async hold(
    sessionId: string,
    { what, until: day, reason }: HoldSession,
    { by, scope }: Deciding,
  ): Promise<void> {
    const { store, clock } = this.parts;
    const { record } = await store.session(sessionId, scope);
    const until = `${day}T23:59:59.999Z`;
    const now = clock.now();
    // An extension is a longer period, counted like any; a hold is for a reason that may come at any age.
    const from = what === 'hold' ? now : Date.parse(record.endedAt ?? record.createdAt);
    const last = new Date(from + MAX_DAYS * DAY_MS).toISOString().slice(0, 10);
    if (Date.parse(until) <= now) throw unfit('Choose a day that is still to come.');
    const { extension, deleteAfter } = record.retention;
    if (what === 'extension' && extension === undefined && until <= deleteAfter)
      throw unfit(`Choose a day after ${deleteAfter.slice(0, 10)}: it is kept until then anyway.`);
    if (day > last)
      throw unfit(`Choose a day up to ${last}: nothing is kept longer than ${MAX_DAYS / 365} years.`);
    await store.append([{ type: 'retention.held', sessionId, by, what, until, reason }]);
  }

  /** @throws Refusal `not-found`; `request.out-of-order` when nothing of this kind keeps the session. */
  async lift(sessionId: string, { what, reason }: LiftHold, { by, scope }: Deciding): Promise<void> {
    const { store } = this.parts;
    const { record } = await store.session(sessionId, scope);
    if (record.retention[what] === undefined) throw new Refusal('request.out-of-order', NOT_KEPT[what]);
    await store.append([{ type: 'retention.lifted', sessionId, by, what, reason }]);
  }
}

const NOT_KEPT: Record<KeepingKind, string> = {
  hold: 'There is no hold on this session.',
  extension: 'The period of this session was not extended.',
};

/** @param message stands below the field as it is: a sentence. */
const unfit = (message: string) =>
  new Refusal('request.invalid', 'This day does not fit.', [{ path: 'until', message }]);
