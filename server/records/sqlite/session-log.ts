import {
  DummyDriver,
  Kysely,
  type RawBuilder,
  type SqlBool,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { SessionFilters, SessionRow, SORTABLE } from '../../../protocol/session-query.ts';
import type { Position } from '../cursor.ts';
import type { ReadScope } from '../record-store.ts';
import { foldText, matchExpression } from '../session-words.ts';
import type { Connection } from './connection.ts';
import { type ListedColumns, rowOf, type SessionColumns, toolBits } from './tables.ts';

export interface LogPage {
  readonly items: SessionRow[];
  readonly next: Position | undefined;
  /** Absent above MAX_COUNTED. */
  readonly total: number | undefined;
}

interface Tables {
  sessions: SessionColumns;
  session_documents: { number: number; document: string };
  session_words: { rowid: number };
}

/** Beyond this counting costs more than the number is worth to a reader. */
const MAX_COUNTED = 10_000;

/** Kysely only builds the SQL: it runs synchronously, on this thread. */
const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** What each name in SORTABLE sorts by. Never null, so that every row has its place behind a cursor. */
type SortName = (typeof SORTABLE)[number];
const SORT_KEYS: Record<SortName, RawBuilder<string | number>> = {
  created: sql.ref('sessions.created_at'),
  technician: sql.ref('technician_key'),
  company: sql.ref('company_key'),
  contact: sql.ref('contact_key'),
  platform: sql.ref('platform_key'),
  status: sql.ref('status'),
  total: sql`coalesce(total_seconds, -1)`,
};

const LISTED = [
  'sessions.number',
  'id',
  'status',
  'created_at',
  'ended_at',
  'technician',
  'team',
  'contact',
  'company',
  'reference',
  'reason',
  'platform',
  'outcome',
  'total_seconds',
  'used_tools',
] as const;

/** The session log: filtered, searched, sorted, page by page. */
export class SessionLog {
  constructor(private readonly connection: Connection) {}

  /** A session's document, when it exists inside `scope`. */
  document(id: string, scope: ReadScope): { number: number; document: string } | undefined {
    const query = build
      .selectFrom('sessions')
      .innerJoin('session_documents', 'session_documents.number', 'sessions.number')
      .select(['sessions.number', 'document'])
      .where('id', '=', id)
      .where(inScope(scope));
    return this.#all<{ number: number; document: string }>(query)[0];
  }

  page(
    filters: SessionFilters,
    scope: ReadScope,
    sort: string,
    limit: number,
    after: Position | undefined,
  ): LogPage {
    const matching = from(filters, scope);
    if (matching === undefined) return { items: [], next: undefined, total: 0 };
    const query = ordered(matching, sort, after, limit + 1)
      .select(LISTED)
      .select(sortKey(sort).as('sort_key'));
    const rows = this.#all<ListedColumns & { sort_key: string | number }>(query);
    const total = after === undefined ? this.#count(matching) : after.total;
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(rowOf),
      next:
        rows.length > limit && last !== undefined
          ? { value: last.sort_key, number: last.number, ...(total !== undefined && { total }) }
          : undefined,
      total,
    };
  }

  /** The documents of matching sessions, newest first. */
  documents(filters: SessionFilters, scope: ReadScope, after: Position | undefined, limit: number) {
    const matching = from(filters, scope);
    if (matching === undefined) return { documents: [], next: undefined };
    const query = ordered(matching, '-created', after, limit)
      .innerJoin('session_documents', 'session_documents.number', 'sessions.number')
      .select(['sessions.number', 'document', 'created_at']);
    const rows = this.#all<{ number: number; document: string; created_at: string }>(query);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      documents: rows.map(({ document }) => document),
      next: last && { value: last.created_at, number: last.number },
    };
  }

  #count(matching: Matching): number | undefined {
    const some = matching.select(sql`1`.as('one')).limit(MAX_COUNTED + 1);
    const query = build.selectFrom(some.as('some')).select(build.fn.countAll<number>().as('total'));
    const total = this.#all<{ total: number }>(query)[0]?.total ?? 0;
    return total > MAX_COUNTED ? undefined : total;
  }

  #all<Row>(query: { compile(): { sql: string; parameters: readonly unknown[] } }): Row[] {
    const { sql: text, parameters } = query.compile();
    return this.connection.prepare<unknown[], Row>(text).all(...parameters);
  }
}

type Matching = Exclude<ReturnType<typeof from>, undefined>;

/** Everything that matches, in no order; `undefined` when nothing can. */
function from(filters: SessionFilters, scope: ReadScope) {
  const matching = build
    .selectFrom('sessions')
    .where(sql.join<SqlBool>([inScope(scope), ...conditions(filters)], sql` AND `));
  if (filters.q === undefined) return matching;
  const words = matchExpression(filters.q);
  if (words === undefined) return undefined;
  const found = sql<number>`(SELECT rowid FROM session_words WHERE session_words MATCH ${words})`;
  return matching.where('sessions.number', 'in', found);
}

/** In order, behind `after`. The session's number decides among equals, in the same direction. */
function ordered(matching: Matching, sort: string, after: Position | undefined, limit: number) {
  const key = sortKey(sort);
  const descending = sort.startsWith('-');
  const direction = descending ? 'desc' : 'asc';
  const query = matching.orderBy(key, direction).orderBy('sessions.number', direction).limit(limit);
  if (after === undefined) return query;
  const behind = sql.raw(descending ? '<' : '>');
  return query.where(sql<SqlBool>`(${key}, sessions.number) ${behind} (${after.value}, ${after.number})`);
}

const sortKey = (sort: string): RawBuilder<string | number> => SORT_KEYS[sort.replace(/^-/, '') as SortName];

function inScope(scope: ReadScope): RawBuilder<SqlBool> {
  if ('technicianId' in scope) return sql`technician_id = ${scope.technicianId}`;
  if ('teams' in scope) return sql`team IN (${sql.join(scope.teams)})`;
  return sql`TRUE`;
}

function conditions(filters: SessionFilters): RawBuilder<SqlBool>[] {
  const { from, to, technician, team, status, tool, outcome, company } = filters;
  const found: RawBuilder<SqlBool>[] = [];
  if (from !== undefined) found.push(sql`sessions.created_at >= ${from}`);
  if (to !== undefined) found.push(sql`sessions.created_at < ${to}`);
  if (technician !== undefined)
    found.push(sql`(technician_id = ${technician} OR ${contains('technician_key', technician)})`);
  if (company !== undefined) found.push(contains('company_key', company));
  if (team?.length) found.push(sql`team IN (${sql.join(team)})`);
  if (status?.length) found.push(sql`status IN (${sql.join(status)})`);
  if (outcome?.length) found.push(sql`outcome IN (${sql.join(outcome)})`);
  if (tool?.length) {
    const bits = toolBits(tool);
    found.push(sql`(used_tools & ${bits}) = ${bits}`);
  }
  return found;
}

const contains = (column: 'technician_key' | 'company_key', part: string): RawBuilder<SqlBool> =>
  sql`${sql.ref(column)} LIKE ${`%${foldText(part).replace(/[\\%_]/g, '\\$&')}%`} ESCAPE '\\'`;
