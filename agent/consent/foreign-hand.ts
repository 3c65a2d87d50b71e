import type { InputSink } from '../platform/platform.ts';

/** So soon after the technician pressed something here, a yes may be their press and not the customer's. */
export const FOREIGN_HAND_MS = 1_500;

/**
 * What the technician presses on this computer. A program may act when a key or button goes down, or when it goes up,
 * whoever lets it go: so it counts for as long as it is held, and when the agent releases it.
 */
export class ForeignHand {
  readonly #now: () => number;
  readonly #inputs = new Set<InputSink>();
  /** Presses and releases on their way to the display. */
  #underWay = 0;
  #pressedAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds that never go back. */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Whether it holds a key or a button down, or one went down or up in the last `FOREIGN_HAND_MS`. */
  get isHere(): boolean {
    if (this.#underWay > 0 || this.#now() - this.#pressedAt < FOREIGN_HAND_MS) return true;
    return [...this.#inputs].some(({ holding }) => holding);
  }

  /** `input`, watched until it is closed for every key and every button: the pointer alone decides nothing. */
  watch(input: InputSink): InputSink {
    this.#inputs.add(input);
    let buttons = 0;
    const unlessIdle = (release: () => Promise<void>) =>
      input.holding || this.#underWay > 0 ? this.#press(release) : release();
    return {
      get holding() {
        return input.holding;
      },
      key: (keysym, down, keycode) => this.#press(() => input.key(keysym, down, keycode)),
      pointer: (x, y, mask) => {
        const changed = mask !== buttons;
        buttons = mask;
        const point = () => input.pointer(x, y, mask);
        return changed ? this.#press(point) : point();
      },
      releaseAll: () => unlessIdle(() => input.releaseAll()),
      close: () => unlessIdle(() => input.close()).finally(() => this.#inputs.delete(input)),
    };
  }

  async #press(act: () => Promise<void>): Promise<void> {
    this.#underWay += 1;
    try {
      await act();
    } finally {
      this.#underWay -= 1;
      this.#pressedAt = this.#now();
    }
  }
}
