import type { Clock } from '../clock.ts';
import type { Deadline } from './deadlines.ts';

/** setTimeout's own limit is 24.8 days; deadlines are minutes, but a clock may jump. */
const MAX_TIMER_MS = 60 * 60_000;

/** One deadline at a time: met when the clock says so, and not when a timer that a clock was moved under does. */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #meet: (deadline: Deadline) => void;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, meet: (deadline: Deadline) => void) {
    this.#clock = clock;
    this.#meet = meet;
  }

  set(deadline: Deadline): void {
    this.stop();
    const delayMs = Math.min(Math.max(0, deadline.at - this.#clock.now()), MAX_TIMER_MS);
    this.#cancel = this.#clock.after(delayMs, () => {
      if (deadline.at > this.#clock.now()) this.set(deadline);
      else this.#meet(deadline);
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
