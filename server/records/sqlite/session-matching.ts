import type { KeptLonger, SessionFilters } from '../../../protocol/session-query.ts';
import type { Signatures } from '../../../protocol/signatures.ts';
import type { Tool } from '../../../protocol/tool.ts';
import type { ReadScope } from '../record-store.ts';
import {
  type KnownTerms,
  matchExpression,
  type TypedWords,
  type Whose,
  watcherWords,
} from '../session-words.ts';
import { join, type Sql, sql, textOf, verbatim } from '../sql.ts';
import type { Connection } from './connection.ts';
import type { AlsoTheirs } from './passed-sessions.ts';
import { toolBits } from './tables.ts';

/** What is asked for, and when: what is kept at one moment is not at another. */
export type AskedNow = SessionFilters & { readonly now: string };

/** How words and earlier technicians are looked up. */
export interface LookUp {
  readonly known: KnownTerms;
  readonly alsoTheirs: AlsoTheirs;
}

export interface Matching {
  /** From FROM on; an AND may follow. */
  readonly text: Sql;
  /** The same for words, where each session is looked at whether it has them. Only then `text` goes through the words. */
  readonly oneByOne?: Sql;
}

/** Everything that matches; `undefined` when nothing can. */
export function matchingSessions(
  lookUp: LookUp,
  filters: AskedNow,
  scope: ReadScope,
  sort: string,
): Matching | undefined {
  const all = [...inScope(scope, lookUp), ...conditions(filters, lookUp)];
  const typed = typedWords(filters);
  if (typed.length === 0)
    return {
      text: sql`FROM sessions ${walk(filters, scope, sort, lookUp)} WHERE ${join([sql`TRUE`, ...all], ' AND ')}`,
    };
  const words = matchExpression(typed, scope, lookUp.known, [
    'everything' in scope ? {} : scope,
    whoseOf(filters),
  ]);
  if (words === undefined) return undefined;
  const found = sql`session_words MATCH ${words}`;
  // CROSS: SQLite keeps this order, so that rows come as the index of words has them, by number.
  const text = sql`FROM session_words CROSS JOIN sessions ON sessions.number = session_words.rowid
    WHERE ${join([found, ...numbersDuring(filters), ...all], ' AND ')}`;
  const has = sql`EXISTS (SELECT 1 FROM session_words WHERE ${found} AND rowid = sessions.number)`;
  return { text, oneByOne: sql`WHERE ${join([...all, has], ' AND ')}` };
}

/**
 * The numbers of the sessions that match and were created within `seconds` (since the epoch, the end not included), for
 * who counts them elsewhere; `undefined` when nothing narrows them but the time.
 */
export function matchingNumbers(
  connection: Connection,
  lookUp: LookUp,
  filters: AskedNow,
  scope: ReadScope,
  [first, last]: readonly [number, number],
): ReadonlySet<number> | undefined {
  const isNarrowed = conditions(filters, lookUp).length > 0 || typedWords(filters).length > 0;
  if ('everything' in scope && !isNarrowed) return undefined;
  const moment = (seconds: number) => new Date(seconds * 1000).toISOString();
  const period = { from: moment(first), to: moment(last) };
  const matching = matchingSessions(lookUp, { ...filters, ...period }, scope, '-created');
  if (matching === undefined) return new Set();
  const query = sql`SELECT sessions.number ${matching.text}`;
  const text = textOf(query, () => '?');
  return new Set(
    connection
      .prepare<unknown[], number>(text)
      .pluck()
      .all(...query.values),
  );
}

/** Clocks step back: sessions are numbered as they are created, but for so many around any moment. */
const SLACK = 10_000;

/** Which numbers the sessions of a period have, so that a search need not look at all others. */
function numbersDuring({ from, to }: SessionFilters): Sql[] {
  const firstSince = (moment: string) =>
    sql`(SELECT min(number) FROM (SELECT number FROM sessions WHERE created_at >= ${moment} ORDER BY created_at LIMIT ${SLACK}))`;
  const lastBefore = (moment: string) =>
    sql`(SELECT max(number) FROM (SELECT number FROM sessions WHERE created_at < ${moment} ORDER BY created_at DESC LIMIT ${SLACK}))`;
  // No number is compared with null: then nothing is found, as nothing was created in that time.
  return [
    ...(from === undefined ? [] : [sql`session_words.rowid >= ${firstSince(from)}`]),
    ...(to === undefined ? [] : [sql`session_words.rowid <= ${lastBefore(to)}`]),
  ];
}

/**
 * The index to walk along, where SQLite would look up every row to see whether it matches. What has an index of its own
 * is left to that: one technician, one team, one status but the one in which nearly all sessions are.
 */
function walk(
  { technician, team, status, ...rest }: SessionFilters,
  scope: ReadScope,
  sort: string,
  { alsoTheirs }: LookUp,
): Sql {
  if (!sort.endsWith('created') || isUserId(technician) || 'technicianId' in scope) return sql``;
  const teams = 'teams' in scope ? scope.teams : team;
  const isChosen = [
    rest.tool,
    rest.refused,
    rest.outcome,
    rest.endedBy,
    rest.signatures,
    rest.minSeconds,
    rest.maxSeconds,
  ].some((choice) => choice !== undefined);
  const isMany = (values: readonly string[] | undefined) => values !== undefined && values.length > 1;
  // Few are kept, watched, or not signed, and those have an index.
  if (
    areFew(rest.signatures) ||
    rest.kept !== undefined ||
    rest.watcher !== undefined ||
    (status?.length === 1 && !status.includes('ended'))
  )
    return sql``;
  const isMore = teams !== undefined && alsoTheirs({ teams }) !== undefined;
  return isChosen || isMore || isMany(teams) || isMany(status) ? sql`INDEXED BY sessions_by_choices` : sql``;
}

