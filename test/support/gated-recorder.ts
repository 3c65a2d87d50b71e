import type { Entry, NewEntry } from '../../protocol/record.ts';
import type { Recorder } from '../../server/records/recorder.ts';
import { Refusal } from '../../server/refusal.ts';

/** In front of a real store: a test can let it wait (a slow disk) or refuse (a full one). */
export class GatedRecorder implements Recorder {
  readonly #store: Recorder;
  #held: (() => void)[] | undefined;
  #full = false;

  constructor(store: Recorder) {
    this.#store = store;
  }

  async append(entries: readonly NewEntry[]): Promise<Entry[]> {
    if (this.#held) await new Promise<void>((resolve) => this.#held?.push(resolve));
    if (this.#full) throw new Refusal('record.unavailable', 'The disk is full.');
    return this.#store.append(entries);
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
