import type { NoteKey } from '../../../protocol/proof/signed-note.ts';
import { hashCount } from '../../../protocol/proof/tree-shape.ts';
import type { Connection } from '../sqlite/connection.ts';
import { checkAccounts } from './account-checks.ts';
import { certificatesIn, faultOf, type NumberRange, numbersIn, sizesIn } from './certificates.ts';
import { CheckpointChecks, type KeptCheckpoint } from './checkpoint-checks.ts';
import { problemsOfFile } from './file-problems.ts';
import type { Findings } from './finding.ts';
import { guarded } from './guarded.ts';
import { KeyChecks } from './key-checks.ts';
import { LeafChecks } from './leaf-checks.ts';

export interface LogPassOptions {
  /** A broker writes meanwhile, which no step may hold up for long: the indexes of a large store are left out. */
  readonly isLive?: boolean;
  /** Some pages of the file are known to be damaged: of all that SQLite reads after the first of them it says no more. */
  readonly isDamaged?: boolean | undefined;
  /** A key of the log that the reader knows from elsewhere. */
  readonly trusted?: NoteKey | undefined;
}

interface LogChecks {
  readonly keys: KeyChecks;
  readonly checkpoints: CheckpointChecks;
  readonly leaves: LeafChecks;
}

const LEAVES_A_STEP = 2_000;
/** Of 4 KiB: what is checked at once, in about a second, while a broker writes. */
const LIVE_FILE_PAGES = 16_384;

/**
 * The file, and the log in it: each entry against its leaf, each hash against those below, each checkpoint against the log
 * and its key, each entry that is gone against the certificates of deletion.
 */
