import { OPEN_STATUSES, Outcome, SessionStatus } from '../../../protocol/session.ts';
import { type Statistics, type StatisticsQuery, usualSpan } from '../../../protocol/statistics.ts';
import { TOOLS } from '../../../protocol/tool.ts';
import { calendarSpans } from '../calendar.ts';
import { durationsOf } from '../durations.ts';
import type { ReadScope } from '../record-store.ts';
import type { Connection } from './connection.ts';
import { FiguresReader, SLOTS_A_CHUNK } from './figures.ts';
import { matchingNumbers } from './session-log.ts';

/** Sessions that are counted together. */
class Group {
  sessions = 0;
  readonly outcomes = Outcome.options.map(() => 0);
  readonly waiting: number[] = [];
  readonly active: number[] = [];

  figures() {
    const [waiting, active] = [durationsOf(this.waiting), durationsOf(this.active)];
    return { sessions: this.sessions, ...(waiting && { waiting }), ...(active && { active }) };
  }

  withOutcomes() {
    const [solved = 0, notSolved = 0] = this.outcomes;
    return { ...this.figures(), solved, notSolved };
  }

  /** Counts `other` in. */
  join(other: Group): void {
    this.sessions += other.sessions;
    for (const [index, count] of other.outcomes.entries()) this.outcomes[index]! += count;
    for (const time of other.waiting) this.waiting.push(time);
    for (const time of other.active) this.active.push(time);
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
  readonly #lastSession;

  constructor(private readonly connection: Connection) {
    this.#chunks = connection.prepare<[number], { chunk: number; slots: Buffer }>(
      'SELECT chunk, slots FROM session_figures WHERE latest >= ?',
    );
    this.#staff = connection.prepare<[], Staff>('SELECT id, technician_id AS technicianId, team FROM staff');
    this.#lastSession = connection.prepare<[string], { name: string; key: string }>(
      `SELECT technician AS name, technician_key AS key FROM sessions WHERE technician_id = ?
       ORDER BY created_at DESC LIMIT 1`,
    );
  }

  of(query: StatisticsQuery, scope: ReadScope): Statistics {
    const by = query.by ?? usualSpan(query.from, query.to);
    const spans = calendarSpans(query, by);
    const [first, last] = [(spans[0]?.startsAt ?? 0) / 1000, (spans.at(-1)?.endsAt ?? 0) / 1000];
    const { from: _from, to: _to, zone: _zone, by: _by, ...filters } = query;
    const wanted = matchingNumbers(this.connection, filters, scope, [first, last]);

    const endsAt = Float64Array.from(spans, (span) => span.endsAt / 1000);
    const bySpan = spans.map(() => new Group());
    const byStaff = new Map<number, Group>();
    const statuses = SessionStatus.options.map(() => 0);
    const tools = TOOLS.map((tool) => ({ tool, asked: 0, used: 0, refused: 0, unanswered: 0 }));
    let unsaid = 0;

    const session = new FiguresReader();
    let span = 0;
    for (const { chunk, slots } of this.#chunks.iterate(first)) {
      session.open(slots);
      for (let number = chunk * SLOTS_A_CHUNK; session.next(); number += 1) {
        const created = session.createdSeconds;
        if (session.isEmpty || created < first || created >= last) continue;
        if (wanted !== undefined && !wanted.has(number)) continue;
        // Sessions come nearly in the order of their creation: the span is the last one or beside it.
        while (created >= (endsAt[span] as number)) span += 1;
        while (span > 0 && created < (endsAt[span - 1] as number)) span -= 1;
        const staff = byStaff.get(session.staff) ?? new Group();
        byStaff.set(session.staff, staff);
        const { waitingMs, activeMs, statusIndex, outcomeIndex } = session;
        for (const group of [bySpan[span] as Group, staff]) {
          group.sessions += 1;
          if (waitingMs !== undefined) group.waiting.push(waitingMs);
          if (activeMs !== undefined) group.active.push(activeMs);
          if (outcomeIndex >= 0) group.outcomes[outcomeIndex]! += 1;
        }
        statuses[statusIndex]! += 1;
        if (outcomeIndex < 0 && waitingMs !== undefined && !IS_OPEN[statusIndex]) unsaid += 1;
        const { used, refused, unanswered, asked } = session;
        for (const [index, tool] of tools.entries()) {
          tool.used += (used >> index) & 1;
          tool.asked += (asked >> index) & 1;
          tool.refused += (refused >> index) & 1;
          tool.unanswered += (unanswered >> index) & 1;
        }
      }
    }

    const all = new Group();
    for (const group of bySpan) all.join(group);
    return {
      ...all.figures(),
      by,
      spans: spans.map(({ from, to }, index) => ({ from, to, ...(bySpan[index] as Group).figures() })),
      statuses: named(SessionStatus.options, statuses),
      outcomes: { ...named(Outcome.options, all.outcomes), unsaid },
      tools,
      ...this.#people(byStaff),
    };
  }

  #people(byStaff: ReadonlyMap<number, Group>): Pick<Statistics, 'teams' | 'technicians'> {
    const teams = new Map<string, Group>();
    const technicians = new Map<string, Group>();
    for (const { id, technicianId, team } of this.#staff.iterate()) {
      const group = byStaff.get(id);
      if (group === undefined) continue;
      const into = (groups: Map<string, Group>, key: string) => {
        const joined = groups.get(key) ?? new Group();
        groups.set(key, joined);
        joined.join(group);
      };
      into(teams, team);
      into(technicians, technicianId);
    }
    return {
      teams: busiestFirst(teams).map(([team, group]) => ({
        ...group.withOutcomes(),
        ...(team !== '' && { team }),
      })),
      technicians: busiestFirst(technicians).map(([technicianId, group]) => ({
        ...group.withOutcomes(),
        technicianId,
        ...(this.#lastSession.get(technicianId) ?? { name: '', key: technicianId }),
      })),
    };
  }
}

const IS_OPEN = SessionStatus.options.map((status) => OPEN_STATUSES.includes(status));

const named = <Name extends string>(names: readonly Name[], counts: readonly number[]) =>
  Object.fromEntries(names.map((name, index) => [name, counts[index] ?? 0])) as Record<Name, number>;

const busiestFirst = (groups: ReadonlyMap<string, Group>): [string, Group][] =>
  [...groups].sort(([nameA, a], [nameB, b]) => b.sessions - a.sessions || (nameA < nameB ? -1 : 1));
