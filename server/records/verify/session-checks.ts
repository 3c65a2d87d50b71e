import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { isKnownType } from '../../../protocol/proof/known-entries.ts';
import { ProofProblem } from '../../../protocol/proof/proven-entry.ts';
import { demandOnce, missingEntries } from '../../../protocol/proof/whole-session.ts';
import type { Entry } from '../../../protocol/record.ts';
import { afterDeletion, foldSession, isStory, type SessionDocument } from '../../../protocol/session-fold.ts';
import { goesEarly, mayBeMissing } from '../../../protocol/session-numbering.ts';
import { signaturesOf } from '../session-signatures.ts';
import { searchableWords, WORD_COLUMNS, type WordColumn } from '../session-words.ts';
import type { Connection } from '../sqlite/connection.ts';
import { type EntryColumns, entryOf, firstColumnsOf, lateColumnsOf } from '../sqlite/tables.ts';
import { CountedChecks } from './counted-checks.ts';
import type { Findings } from './finding.ts';
import { guarded } from './guarded.ts';
import { contradictionsIn } from './signature-sentences.ts';

interface SessionRow {
  readonly number: number;
  readonly id: string;
  readonly document: string | null;
  readonly [column: string]: unknown;
}

/** Each may bring a signature, which takes a tenth of a millisecond. */
const ENTRIES_A_STEP = 500;

/** What people list, search and read of each session, against the entries that it is made of. */
export class SessionChecks {
  sessions = 0;
  #last = 0;
  readonly #sessions;
  readonly #entriesOf;
  readonly #counted;

  constructor(
    connection: Connection,
    private readonly findings: Findings,
  ) {
    this.#sessions = connection.prepare<[number, number], SessionRow>(
      `SELECT sessions.*, document, ${WORD_COLUMNS.map((column) => `session_words.${column} AS words_${column}`).join(', ')}
       FROM sessions
       LEFT JOIN session_documents USING (number) LEFT JOIN session_words ON session_words.rowid = number
       WHERE number > ? ORDER BY number LIMIT ?`,
    );
    this.#entriesOf = connection.prepare<[number], EntryColumns & { keep: string }>(
      'SELECT seq, id, at, type, fields, keep FROM entries WHERE session = ? ORDER BY seq',
    );
    this.#counted = new CountedChecks(connection);
  }

  /**
   * Checks some more: `count`, or fewer where these hold many entries; behind the last one what stands there for none.
   * @returns whether there may be others.
   */
  next(count: number): boolean {
    const rows = this.#sessions.all(this.#last, count);
    this.#counted.lookAnew();
    let entries = 0;
    for (const [index, row] of rows.entries()) {
      // One that is spoilt beyond reading hides none behind it.
      entries += guarded(this.findings, `at session ${row.id}`, () => this.#check(row), row.id) ?? 0;
      this.sessions += 1;
      this.#last = row.number;
      if (entries >= ENTRIES_A_STEP && index < rows.length - 1) return true;
    }
    if (rows.length === count) return true;
    const { strays, more } = this.#counted.strays();
    for (const what of strays) this.findings.add('record', what);
    return more;
  }

  /** @returns how many entries it has. */
  #check(row: SessionRow): number {
    const rows = this.#entriesOf.all(row.number);
    const entries = rows.map(entryOf);
    const document = foldSession(entries);
    const kinds = new Set(rows.map(({ keep }) => keep));
    const counted = document === undefined ? [] : this.#counted.differences(row.number, document, kinds);
    const stored = storedOf(row);
    const signed = row.signatures === (signaturesOf(entries) ?? null) ? [] : ['how far it was signed'];
    for (const where of [...differences(row, document, stored), ...signed, ...counted])
      this.findings.add(
        'record',
        `Session ${row.id}: ${where} does not say what its entries say.`,
        undefined,
        row.id,
      );
    // A count that its entries make cannot be at fault, and nearly all are.
    const isFolded = isDeepStrictEqual(stored?.count, document?.count);
    const gap = gapIn(entries) ?? (isFolded ? undefined : faultOfCount(entries, stored));
    if (gap !== undefined) this.findings.add('gap', `Session ${row.id}: ${gap}`, undefined, row.id);
    for (const wrong of contradictionsIn(entries.filter(isStory)))
      this.findings.add('signature', `Session ${row.id} is not what was signed. ${wrong}`, undefined, row.id);
    return entries.length;
  }
}

