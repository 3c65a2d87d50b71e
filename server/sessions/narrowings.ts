import type { Turns } from './turns.ts';

/**
 * What is taken back while something is on its way to the record: what gets there is narrowed as well, before anybody is
 * told of it.
 */
export class Narrowings {
  readonly #turns: Turns;
  readonly #open = new Set<{ again: () => Promise<void>; written: Promise<void>[] }>();
  #isNarrowing = false;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** `again`: takes it back of what came meanwhile. Resolves when all that is on its way now got there, and all of it is written. */
  async hold(written: Promise<void>, again: () => Promise<void>): Promise<void> {
    const all = [written];
    if (this.#turns.isBusy) {
      const narrowing = { again, written: all };
      this.#open.add(narrowing);
      await this.#turns.take(async () => this.#open.delete(narrowing), true);
    }
    await Promise.all(all);
  }

  /** The journal moved on. False where it did so by narrowing: whoever began that tells of it. */
  apply(): boolean {
    if (this.#isNarrowing) return false;
    this.#isNarrowing = true;
    for (const { again, written } of this.#open) written.push(again());
    this.#isNarrowing = false;
    return true;
  }
}
