import type { RecordStore } from './record-store.ts';
import type { TransparencyLog } from './transparency-log.ts';

const HOUR_MS = 3_600_000;
/** A broker that serves people writes something within a week. */
const MAX_AHEAD_MS = 7 * 24 * HOUR_MS;
const MAX_BEHIND_MS = HOUR_MS;
/** Written only by a run that the guard let pass, or for a person: from there on the clock was right. */
const VOUCHING = ['retention.ran', 'retention.deleted', 'backup.restored'] as const;

export type GuardingLog = Pick<RecordStore, 'entries'> & Pick<TransparencyLog, 'signedSince'>;

/**
 * The last of these moments that the time may be believed by: one that lies far from what was believed before it is passed
 * over, so that what was written by a wrong clock vouches for nothing, however often the broker was started meanwhile.
 */
export function believed(moments: readonly number[]): number | undefined {
  const [first, ...later] = moments;
  if (first === undefined) return undefined;
  return later.reduce((before, moment) => (follows(before, moment) ? moment : before), first);
}

/** Whether a clock that was right at one moment may say the other. */
export const follows = (before: number, moment: number): boolean =>
  moment >= before - MAX_BEHIND_MS && moment <= before + MAX_AHEAD_MS;

/** The newest moment of a log that the time may be believed by; nothing where it is empty. */
export async function newestBelieved(log: GuardingLog): Promise<number | undefined> {
  const [vouching] = await log.entries({ types: VOUCHING, limit: 1 });
  const signed = await log.signedSince(vouching?.seq ?? 0);
  return believed([...(vouching ? [vouching.at] : []), ...signed].map((at) => Date.parse(at)));
}

/** Whether the clock may be right, by what the log says: a wrong one would let everything be deleted as old. */
export class ClockGuard {
  readonly #log: GuardingLog;
  /** What the clock said when it was last believed, by this process. */
  #believed: number | undefined;

  constructor(log: GuardingLog) {
    this.#log = log;
  }

  /** The newest moment of the log that may be believed, where `now` does not follow it. Nothing where it does. */
  async doubt(now: number): Promise<number | undefined> {
    const before = this.#believed ?? (await newestBelieved(this.#log));
    if (before !== undefined && !follows(before, now)) return before;
    this.#believed = now;
    return undefined;
  }

  /** Somebody looked at the clock. */
  believe(now: number): void {
    this.#believed = now;
  }
}
