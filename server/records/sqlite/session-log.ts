import { foldSession } from '../../../protocol/session-fold.ts';
import { SEARCHES, type SessionRow, type SORTABLE } from '../../../protocol/session-query.ts';
import type { Position } from '../cursor.ts';
import type { ReadScope } from '../record-store.ts';
import type { DeletedPart } from '../session-retention.ts';
import { join, type Sql, sql, textOf, verbatim } from '../sql.ts';
import type { Connection } from './connection.ts';
import { knownTerms } from './known-terms.ts';
import { alsoTheirs } from './passed-sessions.ts';
import { type AskedNow, inScope, type LookUp, type Matching, matchingSessions } from './session-matching.ts';
import { type EntryColumns, entryOf, type ListedColumns, rowOf } from './tables.ts';

export interface LogQuery {
  readonly filters: AskedNow;
  /** As `SessionQuery.sort`. */
  readonly sort: string;
  readonly limit: number;
  /** Where the page before ended. */
  readonly after: Position | undefined;
}

export interface LogPage {
  readonly items: SessionRow[];
  /** Absent on the last page. */
  readonly next: Position | undefined;
  /** Absent above MAX_COUNTED. */
  readonly total: number | undefined;
}

/** A session as it is stored: the text of its document, and which parts of it went before the rest. */
export interface StoredSession {
  readonly number: number;
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly team: string | null;
  readonly signatures: string | null;
  readonly document: string;
  readonly deleted: readonly DeletedPart[];
}

/** Beyond this counting costs more than the number is worth to a reader, */
const MAX_COUNTED = 1_000;
/** and so does looking for them among more sessions than this. */
const MAX_LOOKED_AT = 100_000;

interface SortKey {
  readonly key: Sql;
  /** Has all rows in this order. */
  readonly index?: Sql;
}

/** What each name sorts by. Never null, so that every row has its place behind a cursor. */
const SORT_KEYS: Record<(typeof SORTABLE)[number], SortKey> = {
  created: { key: sql`sessions.created_at` },
  technician: { key: sql`technician_key`, index: sql`sessions_by_technician_name` },
  company: { key: sql`company_key`, index: sql`sessions_by_company` },
  contact: { key: sql`contact_key`, index: sql`sessions_by_contact` },
  platform: { key: sql`platform_key`, index: sql`sessions_by_platform` },
  status: { key: sql`status` },
  active: { key: sql`coalesce(active_seconds, -1)`, index: sql`sessions_by_active` },
  total: { key: sql`coalesce(total_seconds, -1)`, index: sql`sessions_by_total` },
};

/** Of documents read together, more than a page has as a rule: a session with hundreds of files fills one nearly by itself. */
const ENOUGH_CHARACTERS = 300_000;

/** Words that this many sessions have, at most so far apart, are common: walking in order soon comes by enough of them. */
const COMMON = 200;
const COMMON_APART = 50;

/** Named in full: the index of words has columns of the same names. */
const LISTED = join(
  [
    'number',
    'id',
    'status',
    'created_at',
    'ended_at',
    'technician',
    'technician_id',
    'team',
    'contact',
    'company',
    'reference',
    'reason',
    'platform',
    'outcome',
    'active_seconds',
    'total_seconds',
    'used_tools',
    'signatures',
  ].map((column) => verbatim(`sessions.${column}`)),
);

/** The session log: filtered, searched, sorted, page by page. */
export class SessionLog {
  readonly #entriesOf;
  readonly #lookUp: LookUp;

