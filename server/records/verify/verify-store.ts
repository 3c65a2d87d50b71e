import { setImmediate } from 'node:timers/promises';
import type { Connection, FileOptions } from '../sqlite/connection.ts';
import { Thread } from '../sqlite/thread.ts';
import type { KeptCheckpoint } from './checkpoint-checks.ts';
import type { SessionsThread, SessionsVerdict } from './sessions-worker.ts';
import {
  StoreVerification,
  type Verdict,
  type VerificationOptions,
  type VerificationProgress,
} from './store-verification.ts';

export interface StoreOptions {
  readonly witnessed?: readonly KeptCheckpoint[] | undefined;
  readonly trusted?: VerificationOptions['trusted'];
  readonly isDamaged?: VerificationOptions['isDamaged'];
  /** Only the log: another version keeps other figures of sessions. */
  readonly logOnly?: boolean;
  readonly onProgress?: ((progress: VerificationProgress) => void) | undefined;
  /** From how many sessions on a second thread is worth its start. */
  readonly sessionsForAThread?: number | undefined;
}

const SESSIONS_WORKER = new URL('./sessions-worker.mjs', import.meta.url);
const SESSIONS_FOR_A_THREAD = 10_000;
/** How long each thread works before it tells how far it is. */
const STRETCH_MS = 200;

/** Verifies a whole store at once; a large one on two threads, the log on this one and the sessions on another. */
export async function verifyStore(
  connection: Connection,
  database: FileOptions,
  options: StoreOptions,
): Promise<Verdict> {
  const { witnessed, trusted, isDamaged, logOnly = false, onProgress } = options;
  const { sessionsForAThread = SESSIONS_FOR_A_THREAD } = options;
  const onTwoThreads = !logOnly && sessionsIn(connection) >= sessionsForAThread;
  const withoutSessions = logOnly || onTwoThreads;
  const verification = new StoreVerification(connection, witnessed, { trusted, isDamaged, withoutSessions });
  if (!onTwoThreads) {
    while (verification.step()) onProgress?.(verification.progress);
    return verification.verdict();
  }
  let ofSessions: VerificationProgress = { done: 0, total: 1 };
  // The one that is behind ends last.
  const tell = () => onProgress?.(behind(verification.progress, ofSessions));
  const [sessions] = await Promise.all([
    verifySessions(database, (progress) => {
      ofSessions = progress;
      tell();
    }),
    stepThrough(verification, tell),
  ]);
  const log = verification.verdict();
  return {
    ...log,
    sessions: sessions.sessions,
    findings: [...log.findings, ...sessions.findings],
    findingCount: log.findingCount + sessions.findingCount,
    notAsSigned: sessions.notAsSigned,
  };
}

async function verifySessions(
  database: FileOptions,
  onProgress: (progress: VerificationProgress) => void,
): Promise<SessionsVerdict> {
  const thread = new Thread<SessionsThread>(SESSIONS_WORKER, database, {
    restartDelayMs: 0,
    onDeath: () => {},
  });
  try {
    await thread.ready();
    for (let isOver = false; !isOver; ) {
      const progress = await thread.call('goOn', STRETCH_MS);
      onProgress(progress);
      isOver = progress.isOver;
    }
    return await thread.call('verdict');
  } finally {
    await thread.kill();
  }
}

async function stepThrough(verification: StoreVerification, tell: () => void): Promise<void> {
  let until = performance.now() + STRETCH_MS;
  while (verification.step()) {
    if (performance.now() < until) continue;
    tell();
    // The other thread is waiting for its next stretch.
    await setImmediate();
    until = performance.now() + STRETCH_MS;
  }
}

const behind = (one: VerificationProgress, other: VerificationProgress): VerificationProgress =>
  one.done * other.total <= other.done * one.total ? one : other;

/** 0 where that cannot be read: the verification itself says what is wrong. */
function sessionsIn(connection: Connection): number {
  try {
    return connection.prepare<[], number>('SELECT count(*) FROM sessions').pluck().get() ?? 0;
  } catch {
    return 0;
  }
}
