import assert from 'node:assert/strict';
import fc from 'fast-check';
import { v4 as uuid } from 'uuid';
import type { NewEntry } from '../../protocol/record.ts';
import { EndReason, Outcome, SessionStatus } from '../../protocol/session.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
import { Statistics, StatisticsQuery } from '../../protocol/statistics.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import type { ReadScope } from '../../server/records/record-store.ts';
import { exportedRecords } from '../support/exported-records.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { type AnyStore, EVERYTHING } from './describe-record-store.ts';
import { begin, end, laneOpened, started, TECHNICIAN } from './stories.ts';

const ask = (more: Record<string, unknown> = {}) =>
  StatisticsQuery.parse({ from: '2026-03-01', to: '2026-05-01', zone: 'Europe/Berlin', ...more });

const STAFF = [
  TECHNICIAN,
  { ...TECHNICIAN, team: 'South' },
  { ...TECHNICIAN, userId: uuid(), name: 'Bo Lind' },
  { userId: uuid(), name: 'Teamless' },
];

const tools = fc.subarray([...TOOLS]);
const story = fc.record({
  technician: fc.constantFrom(...STAFF),
  pauseMinutes: fc.integer({ min: 0, max: 3000 }),
  answer: fc.option(
    fc.record({ mode: fc.constantFrom('person', 'in-advance', 'timed-out'), allowed: tools, refused: tools }),
  ),
  waitSeconds: fc.option(fc.integer({ min: 0, max: 4000 })),
  activeSeconds: fc.integer({ min: 0, max: 90_000 }),
  used: tools,
  end: fc.option(fc.constantFrom(...SessionStatus.options.slice(3))),
  outcome: fc.option(fc.constantFrom(...Outcome.options)),
});

type Told = typeof story extends fc.Arbitrary<infer One> ? One : never;

/** What holds for the figures of every store. */
export function describeStatistics(current: () => { store: AnyStore; clock: FakeClock }): void {
  describe('the figures of a period', () => {
    const tell = async (told: Told) => {
      const { store, clock } = current();
      const { answer, waitSeconds, used, outcome } = told;
      const created = begin({ technician: told.technician });
      const { sessionId } = created;
      const append = (...entries: NewEntry[]) => store.append(entries);
      await append(created);
      if (answer !== null)
        await append({
          type: 'consent.answered',
          sessionId,
          requestId: uuid(),
          allowed: answer.mode === 'timed-out' ? [] : answer.allowed,
          refused: answer.refused,
          unable: [],
          mode: answer.mode as 'person',
          textVersion: '1',
        });
      if (waitSeconds !== null) {
        clock.advance(waitSeconds * 1000);
        await append(started(sessionId), ...used.map((tool) => laneOpened(sessionId, tool, uuid())));
        clock.advance(told.activeSeconds * 1000 + 7);
      }
      if (outcome !== null) await append({ type: 'session.noted', sessionId, userId: uuid(), outcome });
      if (told.end !== null)
        await append({
          type: 'session.ended',
          sessionId,
          status: told.end,
          endedBy: 'broker',
          reason: EndReason.enum.done,
        });
      return sessionId;
    };

    it('are what counting the records by hand gives, whatever happened in them', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(story, { maxLength: 12 }), async (stories) => {
          for (const each of stories) {
            await tell(each);
            current().clock.advance(each.pauseMinutes * 60_000);
          }
          for (const scope of [EVERYTHING, { teams: ['South'] }, { technicianId: TECHNICIAN.userId }])
            for (const query of [
              ask(),
              ask({ by: 'week', team: ['North', 'South'] }),
              ask({ from: '2026-03-03', to: '2026-03-29', technician: 'lind' }),
              ask({ status: 'ended,lost', tool: 'view', outcome: 'solved', zone: 'Pacific/Auckland' }),
            ]) {
              const found = await current().store.statistics(query, scope);
              assert.deepEqual(found, Statistics.parse(found));
              assert.deepEqual(found, await byHand(current().store, query, scope));
            }
        }),
        { numRuns: 12 },
      );
    });

    it('belong to the reader’s day on which a session was created, also when the clocks change', async () => {
      const { store, clock } = current();
      const createdAt = async (moment: string) => {
        clock.advance(Date.parse(moment) - clock.now());
        await store.append([begin()]);
      };
      await createdAt('2026-03-28T22:59:59.999Z');
      await createdAt('2026-03-28T23:00:00.000Z');
      await createdAt('2026-03-29T21:59:59.999Z');
      await createdAt('2026-03-29T22:00:00.000Z');
      const sessions = async (zone: string) =>
        (await store.statistics(ask({ from: '2026-03-28', to: '2026-03-31', zone }), EVERYTHING)).spans.map(
          (span) => span.sessions,
        );
      assert.deepEqual(await sessions('Europe/Berlin'), [1, 2, 1]);
      assert.deepEqual(await sessions('UTC'), [2, 2, 0]);
      assert.deepEqual(await sessions('Asia/Tokyo'), [0, 2, 2]);
    });

    it('go with their sessions', async () => {
      const { store, clock } = current();
      for (let round = 0; round < 70; round += 1) {
        const created = begin({ technician: STAFF[round % 2]! });
        await store.append(round === 3 ? [created] : [created, end(created.sessionId)]);
      }
      const count = async () => {
        const { sessions, teams } = await store.statistics(ask(), EVERYTHING);
        return [sessions, teams.map(({ team, sessions }) => [team, sessions])];
      };
      assert.deepEqual(await count(), [
        70,
        [
          ['North', 35],
          ['South', 35],
        ],
      ]);
      clock.advance(1);
      const before = new Date(clock.now()).toISOString();
      await store.deleteDue([{ kind: 'session-record', before }], false);
      assert.deepEqual(await count(), [1, [['South', 1]]]);
    });

    it('say from which day on none are missing, when some were deleted in their period', async () => {
      const { store, clock } = current();
      const missing = async (given = {}, scope: ReadScope = EVERYTHING) =>
        (await store.statistics(ask(given), scope)).deletedBefore;
      const created = begin({ technician: STAFF[1]! });
      await store.append([created, end(created.sessionId)]);
      assert.equal(await missing(), undefined);
      clock.advance(20 * 86_400_000);
      const rule = { kind: 'session-record', before: '2026-03-11T23:30:00.000Z' } as const;
      await store.deleteDue([rule], false);
      assert.equal(await missing(), '2026-03-12');
      assert.equal(await missing({ zone: 'UTC' }), '2026-03-11');
      assert.equal(await missing({ from: '2026-03-12' }), undefined);
      // A team may have a period of its own.
      const later = begin({ technician: STAFF[1]! });
      await store.append([later, end(later.sessionId)]);
      clock.advance(86_400_000);
      await store.deleteDue([{ ...rule, team: 'South', before: '2026-03-23T12:00:00.000Z' }], false);
      assert.equal(await missing(), '2026-03-12');
      assert.equal(await missing({ team: 'South' }), '2026-03-23');
      assert.equal(await missing({}, { teams: ['South'] }), '2026-03-23');
      assert.equal(await missing({ team: 'North' }), '2026-03-12');
    });
  });
}