/** What is missing that no rule deletes before the rest, whatever a certificate says. */
function gapIn(entries: readonly Entry[]): string | undefined {
  try {
    // Entries from before there were ordinals stand before all others.
    if (entries[0]?.ordinal === undefined) demandOnce(entries);
    else missingEntries(entries, goesEarly);
    return undefined;
  } catch (error) {
    if (error instanceof ProofProblem) return error.message;
    throw error;
  }
}

/**
 * What is wrong with the count that a record keeps of the entries that it has had: it may go beyond the last one that is there,
 * and name more than are there, as far as these go before the rest.
 */
function faultOfCount(entries: readonly Entry[], stored: SessionDocument | undefined): string | undefined {
  const last = entries.at(-1)?.ordinal;
  // Of entries from before there were ordinals nothing tells their places.
  if (last === undefined || entries[0]?.ordinal === undefined || stored?.count === undefined)
    return undefined;
  const count = Count.safeParse(stored.count);
  const wrong = 'How many entries it has had is not kept in a readable way, or fits none that are there.';
  if (!count.success || count.data.entries < last) return wrong;
  const { entries: counted, unnamed } = count.data;
  const types = new Map(entries.map(({ ordinal, type }) => [ordinal, type]));
  const named = counted - unnamed.length;
  for (const [index, type] of unnamed.entries()) {
    const there = types.get(named + index + 1);
    if (there !== undefined && there !== type) return wrong;
    if (there === undefined && !goesEarly(type)) return cutOff(named + index + 1);
  }
  const before = types.get(named);
  if (before === undefined) return cutOff(named);
  return mayBeMissing(before) ? wrong : undefined;
}

const Count = z.strictObject({
  entries: z.number().int().min(1),
  unnamed: z.array(z.string().refine(isKnownType)),
});

const cutOff = (ordinal: number): string =>
  `Entry ${ordinal} of the session is missing, behind the last one that is there, and nothing says that it may be.`;

const storedOf = ({ document }: SessionRow): SessionDocument | undefined =>
  document === null ? undefined : (read(document) as SessionDocument | undefined);

/** The places that tell something else than `document`, which is folded from the entries. */
function differences(
  row: SessionRow,
  document: SessionDocument | undefined,
  stored: SessionDocument | undefined,
): string[] {
  if (document === undefined) return ['its row in the list, which has no beginning,'];
  const columns = { ...firstColumnsOf(document), ...lateColumnsOf(document) };
  const wrong = Object.entries(columns).filter(([name, value]) => row[name] !== value);
  const isOver = document.record.endedAt !== undefined;
  const expected = stored?.count === undefined ? document : afterDeletion(document, stored);
  return [
    ...(wrong.length > 0 ? [`its row in the list (${wrong.map(([name]) => name).join(', ')})`] : []),
    ...(isOver === (row.document === null) ? ['whether it is over'] : []),
    ...(row.document !== null && !isSame(row.document, stored, expected) ? ['its record'] : []),
    // While it goes on, words follow with a delay: see session-projection.ts.
    ...(isOver && !isFoundBy(row, searchableWords(document.record)) ? ['what a search finds it by'] : []),
  ];
}

/** Nearly always they are the same to the letter, which is soon seen. */
const isSame = (text: string, stored: unknown, expected: SessionDocument): boolean =>
  text === JSON.stringify(expected) || isDeepStrictEqual(stored, expected);

const isFoundBy = (row: SessionRow, words: Record<WordColumn, string>): boolean =>
  WORD_COLUMNS.every((column) => row[`words_${column}`] === words[column]);

function read(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
