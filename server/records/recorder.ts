import type { Entry, NewEntry } from '../../protocol/record.ts';
import { Refusal } from '../refusal.ts';

/** The one door through which every entry passes. */
export interface Recorder {
  /**
   * Writes `entries` in this order, all or none, and answers them once they are durable (fsynced).
   * Appends that wait at the same time share one commit. What entries say of accounts holds with it: see AccountStore.
   * @throws Refusal `record.unavailable` when the store cannot take them; then none was written. InDoubt when nobody can say
   * that yet.
   */
  append(entries: readonly NewEntry[]): Promise<Entry[]>;
}

/** Where nobody can say whether it was written. */
export const NOT_KNOWN =
  'The record cannot be written at the moment. Whether this was is not known: look before you do it again.';

/**
 * The disk hangs, or who was writing died: what was refused may stand in the record after all. Whoever would write it
 * again waits for `fate`, or the same fact stands there twice.
 */
export class InDoubt<Written = Entry[]> extends Refusal {
  constructor(
    /** What was written, once that is known; `undefined` when it was not. Never rejected. */
    readonly fate: Promise<Written | undefined>,
  ) {
    super('record.unavailable', NOT_KNOWN);
  }
}
