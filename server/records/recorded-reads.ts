import { v4 as uuid } from 'uuid';
import type { EntryOf, NewEntry, SessionEntry } from '../../protocol/record.ts';
import {
  SEARCHES,
  type SessionFilters,
  type SessionPage,
  type SessionQuery,
  WORDED,
} from '../../protocol/session-query.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
import type { Statistics, StatisticsQuery } from '../../protocol/statistics.ts';
import type { Clock } from '../clock.ts';
import type { SessionFile } from './export/session-file.ts';
import { RecentQuestions } from './recent-questions.ts';
import type { AccessEntry, AccessPageWish, AccessQuestion, ReadScope, RecordStore } from './record-store.ts';
import type { ProvenEntries, TransparencyLog } from './transparency-log.ts';
import { entryWithoutDetails, recordWithoutDetails } from './without-details.ts';

/** Somebody who reads, as the entry about it names them. */
export interface Reader {
  readonly userId: string;
  readonly address: string;
}

type Store = Pick<
  RecordStore,
  | 'append'
  | 'session'
  | 'sessions'
  | 'statistics'
  | 'teams'
  | 'exportSessions'
  | 'accessEntries'
  | 'exportAccessEntries'
> &
  Pick<TransparencyLog, 'provenAccessEntries'>;

/**
 * The one way in which people read the record: whatever shows them somebody is an entry first, durable before the answer
 * goes out. See docs/decisions/0015-reading-is-recorded.md.
 */
export class RecordedReads {
  readonly #store: Store;
  readonly #questions: RecentQuestions;

  constructor({ store, clock }: { store: Store; clock: Pick<Clock, 'now'> }) {
    this.#store = store;
    this.#questions = new RecentQuestions(clock);
  }

  /** @throws Refusal as `RecordStore.session`; and `record.unavailable` when it cannot be noted: then nothing is shown. */
  async session(
    sessionId: string,
    scope: ReadScope,
    { userId, address }: Reader,
  ): Promise<{ record: SessionRecord; entries: SessionEntry[] }> {
    const { record, entries } = await this.#store.session(sessionId, scope);
    await this.#store.append([{ type: 'record.read', sessionId, userId, address }]);
    return scope.withoutDetails
      ? { record: recordWithoutDetails(record), entries: entries.map(entryWithoutDetails) }
      : { record, entries };
  }

  /**
   * A page of the session log. It is an entry, once for the same question within minutes: a search where it looks for
   * somebody, else a list. Only where people begin, the first page of their own sessions, is none.
   */
  async sessions(query: SessionQuery, scope: ReadScope, reader: Reader): Promise<SessionPage> {
    const page = await this.#store.sessions(query, scope, reader.userId);
    const { sort, cursor, limit, ...filters } = query;
    const { userId, address } = reader;
    const type = looksForSomebody(filters, userId) ? 'log.searched' : 'log.listed';
    if (isHomePage(query) && areOwn(filters, scope, userId)) return page;
    const asked = inWords(filters);
    const found = page.total === undefined ? {} : { found: page.total };
    await this.#questions.once([type, userId, address, asked, scope], () =>
      this.#store.append(withWords({ type, userId, address, filters: asked, ...found })),
    );
    return page;
  }

  /** Names of teams, nobody's data: no entry. */
  teams(scope: ReadScope): Promise<string[]> {
    return this.#store.teams(scope);
  }

  /** Figures of sessions. Those of anybody but the reader are an entry, once for the same question within minutes. */
  async statistics(
    query: StatisticsQuery,
    scope: ReadScope,
    { userId, address }: Reader,
  ): Promise<Statistics> {
    const figures = await this.#store.statistics(query, scope);
    if (areOwn(query, scope, userId)) return figures;
    const filters = inWords(query);
    await this.#questions.once(['statistics.read', userId, address, filters, scope], () =>
      this.#store.append(
        withWords({ type: 'statistics.read', userId, address, filters, found: figures.sessions }),
      ),
    );
    return figures;
  }

  /** Every record that matches; that it was asked for is an entry before the first one is read. */
  async exportSessions(
    file: SessionFile,
    filters: SessionFilters,
    scope: ReadScope,
    { userId, address }: Reader,
  ): Promise<AsyncIterable<string | Uint8Array>> {
    const { format, columns, provenAt } = file;
    const { total } = await this.#store.sessions({ ...filters, sort: '-created', limit: 1 }, scope);
    const exportId = uuid();
    await this.#store.append(
      withWords({
        type: 'record.exported',
        userId,
        address,
        format,
        ...(columns !== undefined && { columns: [...columns] }),
        proofs: provenAt !== undefined,
        filters: inWords(filters),
        ...(total !== undefined && { records: total }),
        exportId,
      }),
    );
    return this.#untilItEnds(exportId, userId, (onRecords) =>
      this.#store.exportSessions(filters, scope, file, onRecords),
    );
  }

  /** The same pieces; that they ended is an entry, also when whoever asked for them hangs up. */
  async *#untilItEnds(
    exportId: string,
    userId: string,
    piecesOf: (onRecords: (more: number) => void) => AsyncIterable<string | Uint8Array>,
  ): AsyncGenerator<string | Uint8Array> {
    let records = 0;
    let isWhole = false;
    try {
      yield* piecesOf((more) => {
        records += more;
      });
      isWhole = true;
    } finally {
      await this.#store.append([{ type: 'record.export-ended', userId, exportId, records, isWhole }]);
    }
  }

  /** Who read what; that somebody looks is an entry too, once for the same question within minutes. */
  async accessEntries(
    question: AccessQuestion,
    wish: Omit<AccessPageWish, 'reader'>,
    asked: object,
    { userId, address }: Reader,
  ): Promise<{ items: AccessEntry[]; nextCursor?: string }> {
    const page = await this.#store.accessEntries(question, { ...wish, reader: userId });
    const filters = withIds(asked, question);
    await this.#questions.once(['access-log.read', userId, address, filters], () =>
      this.#store.append(withWords({ type: 'access-log.read', userId, address, filters })),
    );
    return page;
  }

  async exportAccessEntries(
    format: string,
    question: AccessQuestion,
    asked: object,
    { userId, address }: Reader,
  ): Promise<AsyncIterable<AccessEntry[]>> {
    const noted = { userId, address, filters: withIds(asked, question), format, proofs: false };
    return this.#accessExport(noted, this.#store.exportAccessEntries(question), (batch) => batch.length);
  }

  /** The same with proofs: whoever takes it away sees the entries whole, with the addresses that stand in them. */
  async exportProvenAccessEntries(
    question: AccessQuestion,
    asked: object,
    { userId, address }: Reader,
  ): Promise<AsyncIterable<ProvenEntries>> {
    const noted = { userId, address, filters: withIds(asked, question), format: 'ndjson', proofs: true };
    const proven = this.#store.provenAccessEntries(question);
    return this.#accessExport(noted, proven, ({ entries }) => entries.length);
  }

  /** The batches, behind the entry that they are taken away, and before the one that says how that ended. */
  async #accessExport<Batch>(
    noted: Omit<EntryOf<'access-log.exported'>, 'type' | 'id' | 'seq' | 'at' | 'exportId' | 'questionId'>,
    batches: AsyncIterable<Batch>,
    sizeOf: (batch: Batch) => number,
  ): Promise<AsyncIterable<Batch>> {
    const exportId = uuid();
    await this.#store.append(withWords({ type: 'access-log.exported', ...noted, exportId }));
    const ended = (entries: number, isWhole: boolean) =>
      this.#store.append([
        { type: 'access-log.export-ended', userId: noted.userId, exportId, entries, isWhole },
      ]);
    return untilItEnds(batches, sizeOf, ended);
  }
}

