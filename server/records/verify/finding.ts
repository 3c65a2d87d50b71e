/** Something that is not as it must be. */
export interface Finding {
  /** The entry's number (`seq`), where it is about one. */
  readonly entry?: number;
  /** The session's id, where it is about one. */
  readonly session?: string;
  /** For a person, a whole sentence. */
  readonly what: string;
}

/** More would say nothing new: one flipped bit low in the tree is found again at each level. */
const MOST = 100;
/** Whoever holds a session may sign what is wrong as often as they like: it must not push out what is found elsewhere. */
const MOST_OF_A_SESSION = 5;

export class Findings {
  readonly #found: Finding[] = [];
  #left = 0;
  readonly #ofSession = new Map<string, number>();

  add(what: string, entry?: number, session?: string): void {
    if (this.#found.length >= MOST || (session !== undefined && this.#isEnoughOf(session))) this.#left += 1;
    else
      this.#found.push({
        what,
        ...(entry !== undefined && { entry }),
        ...(session !== undefined && { session }),
      });
  }

  #isEnoughOf(session: string): boolean {
    const before = this.#ofSession.get(session) ?? 0;
    this.#ofSession.set(session, before + 1);
    return before >= MOST_OF_A_SESSION;
  }

  get count(): number {
    return this.#found.length + this.#left;
  }

  get all(): Finding[] {
    if (this.#left === 0) return [...this.#found];
    return [...this.#found, { what: `${this.#left} more findings of this kind.` }];
  }
}
