import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { types } from 'mediasoup';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';

/** What takes a worker a millisecond, and its start a second: even a machine that swaps is done with it by then. */
export const ANSWERS_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 2_000;
const MOST_MISSED = ANSWERS_WITHIN_MS / ASK_EVERY_MS;

/** A worker that was started does not say that it is ready. */
export class WorkerStuck extends Error {
  override readonly name = 'WorkerStuck';
}

/** Starts one. What does not get ready is ended. @throws WorkerStuck */
export async function startWorker(clock: Clock): Promise<types.Worker> {
  const { createWorker } = await import('mediasoup');
  let process: ChildProcess | undefined;
  const started = (message: unknown) => {
    ({ process } = message as { process: ChildProcess });
  };
  // mediasoup does not tell which process it is before that is ready.
  subscribe('child_process', started);
  const making = createWorker({ logLevel: 'error' });
  unsubscribe('child_process', started);
  return inTime(clock, making).catch((error: unknown) => {
    if (error instanceof WorkerStuck) process?.kill('SIGKILL');
    throw error;
  });
}

/** Waits no longer than it may take. @throws WorkerStuck */
export async function inTime<Made>(
  clock: Clock,
  making: Promise<Made>,
  withinMs = ANSWERS_WITHIN_MS,
): Promise<Made> {
  let cancel = () => {};
  const over = new Promise<never>((_, reject) => {
    cancel = clock.after(withinMs, () => reject(new WorkerStuck('the media worker does not get ready')));
  });
  try {
    return await Promise.race([making, over]);
  } finally {
    cancel();
  }
}

/**
 * Ends a worker that does not answer any more: it is replaced as one that died, and whoever waits for it hears of that. mediasoup
 * waits for ever. A worker does one thing after the other, so one that answers this has answered all that it was asked before.
 */
export function endWhenSilent(worker: types.Worker, { clock, log }: { clock: Clock; log: Logger }): void {
  let isAsked = false;
  let missed = 0;
  const answered = () => {
    isAsked = false;
    missed = 0;
  };
  const ask = () => {
    isAsked = true;
    // A refusal is an answer, too.
    worker.getResourceUsage().then(answered, answered);
  };
  const look = () => {
    if (worker.closed) return;
    if (isAsked) missed += 1;
    else ask();
    if (missed < MOST_MISSED) {
      // A broker that was held up itself first hears what has come meanwhile.
      setImmediate(lookLater);
      return;
    }
    log.error({ pid: worker.pid }, 'a media worker does not answer any more');
    killed(worker.pid);
  };
  const lookLater = () => void clock.after(ASK_EVERY_MS, look);
  lookLater();
}

/** Its own `close` would only ask it. */
export function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
