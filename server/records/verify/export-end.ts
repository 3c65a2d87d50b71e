import { ProofProblem } from '../../../protocol/proof/proven-entry.ts';
import { ProvenExportEnd } from '../../../protocol/proven-export.ts';

/** The last line of an export with proofs, which says how much stands before it. No signature speaks for it: it tells a file that broke off from a whole one. */
export class ExportEnd {
  #count: number | undefined;

  /** @param isNeeded older exports have none. */
  constructor(readonly isNeeded: boolean) {}

  /** @returns whether this line is the last one. @throws ProofProblem for a line behind it. */
  take(read: unknown, line: number): boolean {
    if (this.#count !== undefined)
      throw new ProofProblem(`Line ${line} of the export stands behind its last line.`);
    const end = this.isNeeded ? ProvenExportEnd.safeParse(read) : undefined;
    this.#count = end?.data?.end.count;
    return this.#count !== undefined;
  }

  /** @param what of which so many were there. @throws ProofProblem */
  demand(count: number, what: string): void {
    if (!this.isNeeded) return;
    if (this.#count === undefined)
      throw new ProofProblem(
        `The export was cut off after ${count} ${what}: the last line, which says that it is whole, is missing. Ask for it again.`,
      );
    if (this.#count !== count)
      throw new ProofProblem(
        `The last line of the export says that it holds ${this.#count} ${what}, and there are ${count}: some were left out, or put in.`,
      );
  }
}
