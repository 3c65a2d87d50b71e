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

export class Findings {
  readonly #found: Finding[] = [];
  #left = 0;

  add(what: string, entry?: number, session?: string): void {
    if (this.#found.length < MOST)
      this.#found.push({
        what,
        ...(entry !== undefined && { entry }),
        ...(session !== undefined && { session }),
      });
    else this.#left += 1;
  }

  get count(): number {
    return this.#found.length + this.#left;
  }

  get all(): Finding[] {
    if (this.#left === 0) return [...this.#found];
    return [...this.#found, { what: `${this.#left} more findings of this kind.` }];
  }
}