export function inScope(scope: ReadScope, lookUp: Pick<LookUp, 'alsoTheirs'>): Sql[] {
  if ('technicianId' in scope) return [ofTechnician(scope.technicianId, lookUp)];
  if ('teams' in scope) return [ofTeams(scope.teams, lookUp)];
  return [];
}

/** It is theirs, or was before they passed it on. */
function ofTechnician(technicianId: string, { alsoTheirs }: Pick<LookUp, 'alsoTheirs'>): Sql {
  const is = sql`technician_id = ${technicianId}`;
  const was = alsoTheirs({ technicianId });
  return was === undefined ? is : sql`(${is} OR ${was})`;
}

/** Opened in one of these teams, or had by somebody of them. */
function ofTeams(teams: readonly string[], { alsoTheirs }: Pick<LookUp, 'alsoTheirs'>): Sql {
  const was = alsoTheirs({ teams });
  return was === undefined ? isOneOf('team', teams) : sql`(+team IN (${join(teams)}) OR ${was})`;
}

function conditions(filters: AskedNow, lookUp: LookUp): Sql[] {
  const { from, to, technician, team, status, tool, refused, outcome, endedBy } = filters;
  const all: Sql[] = [];
  if (from !== undefined) all.push(sql`sessions.created_at >= ${from}`);
  if (to !== undefined) all.push(sql`sessions.created_at < ${to}`);
  if (isUserId(technician)) all.push(ofTechnician(technician.toLowerCase(), lookUp));
  if (team?.length) all.push(ofTeams(team, lookUp));
  if (status?.length) all.push(isOneOf('status', status));
  if (outcome?.length) all.push(isOneOf('outcome', outcome));
  if (endedBy?.length) all.push(isOneOf('ended_by', endedBy));
  if (filters.signatures?.length) all.push(signedSo(filters.signatures));
  if (tool?.length) all.push(hasAll('used_tools', tool));
  if (refused?.length) all.push(hasAll('refused_tools', refused));
  const { minSeconds, maxSeconds } = filters;
  if (minSeconds !== undefined) all.push(sql`active_seconds >= ${minSeconds}`);
  if (maxSeconds !== undefined) all.push(sql`active_seconds <= ${maxSeconds}`);
  if (filters.kept !== undefined) all.push(keptAt(filters.now, filters.kept));
  if (filters.watcher !== undefined) all.push(watchedBy(filters.watcher));
  return all;
}

/** A moment that has come keeps nothing, though it stays written down. */
const keptAt = (now: string, kept: KeptLonger): Sql => {
  const until = verbatim(kept === 'on-hold' ? 'held_until' : 'kept_until');
  return sql`(kept_until IS NOT NULL AND ${until} > ${now})`;
};

/** Few sessions are watched, and those have an index. */
function watchedBy(typed: string): Sql {
  const words = watcherWords(typed);
  if (words === undefined) return sql`FALSE`;
  const each = words.map((word) => sql`instr(watcher_key, ${word}) > 0`);
  return sql`(watcher_key IS NOT NULL AND ${join(each, ' AND ')})`;
}

/** Nearly all are signed: `+` keeps SQLite from gathering them to sort them. */
const signedSo = (signatures: readonly Signatures[]): Sql =>
  areFew(signatures) ? sql`signatures IN (${join(signatures)})` : sql`+signatures IN (${join(signatures)})`;
const areFew = (signatures: readonly Signatures[] | undefined): boolean =>
  signatures !== undefined && signatures.length > 0 && !signatures.includes('signed');

const whoseOf = ({ technician, team }: SessionFilters): Whose => ({
  technicianId: isUserId(technician) ? technician.toLowerCase() : undefined,
  teams: team,
});

/** Filters that are answered by the word index. */
function typedWords({
  q,
  technician,
  contact,
  company,
  reference,
  computer,
  file,
}: SessionFilters): TypedWords[] {
  const all: (Omit<TypedWords, 'typed'> & { typed: string | undefined })[] = [
    { typed: q },
    { columns: ['technician'], typed: isUserId(technician) ? undefined : technician },
    { columns: ['contact', 'contact_details'], typed: contact },
    { columns: ['company'], typed: company },
    { columns: ['reference'], typed: reference },
    { columns: ['computer', 'addresses'], typed: computer },
    { columns: ['files'], typed: file },
  ];
  return all.filter((words): words is TypedWords => words.typed !== undefined);
}

const isUserId = (technician: string | undefined): technician is string =>
  technician !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(technician);

/**
 * For one value its index has the rows in order. For several, `+` keeps SQLite from it: sorting all rows of two teams
 * takes longer than walking through the newest of all.
 */
const isOneOf = (column: 'team' | 'status' | 'outcome' | 'ended_by', values: readonly string[]): Sql =>
  values.length === 1
    ? sql`${verbatim(column)} = ${values[0]}`
    : sql`+${verbatim(column)} IN (${join(values)})`;

function hasAll(column: 'used_tools' | 'refused_tools', tools: readonly Tool[]): Sql {
  const bits = toolBits(tools);
  return sql`(${verbatim(column)} & ${bits}) = ${bits}`;
}
