import { ACCESS_TYPES } from '../../../protocol/access-log.ts';
import { demandInLog, ProofProblem } from '../../../protocol/proof/proven-entry.ts';
import type { NoteKey } from '../../../protocol/proof/signed-note.ts';
import { ACCESS_EXPORT_FORMAT, ProvenAccessHead, ProvenAccessLine } from '../../../protocol/proven-export.ts';
import { NODE_CRYPTO } from '../transparency/node-crypto.ts';
import { ExportEnd } from './export-end.ts';
import { LeafSet } from './leaf-set.ts';
import { ProvenLog } from './proven-log.ts';

const TYPES: ReadonlySet<unknown> = new Set(ACCESS_TYPES);

/** Checks an export of the access log with proofs line by line, so that one of any length needs little memory. */
export class AccessExportVerification {
  readonly #madeAt: string;
  readonly #log: ProvenLog;
  readonly #leaves = new LeafSet();
  readonly #end: ExportEnd;
  #entries = 0;
  #last: { readonly at: string; readonly leaf: number } | undefined;
  #lines = 1;

  /** @throws ProofProblem */
  constructor(head: unknown, trusted: NoteKey | undefined) {
    const parsed = ProvenAccessHead.safeParse(head);
    if (!parsed.success) throw new ProofProblem('Line 1 of the export cannot be read.');
    this.#madeAt = parsed.data.madeAt;
    this.#end = new ExportEnd(parsed.data.format === ACCESS_EXPORT_FORMAT);
    this.#log = new ProvenLog(trusted);
  }

  /** @throws ProofProblem with the first thing that is wrong with the next line. */
  take(read: unknown): void {
    this.#lines += 1;
    if (this.#end.take(read, this.#lines)) return;
    const line = ProvenAccessLine.safeParse(read);
    if (!line.success) throw new ProofProblem(`Line ${this.#lines} of the export cannot be read.`);
    const checkpoint = this.#log.of(line.data.checkpoint, this.#lines);
    for (const proven of line.data.entries) {
      const { entry, leaf } = proven;
      demandInLog(NODE_CRYPTO, checkpoint, proven);
      const named = `Log entry ${leaf + 1} (${String(entry.type)}, ${String(entry.at)})`;
      if (!TYPES.has(entry.type))
        throw new ProofProblem(
          `${named} is in the log, and is none of who read what that this version knows.`,
        );
      const last = this.#last;
      // By the moments first: where a clock was put back, an entry of a later moment has a lower leaf.
      const at = String(entry.at);
      if (leaf === last?.leaf) throw new ProofProblem(`${named} stands twice in the export.`);
      if (last && (at > last.at || (at === last.at && leaf > last.leaf)))
        throw new ProofProblem(
          `${named} stands behind an older one, and an export has the newest first: it was put together from several, or of several logs.`,
        );
      // Each of two forks of a log has its own entry at the place, and each its proof.
      if (!this.#leaves.add(leaf))
        throw new ProofProblem(
          `${named} is of a second log of the same name: its place in the log is that of another entry before it.`,
        );
      this.#last = { at, leaf };
      this.#entries += 1;
    }
  }

  /** `undefined` of a whole export that holds none. @throws ProofProblem when it cannot say that it is whole. */
  finish() {
    this.#end.demand(this.#entries, 'entries');
    const { named } = this.#log;
    if (this.#entries === 0 && this.#end.isNeeded) return undefined;
    if (named === undefined || this.#entries === 0)
      throw new ProofProblem('The export holds no entry, so there is nothing to check.');
    return {
      madeAt: this.#madeAt,
      hasEnd: this.#end.isNeeded,
      entries: this.#entries,
      checkpoints: this.#log.checkpoints,
      ...named,
    };
  }
}
