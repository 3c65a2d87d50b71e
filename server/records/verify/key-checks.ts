import { toBase64 } from '../../../protocol/proof/base64.ts';
import { isSameKey } from '../../../protocol/proof/key-chain.ts';
import { keyText, type NoteKey } from '../../../protocol/proof/signed-note.ts';
import type { EntryOf } from '../../../protocol/record.ts';
import { isVouchedFor } from '../keys/succession.ts';
import type { Connection } from '../sqlite/connection.ts';
import { type EntryColumns, entryOf } from '../sqlite/tables.ts';
import { logKey, logOrigin } from '../transparency/log-identity.ts';
import { sha256 } from '../transparency/node-crypto.ts';
import type { Findings } from './finding.ts';

/** A key of the log, from the tree of `since` entries on. */
export interface KeyInForce {
  readonly key: NoteKey;
  readonly since: number;
}

/** The keys that sign the log: each but the first must be named by an entry that the one before it signed. */
export class KeyChecks {
  readonly origin: string;
  readonly keys: readonly KeyInForce[];

  /** @param trusted a key that the reader knows from elsewhere: then nobody need vouch for it, nor for those before it. */
  constructor(
    connection: Connection,
    private readonly findings: Findings,
    trusted?: NoteKey,
  ) {
    const rows = connection
      .prepare<[], { key: Buffer; since: number }>(
        'SELECT public_key AS key, since FROM log_keys ORDER BY number',
      )
      .all();
    const [first] = rows;
    this.origin = first === undefined ? '' : logOrigin(first.key);
    this.keys = rows.map(({ key, since }) => ({ key: logKey(this.origin, key), since }));
    const known = trusted && this.keys.findIndex(({ key }) => isSameKey(key, trusted));
    if (known === -1) this.#notOurs(trusted as NoteKey);
    if (first !== undefined && first.since !== 0)
      findings.add('key', 'The first key of the log is said to sign only later entries: it was changed.');
    const rotations = rotationsIn(connection);
    for (const [index, row] of this.keys.entries())
      if (index > 0)
        this.#check(row, this.keys[index - 1] as KeyInForce, rotations.get(row.since), index <= (known ?? 0));
    for (const [seq, { key }] of rotations)
      if (!this.keys.some(({ since }) => since === seq))
        findings.add(
          'key',
          `Log entry ${seq} puts the key ${key} in force, and the log does not know it.`,
          seq,
        );
  }

  /** The key that signs a checkpoint of `size` entries. */
  at(size: number): NoteKey | undefined {
    return this.keys.findLast(({ since }) => since <= size)?.key;
  }

  #notOurs(trusted: NoteKey): void {
    this.findings.add(
      'key',
      trusted.name === this.origin
        ? `This log was never signed by the key that you gave, ${keyText(trusted, sha256)}.`
        : `This is the log ${this.origin}, not ${trusted.name}.`,
    );
  }

  #check(
    { key, since }: KeyInForce,
    before: KeyInForce,
    entry: EntryOf<'log.key-rotated'> | undefined,
    isTrusted: boolean,
  ): void {
    const named = keyText(key, sha256);
    if (
      entry === undefined ||
      entry.key !== toBase64(key.publicKey) ||
      entry.previousKey !== toBase64(before.key.publicKey)
    )
      this.findings.add('key', `The log’s key ${named} is named by no entry that puts it in force.`);
    else if (isTrusted || isVouchedFor(entry)) return;
    else if (entry.signature === undefined)
      this.findings.add(
        'key',
        `Log entry ${since} puts the key ${named} in the place of one that was lost: nothing but the operator’s word vouches for it. Who knows that it is right gives it with --key.`,
        since,
      );
    else
      this.findings.add(
        'key',
        `Log entry ${since} puts the key ${named} in force, and the key before it did not sign that.`,
        since,
      );
  }
}

/** By their numbers. What cannot be read is found with the leaves. */
function rotationsIn(connection: Connection): Map<number, EntryOf<'log.key-rotated'>> {
  const rows = connection
    .prepare<[], EntryColumns>(
      `SELECT seq, id, at, type, fields FROM entries WHERE type = 'log.key-rotated' AND session IS NULL ORDER BY seq`,
    )
    .all();
  return new Map(
    rows.flatMap((row) => {
      try {
        return [[row.seq, entryOf(row) as EntryOf<'log.key-rotated'>]];
      } catch {
        return [];
      }
    }),
  );
}
