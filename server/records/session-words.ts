import { techniciansOf } from '../../protocol/passing-fold.ts';
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
  'technician.noted',
  'contact.noted',
  'session.joined',
  'agent.handed-over',
  'session.passed',
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
  const { contact, computer } = record;
  const technicians = techniciansOf(record);
  return {
    technician: textOf(...technicians.flatMap(({ name, email }) => [name, email])),
    contact: textOf(contact.name, contact.contactName),
    contact_details: textOf(contact.email, contact.phone),
    company: textOf(contact.company),
    reference: textOf(record.reference),
    computer: textOf(computer?.hostName, computer?.platform),
    addresses: textOf(computer?.address, computer?.privateAddress),
    files: textOf(...record.files.map(({ name }) => name)),
    other: textOf(
      record.reason,
      ...record.notes.map(({ note }) => note),
      ...technicians.flatMap(({ userId, team }) => [termOf.technician(userId), team && termOf.team(team)]),
    ),
  };
}

/**
 * Words that nobody can type, for what narrows a search besides words: the index finds what one technician or team has in
 * common with a common word without a look at all others. Their first letter is for private use, and part of a word for
 * FTS5 as any letter.
 */
const termOf = {
  technician: (userId: string) => `\ue000u${userId.replaceAll('-', '')}`,
  team: (name: string) => `\ue000t${Buffer.from(name).toString('hex')}`,
};
const MAX_TEAMS_AS_WORDS = 100;

/** Whose sessions are wanted; both when both are given, and any when neither is. */
export interface Whose {
  readonly technicianId?: string | undefined;
  readonly teams?: readonly string[] | undefined;
}

function expressionOf({ technicianId, teams = [] }: Whose): string[] {
  const anyOf = (terms: readonly string[]) => `(${terms.map((term) => `"${term}"`).join(' OR ')})`;
  return [
    ...(technicianId === undefined ? [] : [anyOf([termOf.technician(technicianId)])]),
    ...(teams.length === 0 || teams.length > MAX_TEAMS_AS_WORDS ? [] : [anyOf(teams.map(termOf.team))]),
  ];
}

/** What a reader without them does not find anybody by. */
const DETAILS: readonly WordColumn[] = ['contact_details', 'addresses'];

/** What a person typed, and in which columns it is looked for; without any, anywhere. */
export interface TypedWords {
  readonly columns?: readonly WordColumn[];
  readonly typed: string;
}

/**
 * The terms of the index that begin with `beginning`, which is lower case without accents; `undefined` when there are
 * more than it is worth to name one by one.
 */
export type KnownTerms = (beginning: string) => readonly string[] | undefined;

/**
 * What was typed as one FTS5 expression: every word must occur, each by its beginning (a single letter only by itself:
 * it begins too much to be worth a look). Inside a word, what is neither
 * letter nor digit only separates: `10.0.0.7` finds that address. `undefined` when something typed has no word in it:
 * then nothing can match.
 */
export function matchExpression(
  all: readonly TypedWords[],
  { withoutDetails = false }: { withoutDetails?: boolean } = {},
  known: KnownTerms = () => undefined,
  whose: readonly Whose[] = [],
): string | undefined {
  const parts = whose.flatMap(expressionOf);
  for (const { columns = WORD_COLUMNS, typed } of all) {
    const words = wordsOf(typed);
    if (words.length === 0) return undefined;
    const expression = words.map((word) => phrase(word, known)).join(' AND ');
    const searched = columns.filter((column) => !withoutDetails || !DETAILS.includes(column));
    const isAnywhere = searched.length === WORD_COLUMNS.length;
    parts.push(isAnywhere ? `(${expression})` : `({${searched.join(' ')}} : (${expression}))`);
  }
  return parts.join(' AND ');
}

/** Its beginnings of so many letters have places of their own in the index. */
const INDEXED_BEGINNING = 3;
/** In these letters the index says a word exactly as it is typed, but for their case. */
const PLAIN = /^[\x20-\x7e]+$/;

/**
 * A word by its beginning. The index would gather and sort all places of all words that begin so before it gives the first;
 * of words that are named one by one it gives the first at once.
 */
function phrase(word: string, known: KnownTerms): string {
  const [, before = '', last = ''] = /^(.*?)([\p{L}\p{N}\p{M}]*)[^\p{L}\p{N}]*$/su.exec(word.trim()) ?? [];
  if (Array.from(last).length === 1) return `"${word}"`;
  const isLong = last.length > INDEXED_BEGINNING && PLAIN.test(word);
  const terms = isLong ? known(last.toLowerCase()) : undefined;
  if (terms === undefined) return `"${word}"*`;
  if (terms.length === 0) return `"${word}"`;
  return `(${terms.map((term) => `"${before}${term}"`).join(' OR ')})`;
}

/** Quoted they are only words: nothing in them is read as FTS5's query language. */
function wordsOf(typed: string): string[] {
  const words = typed
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Co}]/gu, ' ')
    .split(/\s+/u)
    .filter((word) => SPEAKS.test(word))
    .map((word) => spaced(word).replaceAll('"', ' '));
  return [...new Set(words)];
}

/** How texts compare in filters and sorting: without case and accents; long ones by their beginning. */
export const foldText = (text: string): string =>
  text.slice(0, 400).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim().slice(0, 200);

const KEY_WORDS = /[\p{L}\p{N}]+/gu;
const keyWords = (text: string): string[] => foldText(text).match(KEY_WORDS) ?? [];

/** Names and user ids of a few people as one text, in which each word begins behind a space; null for nobody. */
export const watcherKey = (people: readonly { name: string; userId: string }[]): string | null =>
  people.length === 0
    ? null
    : people.map(({ name, userId }) => ` ${[...keyWords(name), ...keyWords(userId)].join(' ')}`).join('');

/** What such a text has in it when everything that was typed fits; undefined when nothing typed is a word. */
export const watcherWords = (typed: string): string[] | undefined => {
  const words = [...new Set(keyWords(typed))];
  return words.length === 0 ? undefined : words.map((word) => ` ${word}`);
};

const textOf = (...parts: readonly (string | undefined)[]): string =>
  spaced(parts.filter((part) => part !== undefined).join('\n'));

export const spaced = (text: string): string => text.replace(UNSPACED, ' $& ');
