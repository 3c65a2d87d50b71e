import { z } from 'zod';
import { RECORD_TYPES, type RecordType, type SessionEntry } from '../record.ts';
import { Instant } from '../text.ts';

const Head = z.object({ id: z.uuid(), at: Instant, seq: z.number().int(), sessionId: z.uuid() });

/** Whether entries of this type are known here, whatever this one says. */
export const isKnownType = (type: unknown): type is RecordType =>
  typeof type === 'string' && Object.hasOwn(RECORD_TYPES, type);

/** Whether it is an entry of a session, of a kind that is known here. What a stranger's key vouches for may have any shape. */
export function isSessionEntry(entry: unknown): entry is SessionEntry {
  const { type } = (entry ?? {}) as { type?: unknown };
  if (!isKnownType(type)) return false;
  return Head.safeParse(entry).success && RECORD_TYPES[type].fields.safeParse(entry).success;
}
