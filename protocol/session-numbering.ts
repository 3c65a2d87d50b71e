import { WITHHELD_FROM_RECEIPTS } from './receipt.ts';
import { type Numbering, RECORD_TYPES, type RecordType } from './record.ts';
import { PART_KINDS } from './retention-kinds.ts';

/** How many entries a session has had, and what the next one says of them. */
export interface EntryCount {
  /** The newest one's `ordinal`. */
  readonly entries: number;
  /** Types of the newest ones, back to the last that stays: the next that stays names them. */
  readonly unnamed: readonly RecordType[];
}

export const NO_ENTRIES: EntryCount = { entries: 0, unnamed: [] };

/** Goes before the rest of its session. */
export const goesEarly = (type: string): boolean =>
  Object.hasOwn(RECORD_TYPES, type) &&
  (PART_KINDS as readonly string[]).includes(RECORD_TYPES[type as RecordType].keep);

/** Need not stand in a receipt. All others do, so that one that is left out shows (docs/decisions/0020). */
export const mayBeMissing = (type: string): boolean =>
  WITHHELD_FROM_RECEIPTS.includes(type) || goesEarly(type);

/** What the next entry of a session says about its place. */
export function nextNumbering({ entries, unnamed }: EntryCount, type: RecordType): Numbering {
  const names = unnamed.length > 0 && !mayBeMissing(type);
  return { ordinal: entries + 1, ...(names && { follows: unnamed }) };
}

/** The count with one more entry. Those written before there were ordinals count by their order. */
export const counted = (
  { entries, unnamed }: EntryCount,
  { type, ordinal }: { type: RecordType } & Numbering,
): EntryCount => ({
  entries: ordinal ?? entries + 1,
  unnamed: mayBeMissing(type) ? [...unnamed, type] : NO_ENTRIES.unnamed,
});
