import type { Entry, NewEntry } from '../../protocol/record.ts';

/** The one door through which every entry passes. */
export interface Recorder {
  /**
   * Writes `entries` in this order, all or none, and answers them once they are durable (fsynced).
   * Appends that wait at the same time share one commit. What entries say of accounts holds with it: see AccountStore.
   * @throws Refusal `record.unavailable` when the store cannot take them; then none was written.
   */
  append(entries: readonly NewEntry[]): Promise<Entry[]>;
}
