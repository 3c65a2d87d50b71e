import { type NewEntry, type Numbering, RECORD_TYPES } from '../../../protocol/record.ts';
import { isStory } from '../../../protocol/session-fold.ts';

/** An entry on its way into the table: all of it text, so that it crosses threads cheaply. */
export interface StoredEntry {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly keep: string;
  /** The session whose story it belongs to. */
  readonly sessionId: string | undefined;
  /** JSON of everything but type, id and time. */
  readonly fields: string;
}

export function storedEntry(entry: NewEntry, id: string, at: string): StoredEntry {
  const { type, ...fields } = entry;
  return {
    id,
    at,
    type,
    keep: RECORD_TYPES[type].keep,
    sessionId: isStory(entry) ? entry.sessionId : undefined,
    fields: wellFormedJson(fields),
  };
}

/** `fields` of an entry whose place in its session is known. */
export const numberedFields = (fields: string, { ordinal, follows }: Numbering): string =>
  `{"ordinal":${ordinal}${follows ? `,"follows":${JSON.stringify(follows)}` : ''},${fields.slice(1)}`;

/** Half of a surrogate pair has no canonical form, so it could not be hashed: it becomes U+FFFD. JSON writes it as `\ud...`. */
function wellFormedJson(fields: object): string {
  const text = JSON.stringify(fields);
  if (!text.includes('\\ud')) return text;
  return JSON.stringify(fields, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));
}
