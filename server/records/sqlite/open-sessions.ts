import type { SessionDocument } from '../../../protocol/session-fold.ts';
import type { LateColumns } from './tables.ts';

/** Of all entries whose sessions are kept: enough for two thousand sessions of the usual length. */
const MAX_CHARACTERS = 16 * 2 ** 20;

/** A session while entries are folded into it, and how it stands in the database. */
export interface Held {
  readonly number: number;
  document: SessionDocument;
  /** Its changing columns as they were last written. */
  columns: LateColumns;
  /** Its figures as they were last written, but for whose they are; absent where that was not looked at. */
  figures?: Buffer;
  /** The id of the last entry that is in `document`. */
  lastEntry: string;
  /** Of its entries' fields. */
  characters: number;
}

/**
 * Sessions that go on, so that an append need not fold or read what came before it. Whoever takes one puts it back when
 * its entries are in the database; after a rollback it is not what the database holds, and `lastEntry` tells.
 */
export class OpenSessions {
  /** The one unused longest comes first. */
  readonly #byId = new Map<string, Held>();
  #characters = 0;

  take(id: string): Held | undefined {
    const session = this.#byId.get(id);
    if (session === undefined) return undefined;
    this.#byId.delete(id);
    this.#characters -= session.characters;
    return session;
  }

  keep(id: string, session: Held): void {
    this.take(id);
    this.#byId.set(id, session);
    this.#characters += session.characters;
    for (const oldest of this.#byId.keys()) {
      if (this.#characters <= MAX_CHARACTERS) return;
      this.take(oldest);
    }
  }
}
