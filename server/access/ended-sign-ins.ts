import type { SignInsEnded } from '../records/account-store.ts';

/** Who ends sign-ins says it here, after they have ended. */
export class EndedSignIns {
  readonly #listeners = new Set<(ended: SignInsEnded) => void>();

  /** The answer stops listening. */
  listen(listener: (ended: SignInsEnded) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(ended: SignInsEnded): void {
    const { signInIds, disabledUserId, allOfUserId } = ended;
    if (signInIds.length === 0 && disabledUserId === undefined && allOfUserId === undefined) return;
    for (const listener of this.#listeners) listener(ended);
  }
}
