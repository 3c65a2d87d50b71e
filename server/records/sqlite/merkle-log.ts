import { randomBytes } from 'node:crypto';
import { toBase64 } from '../../../protocol/proof/base64.ts';
import { checkpointText, parseCheckpoint } from '../../../protocol/proof/checkpoint.ts';
import { commitmentOf, SALT_BYTES } from '../../../protocol/proof/commitment.ts';
import { EMPTY_FRONTIER, type Frontier, grow, rootOf, sameBytes } from '../../../protocol/proof/merkle.ts';
import { isSignedBy, parseNote, signNote } from '../../../protocol/proof/signed-note.ts';
import { hashCount, hashPosition } from '../../../protocol/proof/tree-shape.ts';
import { logKey, logOrigin } from '../transparency/log-identity.ts';
import { hashing, type LogSigner, NODE_CRYPTO, sha256 } from '../transparency/node-crypto.ts';
import type { Connection } from './connection.ts';
import { peaksOf } from './proved-hashes.ts';
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

/** What the log stands on is not what its last checkpoint speaks of; the message says how. */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog';
  readonly code = 'DAMAGED_LOG';
}

export interface LogKeys {
  /** Keys that may be in force already. */
  readonly next?: readonly LogSigner[];
  /** Keys (base64) that one of these succeeds: then what is appended first has to say so. */
  readonly predecessors?: readonly string[] | undefined;
  /**
   * The signer was made just now and has signed nothing: entries from before there was a log may become its first leaves.
   * With any other key nothing is signed at a start, or whoever can write the file would only have to wait for the next one.
   */
  readonly isNew?: boolean | undefined;
}

const ADOPTED_TOGETHER = 10_000;
const SALTS_TOGETHER = 256;
const WRONG = 'the signing key is not the one that the log was last signed with';

/**
 * The writing end of the log: every entry becomes a leaf as it is inserted, and each commit ends with a signed checkpoint.
 * `state` is what a rollback must bring back: nothing else is remembered between commits.
 */
export class MerkleLog {
  state: Frontier;
  #salts = Buffer.alloc(0);
  #committed: Frontier;
  readonly #origin: string;
  readonly #signers = new Map<string, LogSigner>();
  readonly #predecessors: readonly string[];
  readonly #lastKey;
  readonly #putHash;
  readonly #putCheckpoint;

  /**
   * @param signer signs a new log.
   * @throws WrongSigningKey; DamagedLog, also when the tree that is there is not the one that the last checkpoint was signed for,
   * or when there is an entry that no checkpoint speaks of: an entry, its hashes and its checkpoint are written in one commit, so
   * that no broker leaves that, however it ends.
   */
  constructor(
    private readonly connection: Connection,
    signer: LogSigner,
    { next = [], predecessors = [], isNew = false }: LogKeys = {},
  ) {
    for (const each of [signer, ...next]) this.addSigner(each);
    this.#predecessors = predecessors;
    this.#lastKey = connection
      .prepare<[], Buffer>('SELECT public_key FROM log_keys ORDER BY number DESC LIMIT 1')
      .pluck();
    this.#putHash = connection.prepare('INSERT INTO log_hashes (position, hash) VALUES (?, ?)');
    this.#putCheckpoint = connection.prepare(
      `INSERT INTO checkpoints (hour, size, note) VALUES (?, ?, ?)
       ON CONFLICT (hour) DO UPDATE SET size = excluded.size, note = excluded.note`,
    );
    this.state = loadFrontier(connection);
    this.#committed = this.state;
    const isBegun = this.#lastKey.get() !== undefined;
    this.#origin = this.#ownOrigin(signer);
    this.#refuseUnsignedTree();
    if (isNew && !isBegun) connection.transaction(() => this.#adoptOlderEntries())();
    this.#refuseUnsignedEntries();
  }

