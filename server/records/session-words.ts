import type { RecordType } from '../../protocol/record.ts';
import type { FoldedRecord } from '../../protocol/session-fold.ts';

/** Scripts that are written without spaces: each letter counts as a word, so that parts are found. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
const SPEAKS = /[\p{L}\p{N}]/u;

/**
 * Entries whose words are found at once. Names of files are found when the session is over: to write all words again for
 * each of a thousand files costs more than finding one a little earlier is worth.
 */
export const TELLS_WORDS: ReadonlySet<RecordType> = new Set([
  'session.created',
  'session.joined',
  'session.noted',
]);

/** Everything of a session that free text search looks at. */
export function searchableText(record: FoldedRecord): string {
  const { contact, computer } = record;
  const parts = [
    contact.name,
    contact.contactName,
    contact.company,
    contact.phone,
    contact.email,
    record.reference,
    record.reason,
    computer?.hostName,
    computer?.platform,
    computer?.address,
    computer?.privateAddress,
    ...record.notes.map(({ note }) => note),
    ...record.files.map(({ name }) => name),
  ];
  return spaced(parts.filter((part) => part !== undefined).join('\n'));
}

/**
 * What a person typed as an FTS5 expression: every word must occur, each by its beginning. Inside a word, what is neither
 * letter nor digit only separates: `10.0.0.7` finds that address. `undefined` when there is no word in it.
 */
export function matchExpression(typed: string): string | undefined {
  const words = typed
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .split(/\s+/u)
    .filter((word) => SPEAKS.test(word))
    .map((word) => `"${spaced(word).replaceAll('"', ' ')}"*`);
  return words.length > 0 ? [...new Set(words)].join(' ') : undefined;
}

/** How texts compare in filters and sorting: without case and accents; long ones by their beginning. */
export const foldText = (text: string): string =>
  text.slice(0, 400).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim().slice(0, 200);

const spaced = (text: string): string => text.replace(UNSPACED, ' $& ');
