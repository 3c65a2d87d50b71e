/** Sign-ins that hold no longer: signed out, revoked, run out. Whoever keeps a socket open for one closes it. */
export interface SignInsEnded {
  readonly signInIds: readonly string[];
  /** This person may do nothing any more, with whatever proof. */
  readonly disabledUserId?: string;
}

/** Who ends sign-ins says it here, after they have ended. */
export class EndedSignIns {
  readonly #listeners = new Set<(ended: SignInsEnded) => void>();

  /** The answer stops listening. */
  listen(listener: (ended: SignInsEnded) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(ended: SignInsEnded): void {
    if (ended.signInIds.length === 0 && ended.disabledUserId === undefined) return;
    for (const listener of this.#listeners) listener(ended);
  }
}
