import { commitmentOf, SALT_BYTES } from '../../../protocol/proof/commitment.ts';
import { sameBytes } from '../../../protocol/proof/merkle.ts';
import { hashPosition } from '../../../protocol/proof/tree-shape.ts';
import { type Entry, RECORD_TYPES } from '../../../protocol/record.ts';
import { isStory } from '../../../protocol/session-fold.ts';
import { hashing, sha256 } from '../transparency/node-crypto.ts';
import type { Connection } from './connection.ts';
import type { MerkleLog } from './merkle-log.ts';
import { ProvedHashes } from './proved-hashes.ts';
import { type EntryColumns, entryOf } from './tables.ts';

/** An entry with what its leaf was made of, and the kind of data that it is filed as. */
export interface LoggedColumns extends EntryColumns {
  readonly keep: string;
  readonly salt: Buffer | null;
}

export const LOGGED_COLUMNS = 'seq, id, at, type, fields, keep, salt';

/** @returns the entry; nothing where the row is not what its leaf was made of. */
export function loggedEntry(row: LoggedColumns, leaf: Uint8Array): Entry | undefined {
  try {
    const entry = entryOf(row);
    // No bit of the text may go unread: a name that stands twice, or one that a column overrules.
    if (JSON.stringify(fieldsOf(entry)) !== row.fields || row.salt?.length !== SALT_BYTES) return undefined;
    const hash = hashing.leaf(commitmentOf(sha256, row.salt, entry as unknown as Record<string, unknown>));
    return sameBytes(hash, leaf) ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** The leaf binds an entry's type, and the type its kind; the column only helps to find it. */
export const isFiledAsItIs = ({ type }: Entry, { keep }: LoggedColumns): boolean =>
  RECORD_TYPES[type]?.keep === keep;

function fieldsOf(entry: Entry): object {
  const { type: _type, id: _id, seq: _seq, at: _at, ...fields } = entry;
  return fields;
}

/**
 * Whether entries are what was logged, and lie where they belong. Who can write to the file can make any of them look old, or as
 * another kind, or as part of another session: what is deleted by that would be certified.
 */
export class LoggedEntries {
  readonly #hash;
  readonly #idOf;
  readonly #ofSession;
  #hashes: ProvedHashes | undefined;

  /** @param log its state was held against its signature, and never read again from the file since */
  constructor(
    connection: Connection,
    private readonly log: Pick<MerkleLog, 'state'>,
  ) {
    this.#hash = connection
      .prepare<[number], Buffer>('SELECT hash FROM log_hashes WHERE position = ?')
      .pluck();
    this.#idOf = connection.prepare<[number], string>('SELECT id FROM sessions WHERE number = ?').pluck();
    this.#ofSession = connection.prepare<[number], LoggedColumns>(
      `SELECT ${LOGGED_COLUMNS} FROM entries WHERE session = ? ORDER BY seq`,
    );
  }

  /** Nothing where the row is not what was logged, or is filed as another kind. */
  entryIn(row: LoggedColumns): Entry | undefined {
    const index = row.seq - 1;
    if (index < 0) return undefined;
    const leaf = this.#hash.get(hashPosition(0, index));
    if (leaf === undefined) return undefined;
    const entry = loggedEntry(row, leaf);
    return entry && isFiledAsItIs(entry, row) && this.#proved().has(index, leaf) ? entry : undefined;
  }

  /** Whether all that lies under a session's number was logged so, is this session's, and begins as one. */
  isSession(number: number): boolean {
    const id = this.idOf(number);
    const entries = this.#ofSession.all(number).map((row) => this.entryIn(row));
    return entries.every(
      (entry, index) =>
        entry !== undefined &&
        isStory(entry) &&
        entry.sessionId === id &&
        (index > 0 || entry.type === 'session.created'),
    );
  }

  idOf(number: number): string | undefined {
    return this.#idOf.get(number);
  }

  /** Anew when the log has grown, as it has at the end of each step that deleted something: so they never become many. */
  #proved(): ProvedHashes {
    const { state } = this.log;
    if (this.#hashes?.frontier !== state)
      this.#hashes = new ProvedHashes(state, (position) => this.#hash.get(position));
    return this.#hashes;
  }
}
