import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StoreHealth } from '../record-store.ts';
import type { StoreThreads } from './store-threads.ts';

const DURATIONS_KEPT = 1000;

/** How the store is: whether it can be written, how long that takes, how much is in it. */
export class StoreCondition {
  readonly #threads: StoreThreads;
  readonly #file: string;
  #durations: number[] = [];
  /** How many entries there are: counted once, then kept up. */
  #entries: number | undefined;

  constructor(threads: StoreThreads, file: string) {
    this.#threads = threads;
    this.#file = file;
  }

  /** An append took so long, ms. */
  took(ms: number): void {
    this.#durations.push(ms);
    if (this.#durations.length > DURATIONS_KEPT * 2) this.#durations = this.#durations.slice(-DURATIONS_KEPT);
  }

  /** So many entries more, or fewer. */
  counted(change: number): void {
    if (this.#entries !== undefined) this.#entries += change;
  }

  async health(): Promise<StoreHealth> {
    const { commits, gone } = this.#threads;
    // Only a failed store is probed by a write of its own: appends themselves tell of a good one.
    if (commits.failure !== undefined && gone === undefined) await commits.write('probe').catch(() => {});
    const reason = this.#threads.gone ?? commits.failure;
    const [disk, entries] = await Promise.all([statfs(dirname(this.#file)), this.#countEntries()]);
    return {
      writable: reason === undefined,
      ...(reason !== undefined && { reason }),
      freeBytes: disk.bavail * disk.bsize,
      entries,
      appendMs: [...this.#durations],
    };
  }

  /** 0 while nobody can tell. */
  async #countEntries(): Promise<number> {
    if (this.#entries === undefined) {
      const counted = await this.#threads.read('countEntries').catch(() => undefined);
      this.#entries ??= counted;
    }
    return this.#entries ?? 0;
  }
}
