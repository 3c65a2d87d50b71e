import { workerData } from 'node:worker_threads';
import { type Connection, type FileOptions, openForReading } from '../sqlite/connection.ts';
import { stepBack } from '../sqlite/step-back.ts';
import { serveThread } from '../sqlite/thread.ts';
import { StoreVerification, type Verdict, type VerificationProgress } from './store-verification.ts';

/** A thread of its own for a verification: neither appends, nor reads, nor the relay wait for it. */
export interface VerifyThread {
  /** Fixes what is looked at: what is appended from now on is not. */
  begin(): VerificationProgress;
  /** Goes on for about so many milliseconds. */
  goOn(forMs: number): VerificationProgress & { readonly isOver: boolean };
  verdict(): Verdict;
  close(): void;
}

const options = workerData as FileOptions;
let connection: Connection | undefined;
let verification: StoreVerification | undefined;

const begun = (): StoreVerification => {
  if (verification === undefined) throw new Error('no verification has begun');
  return verification;
};

serveThread(
  () =>
    ({
      begin() {
        stepBack(10);
        connection = openForReading(options);
        verification = new StoreVerification(connection, [], { isLive: true });
        return verification.progress;
      },
      goOn(forMs) {
        const until = performance.now() + forMs;
        let isOver = false;
        while (!isOver && performance.now() < until) isOver = !begun().step();
        return { ...begun().progress, isOver };
      },
      verdict: () => begun().verdict(),
      close: () => connection?.close(),
    }) satisfies VerifyThread,
);
