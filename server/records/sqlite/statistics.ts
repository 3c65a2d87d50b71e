import { OPEN_STATUSES, Outcome, SessionStatus } from '../../../protocol/session.ts';
import { type Day, type Statistics, type StatisticsQuery, usualSpan } from '../../../protocol/statistics.ts';
import { TOOLS } from '../../../protocol/tool.ts';
import { calendarSpans, dayIn } from '../calendar.ts';
import { durationsOf } from '../durations.ts';
import type { ReadScope } from '../record-store.ts';
import { join, sql, textOf } from '../sql.ts';
import type { Connection } from './connection.ts';
import { deletedSessions } from './deleted-sessions.ts';
import { FiguresReader, SLOTS_A_CHUNK } from './figures.ts';
import { knownTerms } from './known-terms.ts';
import { alsoTheirs } from './passed-sessions.ts';
import { inScope, type LookUp, matchingNumbers } from './session-matching.ts';

/** Sessions that are counted together. */
class Group {
  sessions = 0;
  readonly outcomes = Outcome.options.map(() => 0);
  readonly waiting: number[] = [];
  readonly active: number[] = [];

  count(session: FiguresReader): void {
    const { waitingMs, activeMs, outcomeIndex } = session;
    this.sessions += 1;
    if (waitingMs !== undefined) this.waiting.push(waitingMs);
    if (activeMs !== undefined) this.active.push(activeMs);
    if (outcomeIndex >= 0) this.outcomes[outcomeIndex]! += 1;
  }
}

/** The figures of all sessions in some groups. */
function figuresOf(groups: readonly Group[]) {
  const waiting = durationsOf(groups.map((group) => group.waiting));
  const active = durationsOf(groups.map((group) => group.active));
  const sessions = groups.reduce((sum, group) => sum + group.sessions, 0);
  return { sessions, ...(waiting && { waiting }), ...(active && { active }) };
}

const outcomesOf = (groups: readonly Group[]): Record<Outcome, number> =>
  named(
    Outcome.options,
    Outcome.options.map((_, index) => groups.reduce((sum, group) => sum + (group.outcomes[index] ?? 0), 0)),
  );

const withOutcomes = (groups: readonly Group[]) => {
  const { solved, 'not-solved': notSolved } = outcomesOf(groups);
  return { ...figuresOf(groups), solved, notSolved };
};

/** How many sessions had each set of tools: sets are bytes, and few. */
class ToolCounts {
  readonly #sets = new Uint32Array(256);

  add(set: number): void {
    this.#sets[set]! += 1;
  }

  of(index: number): number {
    return this.#sets.reduce((sum, count, set) => ((set >> index) & 1 ? sum + count : sum), 0);
  }
}

interface Staff {
  readonly id: number;
  readonly technicianId: string;
  readonly team: string;
}

/** Adds up what the overview shows, from the figures of each session; percentiles are exact. */
export class SessionStatistics {
  readonly #chunks;
  readonly #staff;
  readonly #lookUp: LookUp;
  readonly #deletedUntil;

