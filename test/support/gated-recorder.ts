import type { Entry, NewEntry } from '../../protocol/record.ts';
import { InDoubt, type Recorder } from '../../server/records/recorder.ts';
import { Refusal } from '../../server/refusal.ts';

/** In front of a real store: a test can let it wait (a slow disk), refuse (a full one), or do both (one that hangs). */
export class GatedRecorder implements Recorder {
  readonly #store: Recorder;
  #held: (() => void)[] | undefined;
  #full = false;
  #hung: { readonly comesBack: Promise<boolean>; comeBack(wrote: boolean): void } | undefined;

  constructor(store: Recorder) {
    this.#store = store;
  }

  async append(entries: readonly NewEntry[]): Promise<Entry[]> {
    if (this.#held) await new Promise<void>((resolve) => this.#held?.push(resolve));
    if (this.#full) throw new Refusal('record.unavailable', 'The disk is full.');
    if (this.#hung) throw new InDoubt(this.#fateOf(entries, this.#hung.comesBack));
    return this.#store.append(entries);
  }

  /** Appends are given up, and nobody knows what becomes of them until `comeBack`. */
  hang(): void {
    let comeBack = (_wrote: boolean) => {};
    const comesBack = new Promise<boolean>((resolve) => {
      comeBack = resolve;
    });
    this.#hung = { comesBack, comeBack };
  }

  /** What was given up is written now after all, or is not. */
  comeBack(wrote: boolean): void {
    this.#hung?.comeBack(wrote);
    this.#hung = undefined;
  }

  async #fateOf(entries: readonly NewEntry[], comesBack: Promise<boolean>): Promise<Entry[] | undefined> {
    return (await comesBack) ? this.#store.append(entries) : undefined;
  }

  /** Appends wait until `release`. */
  hold(): void {
    this.#held = [];
  }

  /** How many appends wait. */
  get waiting(): number {
    return this.#held?.length ?? 0;
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  fill(): void {
    this.#full = true;
  }

  makeRoom(): void {
    this.#full = false;
  }
}
