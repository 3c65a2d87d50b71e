import type { LogCheckpoint } from '../../../protocol/log-proof.ts';
import type { Checkpoint } from '../../../protocol/proof/checkpoint.ts';
import { sameBytes } from '../../../protocol/proof/merkle.ts';
import { openCheckpoint, ProofProblem } from '../../../protocol/proof/proven-entry.ts';
import type { NoteKey } from '../../../protocol/proof/signed-note.ts';
import { NODE_CRYPTO } from '../transparency/node-crypto.ts';

/**
 * The checkpoints in the lines of one file: all of one name, and no two of one size that say different things. That a larger
 * one goes on from a smaller one only a consistency proof shows, which no file has.
 */
export class ProvenLog {
  /** By the log's size. */
  readonly #roots = new Map<number, Uint8Array>();
  #named: { readonly origin: string; readonly key: NoteKey } | undefined;

  constructor(private readonly trusted: NoteKey | undefined) {}

  /** What the newest line is of, and signed with. */
  get named() {
    return this.#named;
  }

  /** How many different ones there were. */
  get checkpoints(): number {
    return this.#roots.size;
  }

  /** @param line counted from 1. @throws ProofProblem */
  of(shown: LogCheckpoint, line: number): Checkpoint {
    const { key, ...checkpoint } = openCheckpoint(NODE_CRYPTO, shown, this.trusted);
    const { origin, size, root } = checkpoint;
    if (this.#named !== undefined && this.#named.origin !== origin)
      throw new ProofProblem(`Line ${line} of the export is of another log than the lines before.`);
    const known = this.#roots.get(size) ?? root;
    if (!sameBytes(known, root))
      throw new ProofProblem(
        `Line ${line} of the export is of a second log of the same name and size: what is signed there says something else than a line before.`,
      );
    this.#roots.set(size, known);
    this.#named = { origin, key };
    return checkpoint;
  }
}
