import { parseLeafRanges } from '../../../protocol/proof/leaf-ranges.ts';
import type { NoteKey } from '../../../protocol/proof/signed-note.ts';
import { hashCount } from '../../../protocol/proof/tree-shape.ts';
import type { Connection } from '../sqlite/connection.ts';
import { CheckpointChecks, type KeptCheckpoint } from './checkpoint-checks.ts';
import { type Finding, Findings } from './finding.ts';
import { KeyChecks } from './key-checks.ts';
import { LeafChecks } from './leaf-checks.ts';
import { SessionChecks } from './session-checks.ts';

export interface VerificationProgress {
  /** Entries and sessions. */
  readonly done: number;
  readonly total: number;
}

export interface Verdict {
  readonly origin: string;
  /** Entries ever logged. */
  readonly size: number;
  /** Of these, what is there now, and what certificates say was deleted. */
  readonly entries: number;
  readonly deleted: number;
  readonly sessions: number;
  readonly checkpoints: number;
  /** Whether each index was held against its table. */
  readonly indexesChecked: boolean;
  /** Empty when all is right; the last one may stand for many. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
}

export interface VerificationOptions {
  /** A broker writes meanwhile, which no step may hold up for long: the indexes of a large store are left out. */
  readonly isLive?: boolean;
  /** A key of the log that the reader knows from elsewhere. */
  readonly trusted?: NoteKey | undefined;
}

const LEAVES_A_STEP = 2_000;
const SESSIONS_A_STEP = 200;
/** Of 4 KiB: what is checked at once, in about a second, while a broker writes. */
const LIVE_FILE_PAGES = 16_384;

/**
 * Checks a whole store: each entry against its leaf, each hash against those below, each checkpoint against the log and
 * its key, each entry that is gone against the certificates of deletion, and what people list and read, and what both
 * ends signed, against the entries. Entries that are appended meanwhile are not looked at; sessions that are deleted meanwhile do no harm.
 * Each step reads one snapshot and lets go of it: nothing that is written meanwhile waits, or is seen by halves.
 */
export class StoreVerification {
  readonly #findings = new Findings();
  #indexesChecked = false;
  #phase: 'file' | 'leaves' | 'sessions' | 'done' = 'file';
  /** Absent where the file is too damaged to begin with. */
  readonly #checks: Checks | undefined;

  /** @param witnessed checkpoints that somebody kept outside of the data folder. */
  constructor(
    private readonly connection: Connection,
    witnessed: readonly KeptCheckpoint[] = [],
    private readonly options: VerificationOptions = {},
  ) {
    // The keys and what they signed, as of one moment.
    this.#checks = this.#guarded(() =>
      connection.transaction(() => checksOf(connection, this.#findings, witnessed, options.trusted))(),
    );
    if (this.#checks === undefined) this.#phase = 'done';
  }

  get progress(): VerificationProgress {
    if (this.#checks === undefined) return { done: 0, total: 0 };
    const { checkpoints, leaves, sessions, sessionCount } = this.#checks;
    const total = checkpoints.size + sessionCount;
    return { done: Math.min(total, leaves.frontier.size + sessions.sessions), total };
  }

  /** Checks some more; a few milliseconds. @returns whether there is more to do. */
  step(): boolean {
    const checks = this.#checks;
    if (checks === undefined) return false;
    this.#guarded(() =>
      this.connection.transaction(() => {
        if (this.#phase === 'file') this.#checkFile();
        else if (this.#phase === 'leaves') this.#checkLeaves(checks);
        else if (this.#phase === 'sessions') this.#checkSessions(checks);
      })(),
    );
    return this.#phase !== 'done';
  }

  /** After the last step. */
  verdict(): Verdict {
    const { keys, checkpoints, leaves, sessions } = this.#checks ?? {};
    return {
      origin: keys?.origin ?? '',
      size: checkpoints?.size ?? 0,
      entries: leaves?.entries ?? 0,
      deleted: (leaves?.missing ?? []).reduce((sum, [first, last]) => sum + last - first + 1, 0),
      sessions: sessions?.sessions ?? 0,
      checkpoints: checkpoints?.right ?? 0,
      indexesChecked: this.#indexesChecked,
      findings: this.#findings.all,
      findingCount: this.#findings.count,
    };
  }

  /** Every page of the database, also those that nothing below would read. */
  #checkFile(): void {
    const pages = this.connection.pragma('page_count', { simple: true }) as number;
    if (this.options.isLive && pages > LIVE_FILE_PAGES) {
      this.#phase = 'leaves';
      return;
    }
    this.#indexesChecked = true;
    const said = this.connection.prepare<[], string>('PRAGMA integrity_check(10)').pluck().all();
    for (const problem of said)
      if (problem !== 'ok') this.#findings.add(`The database is damaged: ${problem}.`);
    this.#phase = 'leaves';
  }

  #checkLeaves({ checkpoints, leaves }: Checks): void {
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
      this.#findings.add(
        `Entry ${outside} stands in the store, but not in the log.`,
        outside > 0 ? outside : undefined,
      );
    const { size: signed, hashes } = this.connection
      .prepare<[], { size: number; hashes: number }>(
        `SELECT (SELECT coalesce(max(size), 0) FROM checkpoints) AS size,
           (SELECT coalesce(max(position), -1) + 1 FROM log_hashes) AS hashes`,
      )
      .get() ?? { size: 0, hashes: 0 };
    if (hashes > hashCount(signed))
      this.#findings.add(
        `The log has ${hashes - hashCount(signed)} hashes more than a log of ${signed} entries, of which its last checkpoint speaks.`,
      );
    this.#checkCertificates(leaves);
    this.#phase = 'sessions';
  }

  #checkSessions({ sessions }: Checks): void {
    if (!sessions.next(SESSIONS_A_STEP)) this.#phase = 'done';
  }