  constructor(private readonly connection: Connection) {
    this.#lookUp = { known: knownTerms(connection), alsoTheirs: alsoTheirs(connection) };
    this.#entriesOf = connection.prepare<[number], EntryColumns>(
      'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
    );
  }

  /** A session's document, when it exists inside `scope`. */
  document(id: string, scope: ReadScope): { number: number; document: string } | undefined {
    const [found] = this.#all<MaybeDocument>(
      sql`SELECT sessions.number, document FROM sessions LEFT JOIN session_documents USING (number)
          WHERE ${join([sql`id = ${id}`, ...inScope(scope, this.#lookUp)], ' AND ')}`,
    );
    return found && { number: found.number, document: this.#documentOf(found) };
  }

  page({ filters, sort, limit, after }: LogQuery, scope: ReadScope): LogPage {
    const matching = matchingSessions(this.#lookUp, behind(filters, sort, after), scope, sort);
    if (matching === undefined) return { items: [], next: undefined, total: 0 };
    const way = this.#wayTo(matching, sort);
    const rows = this.#all<ListedColumns & { sortKey: string | number }>(
      sql`SELECT ${LISTED}, ${sortKey(sort).key} AS sortKey ${way.text} ${inOrder(way, sort, after, limit + 1)}`,
    );
    const total = after === undefined ? this.#total(way, rows, limit) : after.total;
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      items: shown.map(rowOf),
      next: last && {
        value: last.sortKey,
        number: last.number,
        ...(total !== undefined && { total }),
      },
      total,
    };
  }

  /** The documents of matching sessions, newest first. */
  documents(
    filters: AskedNow,
    scope: ReadScope,
    after: Position | undefined,
    limit: number,
  ): { sessions: StoredSession[]; next: Position | undefined } {
    const matching = matchingSessions(this.#lookUp, behind(filters, '-created', after), scope, '-created');
    if (matching === undefined) return { sessions: [], next: undefined };
    const found = this.#each<
      MaybeDocument & Omit<StoredSession, 'document' | 'deleted'> & { deleted: string }
    >(
      sql`SELECT sessions.number, created_at AS createdAt, ended_at AS endedAt, team, signatures,
            (SELECT json_group_array(json_object('kind', kind, 'deletedAt', deleted_at)) FROM session_parts
             WHERE session = sessions.number AND deleted_at IS NOT NULL) AS deleted,
            (SELECT document FROM session_documents WHERE number = sessions.number) AS document
          ${matching.text} ${inOrder({ throughWords: matching.oneByOne !== undefined }, '-created', after, limit)}`,
    );
    const sessions: StoredSession[] = [];
    let characters = 0;
    for (const row of found) {
      const document = this.#documentOf(row);
      sessions.push({ ...row, document, deleted: row.deleted === '[]' ? [] : JSON.parse(row.deleted) });
      characters += document.length;
      if (characters >= ENOUGH_CHARACTERS) break;
    }
    const last = sessions.length === limit || characters >= ENOUGH_CHARACTERS ? sessions.at(-1) : undefined;
    return {
      sessions,
      next: last && { value: last.createdAt, number: last.number },
    };
  }

  /** Through the words to the sessions that have them; or, when the words are common, along the order. */
  #wayTo({ text, oneByOne }: Matching, sort: string): Way {
    if (oneByOne === undefined) return { text, throughWords: false };
    const { index } = sortKey(sort);
    if (index !== undefined && this.#areCommon(text))
      return { text: sql`FROM sessions INDEXED BY ${index} ${oneByOne}`, throughWords: false };
    return { text, throughWords: true };
  }

  #areCommon(text: Sql): boolean {
    const newest = this.#all<{ number: number }>(
      sql`SELECT sessions.number ${text} ORDER BY session_words.rowid DESC LIMIT ${COMMON}`,
    );
    const apart = ((newest[0]?.number ?? 0) - (newest.at(-1)?.number ?? 0)) / COMMON;
    return newest.length === COMMON && apart <= COMMON_APART;
  }

  /** How many match, when the first page shows that counting them is cheap. */
  #total({ text }: Way, rows: readonly { number: number }[], limit: number): number | undefined {
    if (rows.length <= limit) return rows.length;
    // As far apart as these stand, so far has to be looked for others.
    const numbers = rows.map(({ number }) => number);
    const apart = (Math.max(...numbers) - Math.min(...numbers)) / rows.length;
    if (apart * MAX_COUNTED > MAX_LOOKED_AT) return undefined;
    const limited = sql`SELECT count(*) AS total FROM (SELECT 1 ${text} LIMIT ${MAX_COUNTED + 1})`;
    const total = this.#all<{ total: number }>(limited)[0]?.total ?? 0;
    return total > MAX_COUNTED ? undefined : total;
  }

  /** Only a session that is over has one in store. */
  #documentOf({ number, document }: MaybeDocument): string {
    return document ?? JSON.stringify(foldSession(this.#entriesOf.all(number).map(entryOf)));
  }

  #all<Row>(query: Sql): Row[] {
    return this.#statement<Row>(query).all(...query.values);
  }

  #each<Row>(query: Sql): IterableIterator<Row> {
    return this.#statement<Row>(query).iterate(...query.values);
  }

  #statement<Row>(query: Sql) {
    return this.connection.prepare<unknown[], Row>(textOf(query, () => '?'));
  }
}

interface MaybeDocument {
  readonly number: number;
  readonly document: string | null;
}

interface Way {
  /** From FROM on; an AND may follow. */
  readonly text: Sql;
  /** Sessions come as the index of words has them, by number. */
  readonly throughWords: boolean;
}

/**
 * Without the bound in time that a position behind which all are implies. SQLite goes by one bound of an index only: by
 * this one it would come by all that the pages before had, again for each page. A search goes by numbers, which imply none.
 */
function behind(filters: AskedNow, sort: string, after: Position | undefined): AskedNow {
  const isSearch = SEARCHES.some((name) => filters[name] !== undefined);
  if (after === undefined || !sort.endsWith('created') || isSearch) return filters;
  const { from, to, ...others } = filters;
  const bound = sort === 'created' ? { to } : { from };
  return { ...others, ...bound } as AskedNow;
}

/** In order, behind `after`. The session's number decides among equals, in the same direction. */
function inOrder(
  { throughWords }: Pick<Way, 'throughWords'>,
  sort: string,
  after: Position | undefined,
  limit: number,
): Sql {
  const [direction, behind] = sort.startsWith('-') ? [sql`DESC`, sql`<`] : [sql`ASC`, sql`>`];
  if (throughWords && sort.endsWith('created')) {
    // Sessions are numbered as they are created: then a search need not find everything before it shows the first.
    const start = after === undefined ? sql`` : sql`AND session_words.rowid ${behind} ${after.number}`;
    return sql`${start} ORDER BY session_words.rowid ${direction} LIMIT ${limit}`;
  }
  const { key } = sortKey(sort);
  const start =
    after === undefined
      ? sql``
      : sql`AND (${key}, sessions.number) ${behind} (${after.value}, ${after.number})`;
  return sql`${start} ORDER BY ${key} ${direction}, sessions.number ${direction} LIMIT ${limit}`;
}

const sortKey = (sort: string): SortKey => SORT_KEYS[sort.replace(/^-/, '') as keyof typeof SORT_KEYS];
