import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Day, StatisticsQuery, TimeZone } from '../../protocol/statistics.ts';
import { calendarSpans } from '../../server/records/calendar.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Havana',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Apia',
];

const spans = (from: string, to: string, zone: string, by: 'day' | 'week' | 'month' = 'day') =>
  calendarSpans(StatisticsQuery.parse({ from, to, zone }), by);
const hours = (from: string, to: string, zone: string) =>
  spans(from, to, zone).map(({ startsAt, endsAt }) => (endsAt - startsAt) / HOUR);

describe('the days of a zone', () => {
  it('have 23 hours when summer time begins and 25 when it ends', () => {
    assert.deepEqual(hours('2026-03-28', '2026-03-31', 'Europe/Berlin'), [24, 23, 24]);
    assert.deepEqual(hours('2026-10-24', '2026-10-27', 'Europe/Berlin'), [24, 25, 24]);
    assert.deepEqual(hours('2026-03-07', '2026-03-10', 'America/New_York'), [24, 23, 24]);
    assert.deepEqual(hours('2026-04-04', '2026-04-06', 'Australia/Lord_Howe'), [24, 24.5]);
    assert.deepEqual(hours('2026-10-24', '2026-10-27', 'UTC'), [24, 24, 24]);
  });

  it('begin at midnight, or at one where summer time begins at midnight', () => {
    const first = (day: string, zone: string) =>
      new Date(spans(day, '2030-01-01', zone, 'month')[0]!.startsAt).toISOString();
    assert.equal(first('2026-07-01', 'Asia/Kathmandu'), '2026-06-30T18:15:00.000Z');
    assert.equal(first('2026-01-01', 'Pacific/Kiritimati'), '2025-12-31T10:00:00.000Z');
    assert.equal(first('2026-04-24', 'Africa/Cairo'), '2026-04-23T22:00:00.000Z');
    assert.deepEqual(hours('2026-04-23', '2026-04-25', 'Africa/Cairo'), [24, 23]);
    // Midnight came twice: the day begins when the calendar turned for good.
    assert.deepEqual(hours('2026-10-28', '2026-10-31', 'Africa/Cairo'), [24, 25, 24]);
  });

  it('leave out a day that a country skipped', () => {
    assert.deepEqual(hours('2011-12-29', '2012-01-01', 'Pacific/Apia'), [24, 0, 24]);
  });

  it('follow each other without a gap, each with its own date from its first moment to its last', () => {
    const day = fc
      .date({ min: new Date('2000-01-01'), max: new Date('2060-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 40 }), fc.constantFrom(...ZONES), (from, count, zone) => {
        const to = new Date(Date.parse(from) + count * DAY).toISOString().slice(0, 10);
        const dateAt = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
        const found = spans(from, to, zone);
        assert.deepEqual([found[0]?.from, found.at(-1)?.to, found.length], [from, to, count]);
        for (const [index, { from: date, to: next, startsAt, endsAt }] of found.entries()) {
          assert.equal(found[index + 1]?.startsAt ?? endsAt, endsAt);
          assert.equal(found[index + 1]?.from ?? next, next);
          if (startsAt === endsAt) continue;
          assert.equal(dateAt.format(startsAt), date);
          assert.equal(dateAt.format(endsAt - 1), date);
        }
      }),
    );
  });

  it('make weeks from Monday and months from the first, shorter at the ends of a period', () => {
    const dates = (by: 'week' | 'month') =>
      spans('2026-03-04', '2026-04-02', 'Europe/Berlin', by).map(({ from, to }) => [from, to]);
    assert.deepEqual(dates('week'), [
      ['2026-03-04', '2026-03-09'],
      ['2026-03-09', '2026-03-16'],
      ['2026-03-16', '2026-03-23'],
      ['2026-03-23', '2026-03-30'],
      ['2026-03-30', '2026-04-02'],
    ]);
    assert.deepEqual(dates('month'), [
      ['2026-03-04', '2026-04-01'],
      ['2026-04-01', '2026-04-02'],
    ]);
  });
});

describe('a question for figures', () => {
  const asked = { from: '2026-03-01', to: '2026-03-08', zone: 'Europe/Berlin' };
  const faults = (change: object) =>
    StatisticsQuery.safeParse({ ...asked, ...change }).error?.issues.map(({ path }) => path.join('.')) ?? [];

  it('names a zone of the IANA database and nothing else', () => {
    for (const zone of ['UTC', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires', 'Europe/Kyiv'])
      assert.equal(TimeZone.safeParse(zone).success, true, zone);
    for (const zone of ['', '+01:00', 'Europe/Nowhere', '../../etc/passwd', 'UTC\u0000', 'A'.repeat(65), 5])
      assert.equal(TimeZone.safeParse(zone).success, false, String(zone));
  });

  it('names days that exist, the first before the last, and no more than a plot can show', () => {
    assert.deepEqual(faults({}), []);
    for (const day of ['2026-02-30', '1999-12-31', '2200-01-01', '2026-3-1', '0001-01-01'])
      assert.equal(Day.safeParse(day).success, false, day);
    assert.deepEqual(faults({ to: '2026-03-01' }), ['to']);
    assert.deepEqual(faults({ to: '2037-01-01' }), ['from']);
    assert.deepEqual(faults({ to: '2030-01-01', by: 'day' }), ['by']);
    assert.deepEqual(faults({ to: '2030-01-01', by: 'week' }), []);
  });
});