export class LogPass {
  #indexesChecked = false;
  /** That SQLite reads before anything else; each takes as long as an entry. */
  readonly #pages: number;
  #phase: 'file' | 'leaves' | 'done' = 'file';
  /** Absent where the file is too damaged to begin with. */
  readonly #checks: LogChecks | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly findings: Findings,
    witnessed: readonly KeptCheckpoint[],
    private readonly options: LogPassOptions,
  ) {
    // The keys and what they signed, as of one moment.
    this.#checks = guarded(findings, 'as a whole', () =>
      connection.transaction(() => {
        const keys = new KeyChecks(connection, findings, options.trusted);
        const checkpoints = new CheckpointChecks(connection, findings, keys, witnessed);
        return { keys, checkpoints, leaves: new LeafChecks(connection, findings) };
      })(),
    );
    if (this.#checks === undefined) this.#phase = 'done';
    this.#pages = guarded(findings, 'as a whole', () => this.#pagesToRead()) ?? 0;
  }

  /** In entries, and in pages that cost as much. */
  get progress(): { done: number; total: number } {
    if (this.#checks === undefined) return { done: 0, total: 0 };
    const { checkpoints, leaves } = this.#checks;
    const read = this.#phase === 'file' ? 0 : this.#pages;
    const checked = Math.min(checkpoints.size, leaves.frontier.size);
    return { done: read + checked, total: this.#pages + checkpoints.size };
  }

  /** Checks some more; a few milliseconds. @returns whether there is more to do. */
  step(): boolean {
    const checks = this.#checks;
    if (checks === undefined) return false;
    const [phase, where] = [this.#phase, this.#where(checks)];
    const isRead = guarded(this.findings, where, () => {
      this.connection.transaction(() => {
        if (phase === 'file') this.#checkFile();
        else if (phase === 'leaves') this.#checkLeaves(checks);
      })();
      return true;
    });
    if (isRead === undefined) this.#phase = phase === 'file' ? 'leaves' : 'done';
    return this.#phase !== 'done';
  }

  /** What a verdict says of it, after the last step. */
  outcome() {
    const { keys, checkpoints, leaves } = this.#checks ?? {};
    return {
      origin: keys?.origin ?? '',
      size: checkpoints?.size ?? 0,
      entries: leaves?.entries ?? 0,
      deleted: (leaves?.missing ?? []).reduce((sum, [first, last]) => sum + last - first + 1, 0),
      checkpoints: checkpoints?.right ?? 0,
      indexesChecked: this.#indexesChecked,
    };
  }

  #where({ leaves }: LogChecks): string {
    return this.#phase === 'file' ? 'as a whole' : `after log entry ${leaves.frontier.size}`;
  }

  /** Every page of the database, also those that nothing below would read. */
  #checkFile(): void {
    if (this.#pages === 0) {
      this.#phase = 'leaves';
      return;
    }
    this.#indexesChecked = true;
    for (const problem of problemsOfFile(this.connection)) this.findings.add('file', problem);
    this.#phase = 'leaves';
  }

  /** None where SQLite says no more of them, or would hold up a broker for too long. */
  #pagesToRead(): number {
    const pages = this.connection.pragma('page_count', { simple: true }) as number;
    const isTooMuch = this.options.isLive && pages > LIVE_FILE_PAGES;
    return this.options.isDamaged || isTooMuch ? 0 : pages;
  }

  #checkLeaves({ checkpoints, leaves }: LogChecks): void {
    const { size } = leaves.frontier;
    const end = Math.min(size + LEAVES_A_STEP, checkpoints.size);
    const stop = Math.min(end, checkpoints.nextSize() ?? end);
    if (stop > size || size === 0) leaves.upTo(stop);
    checkpoints.reached(leaves.frontier);
    if (stop < checkpoints.size) return;
    checkpoints.finish();
    const outside = this.connection
      .prepare<[], number | null>(
        'SELECT min(seq) FROM entries WHERE seq < 1 OR seq > (SELECT coalesce(max(size), 0) FROM checkpoints)',
      )
      .pluck()
      .get();
    if (typeof outside === 'number')
      this.findings.add(
        'entry',
        `Log entry ${outside} stands in the store, but not in the log.`,
        outside > 0 ? outside : undefined,
      );
    const { size: signed, hashes } = this.connection
      .prepare<[], { size: number; hashes: number }>(
        `SELECT (SELECT coalesce(max(size), 0) FROM checkpoints) AS size,
           (SELECT coalesce(max(position), -1) + 1 FROM log_hashes) AS hashes`,
      )
      .get() ?? { size: 0, hashes: 0 };
    if (hashes > hashCount(signed))
      this.findings.add(
        'hash',
        `The log has ${hashes - hashCount(signed)} hashes more than a log of ${signed} entries, of which its last checkpoint speaks.`,
      );
    this.#checkCertificates(leaves);
    checkAccounts(this.connection, this.findings);
    this.#phase = 'done';
  }

  /** Every entry that is gone must be named by a certificate, and every one that a certificate names must be gone. */
  #checkCertificates({ missing }: LeafChecks): void {
    const certificates = certificatesIn(this.connection);
    const certified = numbersIn(certificates);
    const sizeAt = sizesIn(this.connection);
    for (const certificate of certificates) {
      const fault = faultOf(certificate, sizeAt);
      if (fault !== undefined)
        this.findings.add(
          'deletion',
          `The certificate of deletion in log entry ${certificate.seq} ${fault}.`,
          certificate.seq,
        );
    }
    for (const [first, last] of without(missing, certified)) {
      const which = first === last ? `Log entry ${first} is` : `Log entries ${first} to ${last} are`;
      this.findings.add('deletion', `${which} gone, and no certificate of deletion says why.`, first);
    }
    const standing = this.connection
      .prepare<[number, number], number>('SELECT seq FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq')
      .pluck();
    // Read once more: what was there when its leaf was checked may have been deleted since.
    for (const range of without(certified, missing))
      for (const seq of standing.iterate(...range))
        this.findings.add(
          'deletion',
          `Log entry ${seq} is there, and a certificate says that it was deleted.`,
          seq,
        );
  }
}

/** What of `ranges` lies in none of `others`. Both in order, without overlaps; first and last number of each belong to it. */
function without(ranges: readonly NumberRange[], others: readonly NumberRange[]): NumberRange[] {
  const left: NumberRange[] = [];
  let next = 0;
  for (const [first, last] of ranges) {
    let from = first;
    while (from <= last) {
      while (next < others.length && (others[next] as NumberRange)[1] < from) next += 1;
      const [start, end] = others[next] ?? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      if (start > from) left.push([from, Math.min(last, start - 1)]);
      from = end + 1;
    }
  }
  return left;
}
