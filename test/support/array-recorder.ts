import { randomUUID } from 'node:crypto';
import type { Entry, NewEntry } from '../../protocol/record.ts';
import { type Clock, instant } from '../../server/clock.ts';
import type { Recorder } from '../../server/records/recorder.ts';

/** A record in memory, for tests that write thousands of sessions. */
export class ArrayRecorder implements Recorder {
  readonly entries: Entry[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async append(entries: readonly NewEntry[]): Promise<Entry[]> {
    const at = instant(this.#clock);
    const written = entries.map(
      (entry, i): Entry => ({ ...entry, id: randomUUID(), seq: this.entries.length + i + 1, at }),
    );
    this.entries.push(...written);
    return written;
  }
}
