import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** How long the same question of the same reader is one reading: paging, sorting, coming back to the list. */
export const SAME_READING_MS = 10 * 60_000;
/** A reader who asks more different things than this within minutes has some of them noted twice. */
const MAX_REMEMBERED = 5_000;

interface Noted {
  readonly at: number;
  readonly written: Promise<unknown>;
}

/** Which questions are in the record already, so that paging through an answer is one entry and not one per page. */
export class RecentQuestions {
  /** The oldest first. Keys are hashes: what was searched for does not stay in memory. */
  readonly #noted = new Map<string, Noted>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /**
   * Resolves when the question stands in the record: by this call's `write`, or by an earlier one. Whoever asks the same
   * while it is being written waits for the same write.
   */
  async once(question: unknown, write: () => Promise<unknown>): Promise<void> {
    const key = createHash('sha256').update(JSON.stringify(question)).digest('base64url');
    const now = this.clock.now();
    const before = this.#noted.get(key);
    // A clock that was put back says nothing of how long ago it was: then it is noted once more.
    if (before !== undefined && now >= before.at && now - before.at < SAME_READING_MS) {
      await before.written;
      return;
    }
    const noted = { at: now, written: write() };
    this.#noted.delete(key);
    this.#noted.set(key, noted);
    this.#forgetOldest(now);
    try {
      await noted.written;
    } catch (error) {
      // It does not stand in the record: the next one has to write it.
      if (this.#noted.get(key) === noted) this.#noted.delete(key);
      throw error;
    }
  }

  #forgetOldest(now: number): void {
    for (const [key, { at }] of this.#noted) {
      if (this.#noted.size <= MAX_REMEMBERED && now - at < SAME_READING_MS) return;
      this.#noted.delete(key);
    }
  }
}