  constructor(private readonly connection: Connection) {
    this.#lookUp = { known: knownTerms(connection), alsoTheirs: alsoTheirs(connection) };
    this.#deletedUntil = deletedSessions(connection);
    this.#chunks = connection.prepare<[number], { chunk: number; slots: Buffer }>(
      'SELECT chunk, slots FROM session_figures WHERE latest >= ?',
    );
    this.#staff = connection.prepare<[], Staff>('SELECT id, technician_id AS technicianId, team FROM staff');
  }

  of(query: StatisticsQuery, scope: ReadScope, now: string): Statistics {
    const by = query.by ?? usualSpan(query.from, query.to);
    const spans = calendarSpans(query, by);
    const [first, last] = [(spans[0]?.startsAt ?? 0) / 1000, (spans.at(-1)?.endsAt ?? 0) / 1000];
    const { from: _from, to: _to, zone: _zone, by: _by, ...filters } = query;
    const wanted = matchingNumbers(this.connection, this.#lookUp, { ...filters, now }, scope, [first, last]);

    const endsAt = Float64Array.from(spans, (span) => span.endsAt / 1000);
    const bySpan = spans.map(() => new Group());
    const byStaff: (Group | undefined)[] = [];
    const statuses = SessionStatus.options.map(() => 0);
    const [asked, used, refused, unanswered] = [0, 1, 2, 3].map(() => new ToolCounts()) as FourCounts;
    let unsaid = 0;

    const session = new FiguresReader();
    let span = 0;
    for (const { chunk, slots } of this.#chunks.iterate(first)) {
      session.open(slots);
      for (let number = chunk * SLOTS_A_CHUNK; session.next(); number += 1) {
        const created = session.createdSeconds;
        if (created < first || created >= last || session.isEmpty) continue;
        if (wanted !== undefined && !wanted.has(number)) continue;
        // Sessions come nearly in the order of their creation: the span is the last one or beside it.
        while (created >= (endsAt[span] as number)) span += 1;
        while (span > 0 && created < (endsAt[span - 1] as number)) span -= 1;
        const { staff, statusIndex } = session;
        byStaff[staff] ??= new Group();
        byStaff[staff].count(session);
        (bySpan[span] as Group).count(session);
        statuses[statusIndex]! += 1;
        if (session.outcomeIndex < 0 && session.waitingMs !== undefined && !IS_OPEN[statusIndex]) unsaid += 1;
        asked.add(session.asked);
        used.add(session.used);
        refused.add(session.refused);
        unanswered.add(session.unanswered);
      }
    }

    return {
      ...figuresOf(bySpan),
      by,
      ...this.#deletedBefore(query, scope),
      spans: spans.map(({ from, to }, index) => ({ from, to, ...figuresOf([bySpan[index] as Group]) })),
      statuses: named(SessionStatus.options, statuses),
      outcomes: { ...outcomesOf(bySpan), unsaid },
      tools: TOOLS.map((tool, index) => ({
        tool,
        asked: asked.of(index),
        used: used.of(index),
        refused: refused.of(index),
        unanswered: unanswered.of(index),
      })),
      ...this.#people(byStaff, scope),
    };
  }

  #deletedBefore({ from, zone, team }: StatisticsQuery, scope: ReadScope): { deletedBefore?: Day } {
    const until = this.#deletedUntil(team ?? ('teams' in scope ? scope.teams : undefined));
    const day = until === undefined ? undefined : dayIn(zone, until);
    return day !== undefined && day > from ? { deletedBefore: day } : {};
  }

  #people(
    byStaff: readonly (Group | undefined)[],
    scope: ReadScope,
  ): Pick<Statistics, 'teams' | 'technicians'> {
    const teams = new Map<string, Group[]>();
    const technicians = new Map<string, Group[]>();
    for (const { id, technicianId, team } of this.#staff.iterate()) {
      const group = byStaff[id];
      if (group === undefined) continue;
      teams.set(team, [...(teams.get(team) ?? []), group]);
      technicians.set(technicianId, [...(technicians.get(technicianId) ?? []), group]);
    }
    return {
      teams: busiestFirst(teams).map(({ key: team, ...figures }) => ({
        ...figures,
        ...(team !== '' && { team }),
      })),
      technicians: busiestFirst(technicians).map(({ key: technicianId, ...figures }) => ({
        ...figures,
        technicianId,
        ...this.#nameOf(technicianId, scope),
      })),
    };
  }

  /** As the newest of the sessions has them that the reader may see: those of other teams tell nothing here. */
  #nameOf(technicianId: string, scope: ReadScope): { name: string; key: string } {
    const newest = sql`SELECT technician AS name, technician_key AS key FROM sessions
      WHERE ${join([sql`technician_id = ${technicianId}`, ...inScope(scope, this.#lookUp)], ' AND ')}
      ORDER BY created_at DESC LIMIT 1`;
    const found = this.connection
      .prepare<unknown[], { name: string; key: string }>(textOf(newest, () => '?'))
      .get(...newest.values);
    return found ?? { name: '', key: technicianId };
  }
}

type FourCounts = [ToolCounts, ToolCounts, ToolCounts, ToolCounts];

const IS_OPEN = SessionStatus.options.map((status) => OPEN_STATUSES.includes(status));

const named = <Name extends string>(names: readonly Name[], counts: readonly number[]) =>
  Object.fromEntries(names.map((name, index) => [name, counts[index] ?? 0])) as Record<Name, number>;

const busiestFirst = (groups: ReadonlyMap<string, Group[]>) =>
  [...groups]
    .map(([key, some]) => ({ key, ...withOutcomes(some) }))
    .sort((a, b) => b.sessions - a.sessions || (a.key < b.key ? -1 : 1));
