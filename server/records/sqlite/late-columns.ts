import type { Statement } from 'better-sqlite3-multiple-ciphers';
import type { Connection } from './connection.ts';
import type { LateColumns } from './tables.ts';

/**
 * Writes the changing columns of a session. SQLite takes a row out of each index that has a column which is named, and
 * puts it in again: those that stayed as they were are not named.
 */
export class LateColumnUpdates {
  /** By the names of their columns; few sets of them ever change together. */
  readonly #updates = new Map<string, Statement>();

  constructor(private readonly connection: Connection) {}

  /** @returns whether there was anything to write. */
  update(number: number, before: Partial<LateColumns>, now: LateColumns): boolean {
    const changed = (Object.keys(now) as (keyof LateColumns)[]).filter((name) => now[name] !== before[name]);
    if (changed.length === 0) return false;
    const names = changed.join();
    let update = this.#updates.get(names);
    if (update === undefined) {
      const assignments = changed.map((name) => `${name} = @${name}`).join(', ');
      update = this.connection.prepare(`UPDATE sessions SET ${assignments} WHERE number = @number`);
      this.#updates.set(names, update);
    }
    update.run({ ...now, number });
    return true;
  }
}
