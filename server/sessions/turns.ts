import { Refusal } from '../refusal.ts';

/** Commands that wait for their turn; more come only from a program gone wrong. */
const MAX_WAITING = 100;

/** One command of a session at a time, in the order in which they came. */
export class Turns {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Some command waits, or is under way. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /** `always`: it takes something away, so that it is never one too many. @throws Refusal */
  async take<Result>(command: () => Promise<Result>, always = false): Promise<Result> {
    if (this.#waiting >= MAX_WAITING && !always) {
      throw new Refusal('tries.too-many', 'Too many requests at once in this session.');
    }
    this.#waiting += 1;
    const turn = this.#last.then(command).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
