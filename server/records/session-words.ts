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
  'contact.noted',
  'session.joined',
  'note.written',
]);

/** The columns of the word index, in its order: each can be searched by itself, free text looks at all. */
export const WORD_COLUMNS = [
  'technician',
  'contact',
  'contact_details',
  'company',
  'reference',
  'computer',
  'addresses',
  'files',
  'other',
] as const;
export type WordColumn = (typeof WORD_COLUMNS)[number];

/** Everything of a session that is searched for words, by column. */
export function searchableWords(record: FoldedRecord): Record<WordColumn, string> {
  const { technician, contact, computer } = record;
  return {
    technician: textOf(technician.name, technician.email),
    contact: textOf(contact.name, contact.contactName),
    contact_details: textOf(contact.email, contact.phone),
    company: textOf(contact.company),
    reference: textOf(record.reference),
    computer: textOf(computer?.hostName, computer?.platform),
    addresses: textOf(computer?.address, computer?.privateAddress),
    files: textOf(...record.files.map(({ name }) => name)),
    other: textOf(record.reason, ...record.notes.map(({ note }) => note)),
  };
}

/** What a reader without them does not find anybody by. */
const DETAILS: readonly WordColumn[] = ['contact_details', 'addresses'];

/** What a person typed, and in which columns it is looked for; without any, anywhere. */
export interface TypedWords {
  readonly columns?: readonly WordColumn[];
  readonly typed: string;
}

/**
 * What was typed as one FTS5 expression: every word must occur, each by its beginning (a single letter only by itself:
 * it begins too much to be worth a look). Inside a word, what is neither
 * letter nor digit only separates: `10.0.0.7` finds that address. `undefined` when something typed has no word in it:
 * then nothing can match.
 */
export function matchExpression(
  all: readonly TypedWords[],
  { withoutDetails = false }: { withoutDetails?: boolean } = {},
): string | undefined {
  const parts: string[] = [];
  for (const { columns = WORD_COLUMNS, typed } of all) {
    const words = wordsOf(typed);
    if (words.length === 0) return undefined;
    const expression = words.map(phrase).join(' ');
    const searched = columns.filter((column) => !withoutDetails || !DETAILS.includes(column));
    const isAnywhere = searched.length === WORD_COLUMNS.length;
    parts.push(isAnywhere ? `(${expression})` : `({${searched.join(' ')}} : (${expression}))`);
  }
  return parts.join(' AND ');
}

const phrase = (word: string): string => (Array.from(word.trim()).length === 1 ? `"${word}"` : `"${word}"*`);

/** Quoted they are only words: nothing in them is read as FTS5's query language. */
function wordsOf(typed: string): string[] {
  const words = typed
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .split(/\s+/u)
    .filter((word) => SPEAKS.test(word))
    .map((word) => spaced(word).replaceAll('"', ' '));
  return [...new Set(words)];
}

/** How texts compare in filters and sorting: without case and accents; long ones by their beginning. */
export const foldText = (text: string): string =>
  text.slice(0, 400).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim().slice(0, 200);

const textOf = (...parts: readonly (string | undefined)[]): string =>
  spaced(parts.filter((part) => part !== undefined).join('\n'));

export const spaced = (text: string): string => text.replace(UNSPACED, ' $& ');
