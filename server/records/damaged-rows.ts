import type { LogAlarm } from '../../protocol/log-alarm.ts';
import { type Clock, instant } from '../clock.ts';

type RowsAlarm = Extract<LogAlarm, { kind: 'rows' }>;

/** A verification names all; who looks here learns that there is something to verify, and where to begin. */
const MOST_NAMED = 10;
/** Each is a short text, and a changed file may have any number of them. */
const MOST_KNOWN = 10_000;

/**
 * What was found since the broker started, when something was to be deleted by its row: rows that are not as they were logged. It
 * is an alarm until somebody has verified the whole log since, and so knows more.
 */
export class DamagedRows {
  /** Entries and sessions that are due and were left. */
  readonly #left = new Set<string>();
  /** Sessions whose rows were put right by their entries. */
  readonly #righted = new Set<string>();
  #newest = '';

  constructor(private readonly clock: Clock) {}

  left(named: readonly string[]): void {
    this.#add(this.#left, named);
  }

  righted(sessions: readonly string[]): void {
    this.#add(
      this.#righted,
      sessions.map((id) => `session ${id}`),
    );
  }

  /** @param verifiedSince when the last verification began that came to its end. */
  alarm(verifiedSince: string | undefined): RowsAlarm | undefined {
    const [left, righted] = [this.#left.size, this.#righted.size];
    const isKnown = verifiedSince !== undefined && verifiedSince > this.#newest;
    if (left + righted === 0 || isKnown) return undefined;
    return { kind: 'rows', left, righted, named: [...this.#left, ...this.#righted].slice(0, MOST_NAMED) };
  }

  #add(known: Set<string>, named: readonly string[]): void {
    for (const each of named.slice(0, MOST_KNOWN - known.size)) known.add(each);
    this.#newest = instant(this.clock);
  }
}