  /** Every entry that is gone must be named by a certificate. */
  #checkCertificates({ missing }: LeafChecks): void {
    const certified = this.#certified();
    let next = 0;
    for (const [first, last] of missing) {
      for (let seq = first; seq <= last; ) {
        while (next < certified.length && (certified[next] as [number, number])[1] < seq) next += 1;
        const range = certified[next];
        if (range !== undefined && range[0] <= seq) seq = range[1] + 1;
        else {
          const until = Math.min(last, (range?.[0] ?? Number.POSITIVE_INFINITY) - 1);
          const which = until === seq ? `Entry ${seq} is` : `Entries ${seq} to ${until} are`;
          this.#findings.add(`${which} gone, and no certificate of deletion says why.`, seq);
          seq = until + 1;
        }
      }
    }
  }

  /** Numbers of entries that certificates name, as ranges in order that do not overlap. */
  #certified(): [number, number][] {
    const texts = this.connection
      .prepare<[], string>(
        `SELECT json_extract(fields, '$.leaves') FROM entries
         WHERE session IS NULL AND type IN ('retention.deleted', 'backup.restored')`,
      )
      .pluck()
      .all();
    const ranges = texts
      .flatMap((text) => parseLeafRanges(text) ?? [])
      .map(([start, end]): [number, number] => [start + 1, end])
      .sort((a, b) => a[0] - b[0]);
    const merged: [number, number][] = [];
    for (const range of ranges) {
      const before = merged.at(-1);
      if (before !== undefined && range[0] <= before[1] + 1) before[1] = Math.max(before[1], range[1]);
      else merged.push(range);
    }
    return merged;
  }

  /** A damaged file ends the check of what lies in it, with a finding. */
  #guarded<Result>(check: () => Result): Result | undefined {
    try {
      return check();
    } catch (error) {
      const { message, code } = error as Error & { code?: unknown };
      const size = this.#checks?.leaves.frontier.size ?? 0;
      const { where, next } = {
        file: { where: 'as a whole', next: 'leaves' } as const,
        leaves: { where: `after entry ${size}`, next: 'sessions' } as const,
        sessions: { where: 'among the sessions', next: 'done' } as const,
        done: { where: '', next: 'done' } as const,
      }[this.#phase];
      this.#findings.add(
        code === 'SQLITE_NOTADB'
          ? 'The database is damaged at its beginning, or was not made with these keys.'
          : `The store cannot be read ${where}: ${message}.`,
      );
      this.#phase = next;
      return undefined;
    }
  }
}

interface Checks {
  readonly keys: KeyChecks;
  readonly checkpoints: CheckpointChecks;
  readonly leaves: LeafChecks;
  readonly sessions: SessionChecks;
  readonly sessionCount: number;
}

function checksOf(
  connection: Connection,
  findings: Findings,
  witnessed: readonly KeptCheckpoint[],
  trusted: NoteKey | undefined,
): Checks {
  const keys = new KeyChecks(connection, findings, trusted);
  return {
    keys,
    checkpoints: new CheckpointChecks(connection, findings, keys, witnessed),
    leaves: new LeafChecks(connection, findings),
    sessions: new SessionChecks(connection, findings),
    sessionCount: connection.prepare<[], number>('SELECT count(*) FROM sessions').pluck().get() ?? 0,
  };
}
