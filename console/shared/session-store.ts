import { type Store, WritableStore } from './store.ts';

/** Anything that is pushed whole after each change and counts its changes. */
export interface Revised {
  sessionId: string;
  revision: number;
}

/**
 * The newest known state of one session. A pushed state with a smaller revision came late and is dropped.
 * The answer to a `session.watch` always counts: after a restart the broker may count from the start again.
 */
export class SessionStore<State extends Revised> {
  readonly sessionId: string;
  readonly #state = new WritableStore<State | undefined>(undefined);
  readonly state: Store<State | undefined> = this.#state;

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }

  watched(state: State): void {
    if (state.sessionId === this.sessionId) this.#state.set(state);
  }

  pushed(state: State): void {
    if (state.sessionId !== this.sessionId) return;
    const known = this.#state.get();
    if (known && state.revision < known.revision) return;
    this.#state.set(state);
  }
}
