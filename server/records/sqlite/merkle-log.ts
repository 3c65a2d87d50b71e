import { randomBytes } from 'node:crypto';
import { checkpointText } from '../../../protocol/proof/checkpoint.ts';
import { commitmentOf, SALT_BYTES } from '../../../protocol/proof/commitment.ts';
import { EMPTY_FRONTIER, type Frontier, grow, rootOf } from '../../../protocol/proof/merkle.ts';
import { signNote } from '../../../protocol/proof/signed-note.ts';
import { hashCount, hashPosition } from '../../../protocol/proof/tree-shape.ts';
import { logKey, logOrigin } from '../transparency/log-identity.ts';
import { hashing, type LogSigner, sha256 } from '../transparency/node-crypto.ts';
import type { Connection } from './connection.ts';
import { type EntryColumns, entryOf } from './tables.ts';

/** A checkpoint as it is kept. */
export interface StoredCheckpoint {
  readonly size: number;
  /** The signed note. */
  readonly note: string;
}

/** The key that is there is not the one that this log was last signed with. */
export class WrongSigningKey extends Error {
  override readonly name = 'WrongSigningKey';
  readonly code = 'WRONG_SIGNING_KEY';
}

const ADOPTED_TOGETHER = 10_000;

/**
 * The writing end of the log: every entry becomes a leaf as it is inserted, and each commit ends with a signed checkpoint.
 * `state` is what a rollback must bring back: nothing else is remembered between commits.
 */
export class MerkleLog {
  state: Frontier;
  #committed: Frontier;
  readonly #origin: string;
  readonly #signer: LogSigner;
  readonly #putHash;
  readonly #putCheckpoint;

  /** @throws WrongSigningKey. Entries from before there was a log become its first leaves. */
  constructor(
    private readonly connection: Connection,
    signer: LogSigner,
  ) {
    this.#signer = signer;
    this.#putHash = connection.prepare('INSERT INTO log_hashes (position, hash) VALUES (?, ?)');
    this.#putCheckpoint = connection.prepare(
      `INSERT INTO checkpoints (hour, size, note) VALUES (?, ?, ?)
       ON CONFLICT (hour) DO UPDATE SET size = excluded.size, note = excluded.note`,
    );
    this.state = loadFrontier(connection);
    this.#committed = this.state;
    this.#origin = this.#ownOrigin();
    connection.transaction(() => this.#adoptOlderEntries())();
  }

  /** A new leaf's place and salt: `seq` is the leaf's index + 1. */
  next(): { seq: number; salt: Buffer } {
    return { seq: this.state.size + 1, salt: randomBytes(SALT_BYTES) };
  }

  /** Adds the entry that `next` gave place and salt to. */
  add(salt: Uint8Array, entry: object): void {
    const leaf = hashing.leaf(commitmentOf(sha256, salt, entry as Record<string, unknown>));
    const { size } = this.state;
    const { frontier, complete } = grow(hashing, this.state, leaf);
    let position = hashCount(size);
    for (const hash of complete) this.#putHash.run(position++, hash);
    this.state = frontier;
  }

  /**
   * At the end of a commit, inside its transaction: signs the log as it stands now, when it has grown.
   * @param at the moment, ISO 8601. The last checkpoint of each hour is kept.
   */
  checkpoint(at: string): StoredCheckpoint | undefined {
    const { size } = this.state;
    if (size === this.#committed.size) return undefined;
    const text = checkpointText({ origin: this.#origin, size, root: rootOf(hashing, this.state) });
    const note = signNote(text, logKey(this.#origin, this.#signer.publicKey), this.#signer.sign, sha256);
    this.#putCheckpoint.run(at.slice(0, 13), size, note);
    return { size, note };
  }

  committed(): void {
    this.#committed = this.state;
  }

  rolledBack(): void {
    this.state = this.#committed;
  }

  #ownOrigin(): string {
    const keys = this.connection
      .prepare<[], Buffer>('SELECT public_key FROM log_keys ORDER BY number')
      .pluck()
      .all();
    const [first = this.#signer.publicKey] = keys;
    const last = keys.at(-1);
    if (last === undefined)
      this.connection.prepare('INSERT INTO log_keys (public_key, since) VALUES (?, 0)').run(first);
    else if (!last.equals(this.#signer.publicKey))
      throw new WrongSigningKey('the signing key is not the one that the log was last signed with');
    return logOrigin(first);
  }

  #adoptOlderEntries(): void {
    const older = this.connection.prepare<[number, number], EntryColumns>(
      'SELECT seq, id, at, type, fields FROM entries WHERE seq > ? ORDER BY seq LIMIT ?',
    );
    const putSalt = this.connection.prepare('UPDATE entries SET salt = ? WHERE seq = ?');
    let at: string | undefined;
    for (;;) {
      const rows = older.all(this.state.size, ADOPTED_TOGETHER);
      for (const row of rows) {
        const { seq, salt } = this.next();
        if (row.seq !== seq)
          throw new Error(`entry ${seq} is missing from a log that nothing was deleted from`);
        putSalt.run(salt, seq);
        this.add(salt, entryOf(row));
        at = row.at;
      }
      if (rows.length < ADOPTED_TOGETHER) break;
    }
    if (at !== undefined) this.checkpoint(at);
    this.committed();
  }
}

/** @throws when the hashes are not as many as the last checkpoint says. */
export function loadFrontier(connection: Connection): Frontier {
  const size = connection.prepare<[], number>('SELECT max(size) FROM checkpoints').pluck().get() ?? 0;
  const written = connection.prepare<[], number | null>('SELECT max(position) FROM log_hashes').pluck().get();
  if ((written ?? -1) + 1 !== hashCount(size))
    throw new Error(`the log of ${size} entries has ${(written ?? -1) + 1} hashes, not ${hashCount(size)}`);
  const read = connection.prepare<[number], Buffer>('SELECT hash FROM log_hashes WHERE position = ?').pluck();
  const peaks: Uint8Array[] = [];
  let start = 0;
  for (let level = Math.floor(Math.log2(size || 1)); size > 0 && level >= 0; level -= 1) {
    const leaves = 2 ** level;
    if (start + leaves > size) continue;
    peaks.push(new Uint8Array(read.get(hashPosition(level, start / leaves)) as Buffer));
    start += leaves;
  }
  return size === 0 ? EMPTY_FRONTIER : { size, peaks };
}