/** The same from the records themselves, the slow way. */
async function byHand(store: AnyStore, query: StatisticsQuery, scope: ReadScope): Promise<Statistics> {
  const { from, to, zone, by, ...filters } = query;
  const dateAt = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const dayOf = (record: SessionRecord) => dateAt.format(Date.parse(record.createdAt));
  const all = await exportedRecords(store, filters, scope);
  const records = all.filter((record) => from <= dayOf(record) && dayOf(record) < to);

  const durations = (times: (number | undefined)[]) => {
    const sorted = times.filter((time) => time !== undefined).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]!;
    return sorted.length === 0
      ? undefined
      : { sessions: sorted.length, medianSeconds: at(0.5), p95Seconds: at(0.95) };
  };
  const figures = (some: SessionRecord[]) => {
    const waiting = durations(
      some.map((one) => (one.startedAt === undefined ? undefined : one.waitingSeconds)),
    );
    const active = durations(some.map((one) => one.activeSeconds));
    return { sessions: some.length, ...(waiting && { waiting }), ...(active && { active }) };
  };
  const count = (which: (record: SessionRecord) => boolean) => records.filter(which).length;
  const groups = <Name extends { team?: string; technicianId?: string }>(
    nameOf: (record: SessionRecord) => Name,
  ) => {
    const byName = new Map<string, SessionRecord[]>();
    for (const record of records) {
      const name = JSON.stringify(nameOf(record));
      byName.set(name, [...(byName.get(name) ?? []), record]);
    }
    const key = ({ technicianId, team }: Name) => technicianId ?? team ?? '';
    return [...byName]
      .map(([name, some]) => ({
        ...figures(some),
        solved: some.filter(({ outcome }) => outcome === 'solved').length,
        notSolved: some.filter(({ outcome }) => outcome === 'not-solved').length,
        ...(JSON.parse(name) as Name),
      }))
      .sort((a, b) => b.sessions - a.sessions || (key(a) < key(b) ? -1 : 1));
  };
  const answered = (tool: Tool, modes: readonly string[]) => (record: SessionRecord) =>
    record.consent.answers.some(({ mode, refused }) => modes.includes(mode) && refused.includes(tool));

  const spans: Statistics['spans'] = [];
  for (let day = from; day < to; ) {
    const date = new Date(day);
    do date.setUTCDate(date.getUTCDate() + 1);
    while (by === 'week' && date.getUTCDay() !== 1);
    const next = [date.toISOString().slice(0, 10), to].sort()[0]!;
    const lies = (record: SessionRecord) => day <= dayOf(record) && dayOf(record) < next;
    spans.push({ from: day, to: next, ...figures(records.filter(lies)) });
    day = next;
  }
  return {
    ...figures(records),
    by: by ?? 'day',
    spans,
    statuses: Object.fromEntries(
      SessionStatus.options.map((status) => [status, count((record) => record.status === status)]),
    ) as Statistics['statuses'],
    outcomes: {
      solved: count(({ outcome }) => outcome === 'solved'),
      'not-solved': count(({ outcome }) => outcome === 'not-solved'),
      unsaid: count(
        (one) => one.outcome === undefined && one.startedAt !== undefined && one.endedAt !== undefined,
      ),
    },
    tools: TOOLS.map((tool) => ({
      tool,
      asked: count(({ consent }) =>
        consent.answers.some(({ allowed, refused }) => [...allowed, ...refused].includes(tool)),
      ),
      used: count((record) => record.tools.some((use) => use.tool === tool && use.uses > 0)),
      refused: count(answered(tool, ['person', 'in-advance'])),
      unanswered: count(answered(tool, ['timed-out'])),
    })),
    teams: groups(({ technician: { team } }) => (team === undefined ? {} : { team })),
    technicians: groups(({ technician: { userId, name } }) => ({
      technicianId: userId,
      name,
      key: name.toLowerCase().replace('ö', 'o'),
    })),
  };
}
