import type { z } from 'zod';
import { HOUSE_ENTRIES } from './house-entries.ts';
import { SESSION_ENTRIES } from './session-entries.ts';
import type { Instant } from './text.ts';

/**
 * Every type of entry, once: how long it is kept, and its fields with their classification.
 * A new one is added to one of the two tables first; the compiler then names every place that must know it
 * (docs/how-to/add-a-record-type.md).
 */
export const RECORD_TYPES = { ...SESSION_ENTRIES, ...HOUSE_ENTRIES };

export type RecordType = keyof typeof RECORD_TYPES;

/** What a part of the broker hands to the recorder: one fact. */
export type NewEntry = {
  [Type in RecordType]: { type: Type } & z.infer<(typeof RECORD_TYPES)[Type]['fields']>;
}[RecordType];

/** An entry's place in its session, given by the store; part of what the log holds (session-numbering.ts). */
export interface Numbering {
  /** Counts the entries of a session from 1. Entries of no session have none. */
  readonly ordinal?: number;
  /** The types of the entries directly before this one that receipts and retention may leave out, in their order. */
  readonly follows?: readonly RecordType[];
}

/** An entry as stored. `seq` counts all entries of this store from 1 in the order in which they became durable. */
export type Entry = NewEntry & Numbering & { id: string; seq: number; at: Instant };

export type EntryOf<Type extends RecordType> = Extract<Entry, { type: Type }>;

/** An entry that belongs to a session. */
export type SessionEntry = Extract<Entry, { sessionId: string }>;
export type NewSessionEntry = Extract<NewEntry, { sessionId: string }>;
