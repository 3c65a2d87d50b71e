const SHORTEST_MS = 15;
const LONGEST_MS = 120;

/**
 * How long a step of a deletion may work. Long steps write each page once for many sessions, but an append that comes
 * meanwhile waits: they get longer only while nobody else writes.
 */
export class StepPace {
  #ms = SHORTEST_MS;

  /** Takes a step. `asked`: how many writes were asked for so far, the step being one. */
  async step<Result>(asked: () => number, take: (forMs: number) => Promise<Result>): Promise<Result> {
    const before = asked();
    const result = await take(this.#ms);
    this.#ms = asked() - before > 1 ? SHORTEST_MS : Math.min(2 * this.#ms, LONGEST_MS);
    return result;
  }
}
