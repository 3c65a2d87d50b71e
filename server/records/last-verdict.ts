import type { EntryOf } from '../../protocol/record.ts';
import type { RecordStore } from './record-store.ts';

/** One that was broken off says nothing, so the one before it still counts; more than so many in a row are not looked through. */
const LOOKED_THROUGH = 20;

/** The newest verification that came to an end, as its entry tells of it. */
export async function lastVerdict(
  records: Pick<RecordStore, 'entries'>,
): Promise<EntryOf<'log.verified'> | undefined> {
  const entries = await records.entries({ types: ['log.verified'], limit: LOOKED_THROUGH });
  for (const entry of entries)
    if (entry.type === 'log.verified' && entry.outcome !== 'broken-off') return entry;
  return undefined;
}
