import type {
  ConsistencyProof,
  InclusionProof,
  LogCheckpoint,
  ProvenEntry,
} from '../../../protocol/log-proof.ts';
import { toBase64 } from '../../../protocol/proof/base64.ts';
import { parseCheckpoint } from '../../../protocol/proof/checkpoint.ts';
import { keyText, parseNote } from '../../../protocol/proof/signed-note.ts';
import {
  consistencyRanges,
  hashOfRange,
  hashPosition,
  inclusionRanges,
  type LeafRange,
} from '../../../protocol/proof/tree-shape.ts';
import { logKey, logOrigin } from '../transparency/log-identity.ts';
import { hashing, sha256 } from '../transparency/node-crypto.ts';
import type { ProvenEntries, ProvenSession } from '../transparency-log.ts';
import type { Connection } from './connection.ts';
import type { StoredCheckpoint } from './merkle-log.ts';
import { type EntryColumns, entryOf } from './tables.ts';

interface SaltedColumns extends EntryColumns {
  readonly salt: Buffer;
}

/** The reading end of the log. `undefined` is answered for what this log does not have. */
export class LogReads {
  readonly #hash;
  readonly #newest;
  readonly #keys;
  readonly #at;
  readonly #hours;
  readonly #saltedEntries;
  readonly #saltedEntry;

  constructor(connection: Connection) {
    this.#hash = connection
      .prepare<[number], Buffer>('SELECT hash FROM log_hashes WHERE position = ?')
      .pluck();
    this.#newest = connection.prepare<[], StoredCheckpoint>(
      'SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1',
    );
    // The entry that put a key in force is the last one that the key before it answers for: `since` is its number.
    this.#keys = connection.prepare<[], { key: Buffer; voucher: string | null }>(
      `SELECT public_key AS key, fields ->> '$.signature' AS voucher
       FROM log_keys LEFT JOIN entries ON seq = since AND type = 'log.key-rotated' ORDER BY number`,
    );
    this.#at = connection.prepare<[number], string>('SELECT at FROM entries WHERE seq = ?').pluck();
    this.#hours = connection
      .prepare<[number], string>('SELECT hour FROM checkpoints WHERE size >= ? ORDER BY size')
      .pluck();
    this.#saltedEntries = connection.prepare<[number], SaltedColumns>(
      'SELECT seq, id, at, type, fields, salt FROM entries WHERE session = ? ORDER BY seq',
    );
    this.#saltedEntry = connection.prepare<[number], SaltedColumns>(
      'SELECT seq, id, at, type, fields, salt FROM entries WHERE seq = ?',
    );
  }

  checkpoint(): LogCheckpoint | undefined {
    const newest = this.#newest.get();
    const parsed = newest && parseCheckpoint(parseNote(newest.note)?.text ?? '');
    if (newest === undefined || parsed === undefined) return undefined;
    const keys = this.#keys.all();
    const origin = logOrigin((keys[0] as { key: Buffer }).key);
    return {
      note: newest.note,
      size: parsed.size,
      root: toBase64(parsed.root),
      origin: parsed.origin,
      keys: keys.map(({ key }) => keyText(logKey(origin, key), sha256)),
      ...(keys.length > 1 && { vouchers: keys.slice(1).map(({ voucher }) => voucher ?? '') }),
    };
  }

  /** The commit that ended with the newest checkpoint wrote the newest entry. */
  signedAt(): string | undefined {
    return this.#at.get(this.#newest.get()?.size ?? 0);
  }

  /** Of checkpoints none is forgotten, and each is kept under its hour. */
  signedSince(size: number): string[] {
    const newest = this.signedAt();
    return [...this.#hours.all(size).map((hour) => `${hour}:00:00.000Z`), ...(newest ? [newest] : [])];
  }

  /** Base64, the one in force last. */
  logKeys(): string[] {
    return this.#keys.all().map(({ key }) => toBase64(key));
  }

  inclusion(leaf: number, size: number | undefined): InclusionProof | undefined {
    const newest = this.#newest.get();
    const of = size ?? newest?.size ?? 0;
    if (newest === undefined || of > newest.size || leaf >= of) return undefined;
    return {
      leaf,
      leafHash: toBase64(this.#read(0, leaf)),
      size: of,
      hashes: this.#hashes(inclusionRanges(leaf, of)),
      checkpoint: newest.note,
    };
  }

  consistency(from: number, to: number): ConsistencyProof | undefined {
    if (from > to || to > (this.#newest.get()?.size ?? 0)) return undefined;
    return { from, to, hashes: this.#hashes(consistencyRanges(from, to)) };
  }

  provenSession(number: number): ProvenSession | undefined {
    return this.#proven(() => this.#saltedEntries.all(number));
  }

  /** By their numbers, in this order; without those that are not there. */
  provenEntries(numbers: readonly number[]): ProvenEntries | undefined {
    return this.#proven(() => numbers.flatMap((seq) => this.#saltedEntry.get(seq) ?? []));
  }

  #proven(read: () => SaltedColumns[]): ProvenEntries | undefined {
    const checkpoint = this.checkpoint();
    if (checkpoint === undefined) return undefined;
    const entries = read().map((row): ProvenEntry => {
      const { seq, ...entry } = entryOf(row);
      return {
        entry,
        salt: toBase64(row.salt),
        leaf: seq - 1,
        hashes: this.#hashes(inclusionRanges(seq - 1, checkpoint.size)),
      };
    });
    return { checkpoint, entries };
  }

  #hashes(ranges: readonly LeafRange[]): string[] {
    return ranges.map((range) => toBase64(hashOfRange(hashing, range, this.#read)));
  }

  readonly #read = (level: number, index: number): Uint8Array => {
    const hash = this.#hash.get(hashPosition(level, index));
    if (hash === undefined) throw new Error(`the log's hash ${level}/${index} is missing`);
    return hash;
  };
}
