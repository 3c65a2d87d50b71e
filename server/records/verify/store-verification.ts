import type { Connection } from '../sqlite/connection.ts';
import type { KeptCheckpoint } from './checkpoint-checks.ts';
import { type Finding, Findings } from './finding.ts';
import { LogPass, type LogPassOptions } from './log-pass.ts';
import { SessionsPass } from './sessions-pass.ts';

export interface VerificationProgress {
  /** In what an entry costs, so that time passes evenly. */
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
  /** Whether each page of the file was read, also those that no table and no index uses. */
  readonly pagesChecked: boolean;
  /** Empty when all is right; the last one may stand for many. */
  readonly findings: readonly Finding[];
  /** Of what was logged. */
  readonly findingCount: number;
  /** Sessions of which an end signed something else; nothing of the log need have been changed for that. */
  readonly notAsSigned: number;
  /** What was left out because the records are of an earlier version, and what to do: whole sentences. */
  readonly notChecked?: string;
}

export interface VerificationOptions extends LogPassOptions {
  /** Somebody else checks the sessions at the same time, or nobody can. */
  readonly withoutSessions?: boolean | undefined;
}

/**
 * Checks a whole store: the file and the log (LogPass), then the sessions (SessionsPass). Entries that are
 * appended meanwhile are not looked at; sessions that are deleted meanwhile do no harm. Each step reads one snapshot and
 * lets go of it: nothing that is written meanwhile waits, or is seen by halves.
 */
export class StoreVerification {
  readonly #findings = new Findings();
  readonly #log: LogPass;
  readonly #sessions: SessionsPass | undefined;
  #logIsOver = false;

  /** @param witnessed checkpoints that somebody kept outside of the data folder. */
  constructor(
    connection: Connection,
    witnessed: readonly KeptCheckpoint[] = [],
    { withoutSessions, ...options }: VerificationOptions = {},
  ) {
    this.#log = new LogPass(connection, this.#findings, witnessed, options);
    // Where the log's keys cannot be read, nothing can.
    const isUnreadable = this.#findings.count > 0 && this.#log.progress.total === 0;
    if (!withoutSessions && !isUnreadable) this.#sessions = new SessionsPass(connection, this.#findings);
  }

  get progress(): VerificationProgress {
    const [log, sessions] = [this.#log.progress, this.#sessions?.progress];
    return { done: log.done + (sessions?.done ?? 0), total: log.total + (sessions?.total ?? 0) };
  }

  /** Checks some more; a few milliseconds. @returns whether there is more to do. */
  step(): boolean {
    if (this.#logIsOver) return this.#sessions?.step() ?? false;
    this.#logIsOver = !this.#log.step();
    return !this.#logIsOver || this.#sessions !== undefined;
  }

  /** After the last step. */
  verdict(): Verdict {
    return {
      ...this.#log.outcome(),
      pagesChecked: false,
      sessions: this.#sessions?.sessions ?? 0,
      findings: this.#findings.all,
      findingCount: this.#findings.count,
      notAsSigned: this.#findings.notAsSigned,
    };
  }
}
