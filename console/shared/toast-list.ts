import type { NoticeKind } from './notice-kind.ts';
import { type Store, WritableStore } from './store.ts';

export interface Toast {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly text: string;
}

const SHOWN_MS = 6000;
/** Long enough to be found and read by whoever looked elsewhere. */
const TROUBLE_SHOWN_MS = 20_000;
const MOST_AT_ONCE = 4;

/** What is said over the page just now. Everything leaves by itself, trouble later than the rest. */
export class ToastList {
  readonly #shown = new WritableStore<readonly Toast[]>([]);
  readonly shown: Store<readonly Toast[]> = this.#shown;
  readonly #later: (work: () => void, ms: number) => void;
  #lastId = 0;

  /** @param later calls `work` after `ms`; for tests. */
  constructor(later: (work: () => void, ms: number) => void = (work, ms) => void setTimeout(work, ms)) {
    this.#later = later;
  }

  /** @returns its id, for `dismiss`. */
  add(text: string, kind: NoticeKind): number {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#shown.set([...this.#shown.get().slice(1 - MOST_AT_ONCE), { id, kind, text }]);
    this.#later(() => this.dismiss(id), kind === 'trouble' ? TROUBLE_SHOWN_MS : SHOWN_MS);
    return id;
  }

  dismiss(id: number): void {
    this.#shown.set(this.#shown.get().filter((toast) => toast.id !== id));
  }

  /** What they are about is over. */
  dismissAll(): void {
    this.#shown.set([]);
  }

  /** The next thing worked: what did not is over. */
  dismissTrouble(): void {
    this.#shown.set(this.#shown.get().filter(({ kind }) => kind !== 'trouble'));
  }
}
