import type { Entry } from '../../../protocol/record.ts';
import type { Connection } from '../sqlite/connection.ts';
import type { Findings } from './finding.ts';

/** An entry waits for its commit for seconds, behind a slow disk for minutes; a clock may be set right meanwhile. */
const COMMITTED_WITHIN_MS = 600_000;

/**
 * The last checkpoint of each hour is kept, and dates every leaf, also of what is gone. Its hour is not signed, so that what is
 * still there has to bear it out: who takes checkpoints away, or has them be of other hours, would have what is gone look older.
 */
export class DatedLeaves {
  /** Of the last checkpoint of each hour. */
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #hours = new Map<number, string[]>();
  /** Hours of which it was said already. */
  readonly #undated = new Set<string>();

  constructor(
    connection: Connection,
    private readonly findings: Findings,
  ) {
    const kept = connection
      .prepare<[], { hour: string; size: number }>('SELECT hour, size FROM checkpoints')
      .all();
    this.#sizes = new Map(kept.map(({ hour, size }) => [hour, size]));
    for (const { hour, size } of kept) this.#hours.set(size, [...(this.#hours.get(size) ?? []), hour]);
    this.#checkGrowth();
  }

  /** @param entry as it was logged */
  check({ seq, at }: Pick<Entry, 'seq' | 'at'>): void {
    const hour = hourOf(at);
    const others = this.#hours.get(seq)?.filter((each) => !hoursAround(at).includes(each)) ?? [];
    for (const other of others)
      this.findings.add(
        'checkpoint',
        `The checkpoint of ${spoken(other)} is of another hour: the last entry that it speaks of is of ${at}.`,
        seq,
      );
    if ([hour, ...hoursAround(at)].some((each) => this.#isCoveredIn(each, seq))) return;
    if (this.#undated.has(hour)) return;
    this.#undated.add(hour);
    this.findings.add(
      'checkpoint',
      `The checkpoint of ${spoken(hour)} is gone, when log entry ${seq} was logged: so nothing says how old is what was deleted.`,
      seq,
    );
  }

  /** A broker signs a checkpoint only when the log has grown. */
  #checkGrowth(): void {
    for (const [size, hours] of this.#hours)
      if (hours.length > 1)
        this.findings.add(
          'checkpoint',
          `The checkpoints of ${[...hours].sort().map(spoken).join(' and ')} all end with log entry ${size}, and no broker signs the same log again.`,
          size,
        );
  }

  #isCoveredIn(hour: string, seq: number): boolean {
    return (this.#sizes.get(hour) ?? 0) >= seq;
  }
}

const hourOf = (at: string): string => at.slice(0, 13);
const spoken = (hour: string): string => `${hour.replace('T', ' ')}h UTC`;

function hoursAround(at: string): string[] {
  const time = Date.parse(at);
  return [-COMMITTED_WITHIN_MS, 0, COMMITTED_WITHIN_MS].map((ms) =>
    hourOf(new Date(time + ms).toISOString()),
  );
}