  /** A new leaf's place and salt: `seq` is the leaf's index + 1. */
  next(): { seq: number; salt: Buffer } {
    return { seq: this.nextSeq, salt: this.#salt() };
  }

  get nextSeq(): number {
    return this.state.size + 1;
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
    const signer = this.#signers.get(toBase64(this.#lastKey.get() as Buffer));
    if (signer === undefined) throw new WrongSigningKey(WRONG);
    const note = signNote(text, logKey(this.#origin, signer.publicKey), signer.sign, sha256);
    this.#putCheckpoint.run(at.slice(0, 13), size, note);
    return { size, note };
  }

  addSigner(signer: LogSigner): void {
    this.#signers.set(toBase64(signer.publicKey), signer);
  }

  /** From here on the log is signed by another key (base64). @throws Error when it is not ours, or not that one's successor. */
  succeed(previousKey: string, key: string): void {
    if (toBase64(this.#lastKey.get() as Buffer) !== previousKey)
      throw new Error('a key is succeeded that is not in force');
    if (!this.#signers.has(key) && !this.#predecessors.includes(key))
      throw new Error('a key succeeds that nobody has');
    this.connection
      .prepare('INSERT INTO log_keys (public_key, since) VALUES (?, ?)')
      .run(Buffer.from(key, 'base64'), this.state.size);
  }

  /** Many at once: asking the system costs as much for one. */
  #salt(): Buffer {
    if (this.#salts.length === 0) this.#salts = randomBytes(SALTS_TOGETHER * SALT_BYTES);
    const salt = Buffer.from(this.#salts.subarray(0, SALT_BYTES));
    // An erased entry's salt must not stay in memory either.
    this.#salts.fill(0, 0, SALT_BYTES);
    this.#salts = this.#salts.subarray(SALT_BYTES);
    return salt;
  }

  committed(): void {
    this.#committed = this.state;
  }

  rolledBack(): void {
    this.state = this.#committed;
  }

  #ownOrigin(signer: LogSigner): string {
    const keys = this.connection
      .prepare<[], Buffer>('SELECT public_key FROM log_keys ORDER BY number')
      .pluck()
      .all();
    const [first = signer.publicKey] = keys;
    const last = keys.at(-1);
    if (last === undefined)
      this.connection.prepare('INSERT INTO log_keys (public_key, since) VALUES (?, 0)').run(first);
    else if (!this.#signers.has(toBase64(last)) && !this.#predecessors.includes(toBase64(last)))
      throw new WrongSigningKey(WRONG);
    return logOrigin(first);
  }

  /** The next checkpoint speaks of all that is here: whoever changed it must not find it signed. */
  #refuseUnsignedTree(): void {
    const newest = this.connection
      .prepare<[], string>('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1')
      .pluck()
      .get();
    if (newest === undefined) return;
    const note = parseNote(newest);
    const key = logKey(this.#origin, this.#lastKey.get() as Buffer);
    const signed = note && isSignedBy(note, key, NODE_CRYPTO) ? parseCheckpoint(note.text) : undefined;
    const { size } = this.state;
    if (signed?.origin !== this.#origin)
      throw new DamagedLog(`its last checkpoint, of ${size} entries, is not signed with the log’s last key`);
    if (signed.size !== size || !sameBytes(signed.root, rootOf(hashing, this.state)))
      throw new DamagedLog(
        `its hashes of ${size} entries are not those that its last checkpoint was signed for, which no broker leaves: somebody changed the file`,
      );
  }

  #refuseUnsignedEntries(): void {
    const { size } = this.state;
    const last =
      this.connection.prepare<[], number | null>('SELECT max(seq) FROM entries').pluck().get() ?? 0;
    if (last > size)
      throw new DamagedLog(
        `the log was signed up to entry ${size}, and there are entries up to ${last}, which no broker leaves: somebody changed the file, or put pages of an older copy back`,
      );
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
        // Of each hour one, as there would be had there been a log.
        if (at !== undefined && at.slice(0, 13) !== row.at.slice(0, 13)) this.checkpoint(at);
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

/** @throws DamagedLog when the hashes are not as many as the last checkpoint says. */
export function loadFrontier(connection: Connection): Frontier {
  const size = connection.prepare<[], number>('SELECT max(size) FROM checkpoints').pluck().get() ?? 0;
  const written = connection.prepare<[], number | null>('SELECT max(position) FROM log_hashes').pluck().get();
  if ((written ?? -1) + 1 !== hashCount(size))
    throw new DamagedLog(
      `the log of ${size} entries has ${(written ?? -1) + 1} hashes, not ${hashCount(size)}`,
    );
  const read = connection.prepare<[number], Buffer>('SELECT hash FROM log_hashes WHERE position = ?').pluck();
  const peaks = peaksOf(size).map((peak) => new Uint8Array(read.get(hashPosition(...peak)) as Buffer));
  return size === 0 ? EMPTY_FRONTIER : { size, peaks };
}
