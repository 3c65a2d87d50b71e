import { type Keymap, spareKeycodes, typedMeaning } from './keymap.ts';
import { meaning } from './keysym.ts';

interface Loan {
  readonly keysym: number;
  readonly keycode: number;
  lastPressMs: number;
}

/**
 * Which unused keycodes are lent to characters that the layout lacks. Only the book-keeping: binding them is the
 * caller's. A keycode that is down, or was pressed a moment ago, keeps its character: a slow program looks a key
 * event up only when it gets to it, and would read the new character.
 */
export class SpareKeys {
  readonly #settleMs: number;
  #free: number[] = [];
  #loans: Loan[] = [];

  /** `settleMs`: how long after a press a program may still be about to look it up. */
  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Follows a new keymap: loans that it no longer holds are forgotten. */
  follow(keymap: Keymap): void {
    this.#loans = this.#loans.filter(({ keysym, keycode }) => {
      const key = keymap.keys.get(keycode);
      return key !== undefined && typedMeaning(key, 0, 0) === meaning(keysym);
    });
    this.#free = spareKeycodes(keymap);
  }

  /**
   * A keycode for `keysym`, the least recently used when none is free, and how long to wait before it may be bound.
   * `undefined` when every spare key is down.
   */
  lend(
    keysym: number,
    nowMs: number,
    isDown: (keycode: number) => boolean,
  ): { keycode: number; waitMs: number } | undefined {
    const free = this.#free.shift();
    if (free !== undefined) {
      this.#loans.push({ keysym, keycode: free, lastPressMs: nowMs });
      return { keycode: free, waitMs: 0 };
    }
    const idle = this.#loans.filter((loan) => !isDown(loan.keycode));
    const oldest = idle.sort((a, b) => a.lastPressMs - b.lastPressMs)[0];
    if (!oldest) return undefined;
    const waitMs = Math.max(0, oldest.lastPressMs + this.#settleMs - nowMs);
    this.#loans = this.#loans.filter((loan) => loan !== oldest);
    this.#loans.push({ keysym, keycode: oldest.keycode, lastPressMs: nowMs + waitMs });
    return { keycode: oldest.keycode, waitMs };
  }

  pressed(keycode: number, nowMs: number): void {
    const loan = this.#loans.find((each) => each.keycode === keycode);
    if (loan) loan.lastPressMs = nowMs;
  }

  /** The keycodes to be cleared at the end, and how long to wait before. */
  lent(nowMs: number): { keycodes: number[]; waitMs: number } {
    const latest = Math.max(0, ...this.#loans.map((loan) => loan.lastPressMs + this.#settleMs));
    return { keycodes: this.#loans.map((loan) => loan.keycode), waitMs: Math.max(0, latest - nowMs) };
  }
}
