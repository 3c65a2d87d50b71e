import { workerData } from 'node:worker_threads';
import { type Connection, type FileOptions, openForReading } from '../sqlite/connection.ts';
import { serveThread } from '../sqlite/thread.ts';
import { Findings } from './finding.ts';
import { SessionsPass } from './sessions-pass.ts';
import type { Verdict, VerificationProgress } from './store-verification.ts';

export type SessionsVerdict = Pick<Verdict, 'sessions' | 'findings' | 'findingCount' | 'notAsSigned'>;

/** A thread of its own for the sessions, so that a large store is verified on two cores. */
export interface SessionsThread {
  /** Goes on for about so many milliseconds. */
  goOn(forMs: number): VerificationProgress & { readonly isOver: boolean };
  verdict(): SessionsVerdict;
  close(): void;
}

const findings = new Findings();
let connection: Connection | undefined;
let pass: SessionsPass | undefined;

function begun(): SessionsPass {
  connection ??= openForReading(workerData as FileOptions);
  pass ??= new SessionsPass(connection, findings);
  return pass;
}

serveThread(
  () =>
    ({
      goOn(forMs) {
        const until = performance.now() + forMs;
        let isOver = false;
        while (!isOver && performance.now() < until) isOver = !begun().step();
        return { ...begun().progress, isOver };
      },
      verdict: () => ({
        sessions: begun().sessions,
        findings: findings.all,
        findingCount: findings.count,
        notAsSigned: findings.notAsSigned,
      }),
      close: () => connection?.close(),
    }) satisfies SessionsThread,
);