/** The same batches; how many left is told when they are over, also when whoever asked for them hangs up. */
async function* untilItEnds<Batch>(
  batches: AsyncIterable<Batch>,
  sizeOf: (batch: Batch) => number,
  ended: (sum: number, isWhole: boolean) => Promise<unknown>,
): AsyncGenerator<Batch> {
  let sum = 0;
  let isWhole = false;
  try {
    for await (const batch of batches) {
      sum += sizeOf(batch);
      yield batch;
    }
    isWhole = true;
  } finally {
    await ended(sum, isWhole);
  }
}

/** Whoever names only themselves looks for nobody. */
const looksForSomebody = (filters: SessionFilters, userId: string): boolean =>
  SEARCHES.some(
    (name) => filters[name] !== undefined && !(name === 'technician' && filters.technician === userId),
  );

/** Sessions in which only the reader helped. */
const areOwn = (filters: Pick<SessionFilters, 'technician'>, scope: ReadScope, userId: string): boolean =>
  filters.technician === userId || ('technicianId' in scope && scope.technicianId === userId);

/** The newest ones: whoever asks on, or from another day on, goes through them all. */
const isHomePage = ({ q, from, to, cursor, sort, limit, ...filters }: SessionQuery): boolean =>
  [q, from, to, cursor].every((given) => given === undefined) &&
  sort === '-created' &&
  limit <= 50 &&
  Object.keys(filters).every((name) => ['technician', 'status'].includes(name));

/** The filters that were given, each as text, in the order of their names: equal questions are equal words. */
const inWords = (filters: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(filters)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Who was asked about in the access log stands as the user that was found: what was typed to find them may be an address. */
const withIds = (asked: object, { person }: AccessQuestion): Record<string, string> =>
  inWords({ ...asked, ...(person?.id !== undefined && { person: person.id }) });

type Asking = Extract<
  NewEntry,
  {
    type:
      | 'log.searched'
      | 'log.listed'
      | 'statistics.read'
      | 'record.exported'
      | 'access-log.read'
      | 'access-log.exported';
  }
>;

/** Users' ids, and what acts without being a user: any other text is what somebody typed. */
const NAMES_NOBODY =
  /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|command-line|set-up|schedule|settings-file|start)$/;
const isTyped = ([name, value]: readonly [string, string]): boolean =>
  WORDED.includes(name) || (name === 'person' && !NAMES_NOBODY.test(value));

/** The entry of a question, behind one for the words in it: these may be anybody's name, and are forgotten earlier. */
function withWords(asking: Asking): NewEntry[] {
  const { filters } = asking;
  const [words, others] = [true, false].map((isWorded) =>
    Object.fromEntries(Object.entries(filters).filter((filter) => isTyped(filter) === isWorded)),
  ) as [Record<string, string>, Record<string, string>];
  if (Object.keys(words).length === 0) return [asking];
  const questionId = uuid();
  return [
    { type: 'question.worded', questionId, words },
    { ...asking, filters: others, questionId },
  ];
}
