import type { Clock } from '../clock.ts';

/** What takes a worker a millisecond, and its start a second: even a machine that swaps is done with it by then. */
export const ANSWERS_WITHIN_MS = 10_000;

/** A worker that was started does not say that it is ready. */
export class WorkerStuck extends Error {
  override readonly name = 'WorkerStuck';
}

/** Waits no longer than it may take. `late`: what becomes of one that comes when nobody waits any more. @throws WorkerStuck */
export async function inTime<Made>(
  clock: Clock,
  making: Promise<Made>,
  late: (made: Made) => void = () => {},
): Promise<Made> {
  let cancel = () => {};
  let isLate = false;
  const over = new Promise<never>((_, reject) => {
    cancel = clock.after(ANSWERS_WITHIN_MS, () => {
      isLate = true;
      reject(new WorkerStuck('the media worker does not get ready'));
    });
  });
  // Why it failed is heard by who waits, while somebody does.
  making.then((made) => isLate && late(made)).catch(() => {});
  try {
    return await Promise.race([making, over]);
  } finally {
    cancel();
  }
}

/** Its own `close` would only ask it. */
export function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
