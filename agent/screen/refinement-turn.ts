/**
 * When a viewer gets exact pixels for what it was first shown with loss: after a quiet while, and in turn with the
 * changes of the rest of the screen, which would otherwise always come first while a video plays.
 */
export class RefinementTurn {
  readonly #due: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #changesWereLast = false;

  /** `due` is called when there is something to refine. */
  constructor(due: () => void) {
    this.#due = due;
  }

  /** The encoder's answer to the last update: in how many milliseconds it wants to refine; absent for never. */
  schedule(inMs: number | undefined): void {
    this.stop();
    if (inMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.#isDue = true;
      this.#due();
    }, inMs);
  }

  /** Whether refinement is next. Answering yes uses the turn up. */
  take(changesWait: boolean): boolean {
    const take = this.#isDue && (!changesWait || this.#changesWereLast);
    this.#changesWereLast = !take;
    if (take) this.#isDue = false;
    return take;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
