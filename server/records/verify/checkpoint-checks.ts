import { parseCheckpoint } from '../../../protocol/proof/checkpoint.ts';
import { type Frontier, rootOf, sameBytes } from '../../../protocol/proof/merkle.ts';
import { isSignedBy, parseNote, type SignedNote } from '../../../protocol/proof/signed-note.ts';
import type { Connection } from '../sqlite/connection.ts';
import { hashing, sha256, verifySignature } from '../transparency/node-crypto.ts';
import type { Findings } from './finding.ts';
import type { KeyChecks } from './key-checks.ts';

/** A checkpoint that somebody kept: the store itself, or a witness outside. */
export interface KeptCheckpoint {
  readonly note: string;
  /** As a sentence names it: "The checkpoint of 2026-11-22 06:00". */
  readonly named: string;
}

interface Expected {
  readonly size: number;
  readonly root: Uint8Array;
  readonly named: string;
  readonly note: SignedNote;
}

/**
 * Signed statements about the log's size and root, against the log itself. A log of ten years has a hundred thousand:
 * whether each is signed is looked at when the log is checked as far as it speaks.
 */
export class CheckpointChecks {
  /** That are signed, and agree with the log. */
  right = 0;
  /** Of the newest checkpoint of the store's own. */
  readonly size: number;
  /** By size. */
  readonly #expected: readonly Expected[];
  #next = 0;

  constructor(
    connection: Connection,
    private readonly findings: Findings,
    private readonly keys: KeyChecks,
    witnessed: readonly KeptCheckpoint[] = [],
  ) {
    const kept = connection
      .prepare<[], { note: string; hour: string; size: number }>(
        'SELECT note, hour, size FROM checkpoints ORDER BY size',
      )
      .all()
      .map(({ note, hour, size }) => ({
        note,
        size,
        named: `The checkpoint of ${hour.replace('T', ' ')}h UTC`,
      }));
    const own = kept.map((each) => this.#open(each, each.size)).filter((each) => each !== undefined);
    const others = witnessed.map((each) => this.#open(each)).filter((each) => each !== undefined);
    this.#expected = [...own, ...others].sort((a, b) => a.size - b.size);
    this.size = own.findLast((each) => this.#isSigned(each))?.size ?? 0;
  }

  /** The next size that a checkpoint speaks of, above `size`. */
  nextSize(): number | undefined {
    return this.#expected[this.#next]?.size;
  }

  /** The log as far as `frontier` was checked. */
  reached(frontier: Frontier): void {
    for (
      let next = this.#expected[this.#next];
      next?.size === frontier.size;
      next = this.#expected[this.#next]
    ) {
      this.#next += 1;
      if (!this.#isSigned(next)) this.#findUnsigned(next);
      else if (sameBytes(next.root, rootOf(hashing, frontier))) this.right += 1;
      else
        this.findings.add(
          'checkpoint',
          `${next.named} (${next.size} entries) is not of this log: entries before it were changed.`,
        );
    }
  }

  /** What nothing in the log could be compared with. */
  finish(): void {
    for (const each of this.#expected.slice(this.#next))
      if (!this.#isSigned(each)) this.#findUnsigned(each);
      else
        this.findings.add(
          'checkpoint',
          `${each.named} speaks of ${each.size} entries, this log has ${this.size}: the newest ones are gone, as when an old copy is put back.`,
        );
  }

  /** As far as it can be looked at without its signature, which takes longer than all the rest. */
  #open({ note: text, named }: KeptCheckpoint, size?: number): Expected | undefined {
    const note = parseNote(text);
    const checkpoint = note && parseCheckpoint(note.text);
    if (note === undefined || checkpoint === undefined) {
      this.#findUnsigned({ named });
      return undefined;
    }
    const opened = { size: checkpoint.size, root: checkpoint.root, named, note };
    if (checkpoint.origin === this.keys.origin && (size === undefined || size === checkpoint.size))
      return opened;
    if (this.#isSigned(opened))
      this.findings.add('checkpoint', `${named} is of another log, or was filed under another size.`);
    else this.#findUnsigned(opened);
    return undefined;
  }

  #isSigned({ size, note }: Expected): boolean {
    const key = this.keys.at(size);
    return key !== undefined && isSignedBy(note, key, { sha256, verify: verifySignature });
  }

  #findUnsigned({ named }: Pick<Expected, 'named'>): void {
    this.findings.add(
      'checkpoint',
      `${named} is not signed by a key of this log, or not by the one of its time.`,
    );
  }
}
