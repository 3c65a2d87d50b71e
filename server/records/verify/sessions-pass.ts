import type { Connection } from '../sqlite/connection.ts';
import type { Findings } from './finding.ts';
import { guarded } from './guarded.ts';
import { SessionChecks } from './session-checks.ts';

const SESSIONS_A_STEP = 200;
/** Of what an entry costs: a session is folded, compared and its signatures checked; measured with sixteen entries each. */
export const SESSION_COST = 25;

/** What people list and read of each session, and what both ends signed, against its entries. */
export class SessionsPass {
  readonly #checks: SessionChecks | undefined;
  readonly #total: number;

  constructor(
    private readonly connection: Connection,
    private readonly findings: Findings,
  ) {
    const total = () => connection.prepare<[], number>('SELECT count(*) FROM sessions').pluck().get() ?? 0;
    this.#checks = guarded(findings, 'as a whole', () => new SessionChecks(connection, findings));
    this.#total = guarded(findings, 'as a whole', total) ?? 0;
  }

  /** In what entries cost. */
  get progress(): { done: number; total: number } {
    const done = Math.min(this.#total, this.#checks?.sessions ?? 0);
    return { done: done * SESSION_COST, total: this.#total * SESSION_COST };
  }

  /** Checks some more; a few milliseconds. @returns whether there is more to do. */
  step(): boolean {
    const checks = this.#checks;
    if (checks === undefined) return false;
    const next = () => this.connection.transaction(() => checks.next(SESSIONS_A_STEP))();
    return guarded(this.findings, 'among the sessions', next) ?? false;
  }

  get sessions(): number {
    return this.#checks?.sessions ?? 0;
  }
}
