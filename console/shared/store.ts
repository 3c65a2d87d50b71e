import { useSyncExternalStore } from 'react';

/** A value that parts of the page follow. Made outside of React, so that connections and logic can be tested without it. */
export interface Store<Value> {
  get(): Value;
  /** Calls `listener` after every change; the answer stops it. */
  subscribe(listener: () => void): () => void;
}

export class WritableStore<Value> implements Store<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(initial: Value) {
    this.#value = initial;
  }

  readonly get = (): Value => this.#value;

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** The store's value now; the component renders again when it changes. */
export const useStore = <Value>(store: Store<Value>): Value =>
  useSyncExternalStore(store.subscribe, store.get);
