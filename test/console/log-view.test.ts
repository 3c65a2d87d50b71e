import assert from 'node:assert/strict';
import fc from 'fast-check';
import { COLUMN_IDS } from '../../console/manager/chosen-columns.ts';
import { chipsOf } from '../../console/manager/filter-chips.ts';
import { leftOut } from '../../console/manager/left-out.ts';
import {
  addressOfView,
  EVERYTHING,
  endsBeforeItBegins,
  isFiltered,
  type LogView,
  momentsOf,
  NEWEST_FIRST,
  PERIODS,
  questionOf,
  sortedBy,
  viewInAddress,
  withDays,
} from '../../console/manager/log-view.ts';
import { EndedBy, Outcome, SessionStatus } from '../../protocol/session.ts';
import { KeptLonger, SessionQuery, SORTABLE } from '../../protocol/session-query.ts';
import { Signatures } from '../../protocol/signatures.ts';
import { Tool } from '../../protocol/tool.ts';

const word = (max: number) =>
  fc.string({ unit: 'binary', maxLength: max }).map((text) => text.toWellFormed().trim());

const day = fc
  .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const period = fc.oneof(
  fc.constantFrom(...PERIODS, 'any' as const).map((one) => ({ period: one, from: '', to: '' })),
  fc
    .record({ from: fc.oneof(day, fc.constant('')), to: fc.oneof(day, fc.constant('')) })
    .filter(({ from, to }) => from !== '' || to !== '')
    .map((days) => ({ period: 'custom' as const, ...days })),
);

const minutes = fc.oneof(fc.constant(''), fc.nat(10_000).map(String));

const anyView: fc.Arbitrary<LogView> = fc
  .record({
    span: period,
    team: fc.array(word(20).filter((name) => name !== '')),
    technician: word(60),
    watcher: word(60),
    tool: fc.subarray([...Tool.options]),
    status: fc.subarray([...SessionStatus.options]),
    outcome: fc.subarray([...Outcome.options]),
    refused: fc.subarray([...Tool.options]),
    endedBy: fc.subarray([...EndedBy.options]),
    signatures: fc.subarray([...Signatures.options]),
    kept: fc.constantFrom('' as const, ...KeptLonger.options),
    company: word(40),
    contact: word(40),
    reference: word(40),
    computer: word(40),
    file: word(40),
    minMinutes: minutes,
    maxMinutes: minutes,
    q: word(200),
    sort: fc.constantFrom(...SORTABLE.flatMap((column) => [column, `-${column}`])),
    columns: fc.subarray([...COLUMN_IDS]),
  })
  .map(({ span, ...rest }) => ({ ...span, ...rest }));

describe('the session log’s view in the address', () => {
  it('comes back as it was sent', () => {
    fc.assert(fc.property(anyView, (view) => assert.deepEqual(viewInAddress(addressOfView(view)), view)));
  });

  it('is empty for everything, newest first', () => {
    assert.equal(addressOfView(EVERYTHING), '');
    assert.deepEqual(viewInAddress(''), EVERYTHING);
    assert.equal(isFiltered({ ...EVERYTHING, sort: 'company' }), false);
    assert.equal(isFiltered({ ...EVERYTHING, q: 'printer' }), true);
  });

  it('reads well enough to be sent by mail', () => {
    assert.equal(
      addressOfView({ ...EVERYTHING, period: 'last-month', tool: ['view', 'control'], q: 'printer down' }),
      '?period=last-month&tool=view,control&q=printer+down',
    );
  });

  it('leaves out what it does not understand', () => {
    assert.deepEqual(
      viewInAddress(
        '?period=forever&from=2026-13-01&to=yesterday&tool=view,root&status=%00&sort=password&x=1',
      ),
      { ...EVERYTHING, tool: ['view'] },
    );
    assert.equal(viewInAddress('?from=2026-02-30').from, '');
  });

  it('names what it does not understand, and nothing of what it wrote itself', () => {
    const address =
      '?from=xyz&tool=view,root&status=nonsense&sort=foo&statuss=active&q=a,+b&open=1&period=any';
    assert.deepEqual(leftOut(address), ['from', 'tool', 'status', 'sort', 'statuss']);
    fc.assert(fc.property(anyView, (view) => assert.deepEqual(leftOut(addressOfView(view)), [])));
  });

  it('asks the server only what its contract allows', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const question = Object.fromEntries(questionOf(view, new Date()));
        const parsed = SessionQuery.safeParse(question);
        assert.ok(parsed.success || endsBeforeItBegins(view), JSON.stringify(parsed.error?.issues));
      }),
    );
  });
});

describe('a period of the session log', () => {
  const noon = new Date(2026, 2, 15, 12, 30);
  const during = (period: LogView['period'], days = {}) =>
    momentsOf({ ...EVERYTHING, period, ...days }, noon);

  it('is made of the reader’s own days', () => {
    assert.deepEqual(during('today'), { from: new Date(2026, 2, 15) });
    assert.deepEqual(during('yesterday'), { from: new Date(2026, 2, 14), before: new Date(2026, 2, 15) });
    assert.deepEqual(during('last-7-days'), { from: new Date(2026, 2, 9) });
    assert.deepEqual(during('last-month'), { from: new Date(2026, 1, 1), before: new Date(2026, 2, 1) });
    assert.deepEqual(during('this-year'), { from: new Date(2026, 0, 1) });
    assert.deepEqual(during('any'), {});
  });

  it('becomes two days that can be changed', () => {
    const daysOf = (period: LogView['period']) => {
      const { from, to } = withDays({ ...EVERYTHING, period }, noon);
      return [from, to];
    };
    assert.deepEqual(daysOf('last-month'), ['2026-02-01', '2026-02-28']);
    assert.deepEqual(daysOf('today'), ['2026-03-15', '2026-03-15']);
    assert.deepEqual(daysOf('any'), ['2026-02-14', '2026-03-15']);
    const changed = withDays({ ...EVERYTHING, period: 'yesterday' }, noon);
    assert.deepEqual(momentsOf(changed, noon), during('yesterday'));
    assert.deepEqual(viewInAddress(addressOfView(changed)), changed);
  });

  it('includes its last day whole', () => {
    assert.deepEqual(during('custom', { from: '2026-02-28', to: '2026-02-28' }), {
      from: new Date(2026, 1, 28),
      before: new Date(2026, 2, 1),
    });
    assert.deepEqual(during('custom', { to: '2026-12-31' }), { before: new Date(2027, 0, 1) });
  });
});

describe('a period in every zone', () => {
  const here = process.env.TZ;
  // Node reads the zone anew when it is set.
  const restore = () => {
    if (here === undefined) delete process.env.TZ;
    else process.env.TZ = here;
  };
  afterEach(restore);

  /** Half an hour of change, changes at midnight, a date that never was, quarter hours, both ends of the day. */
  for (const zone of [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Santiago',
    'Africa/Cairo',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
  ])
    it(`has each moment of a year in exactly one day: ${zone}`, () => {
      process.env.TZ = zone;
      let end: string | null = null;
      for (let date = new Date(2026, 0, 1, 12); date.getFullYear() < 2027; date = nextNoon(date)) {
        const day = viewInAddress(`?from=${isoDay(date)}&to=${isoDay(date)}`);
        const asked = SessionQuery.parse(Object.fromEntries(questionOf(day, date)));
        assert(asked.from !== undefined && asked.to !== undefined);
        if (end !== null) assert.equal(asked.from, end, isoDay(date));
        assert(asked.from < asked.to);
        assert.equal(isoDay(new Date(asked.from)), isoDay(date));
        assert.equal(isoDay(new Date(Date.parse(asked.to) - 1)), isoDay(date));
        assert.deepEqual(momentsOf({ ...EVERYTHING, period: 'today' }, date).from, new Date(asked.from));
        end = asked.to;
      }
    });

  it('is 23 hours long when clocks go forward, and 25 when they go back', () => {
    process.env.TZ = 'Europe/Berlin';
    const hours = (day: string) => {
      const { from, before } = momentsOf({ ...EVERYTHING, period: 'custom', from: day, to: day }, new Date());
      return (Number(before) - Number(from)) / 3_600_000;
    };
    assert.deepEqual(['2026-03-28', '2026-03-29', '2026-10-25'].map(hours), [24, 23, 25]);
  });

  const nextNoon = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1, 12);
  const isoDay = (date: Date) =>
    [date.getFullYear(), date.getMonth() + 1, date.getDate()]
      .map((figure) => String(figure).padStart(2, '0'))
      .join('-');
});

describe('the length of a session as a filter', () => {
  it('takes whole minutes, the last one to its end, and nothing else', () => {
    const view = viewInAddress('?minMinutes=5&maxMinutes=05');
    const question = questionOf(view, new Date());
    assert.deepEqual([question.get('minSeconds'), question.get('maxSeconds')], ['300', '359']);
    for (const odd of ['-1', '1.5', 'x', '9999999', ''])
      assert.equal(viewInAddress(`?minMinutes=${odd}`).minMinutes, '');
  });
});

describe('a filter chip', () => {
  it('stands for one filter and removes just that one', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        for (const chip of chipsOf(view)) {
          const left = chipsOf(chip.without).map(({ id }) => id);
          const others = chipsOf(view)
            .map(({ id }) => id)
            .filter((id) => id !== chip.id);
          assert.deepEqual(left, others);
        }
      }),
    );
  });

  it('removed one after the other, leaves everything', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        let left = view;
        for (let chip = chipsOf(left)[0]; chip !== undefined; chip = chipsOf(left)[0]) left = chip.without;
        assert.equal(isFiltered(left), false);
      }),
    );
  });
});

describe('sorting by a header', () => {
  it('starts in the column’s natural direction and turns around with the next click', () => {
    const byCompany = sortedBy(EVERYTHING, 'company');
    assert.equal(byCompany.sort, 'company');
    assert.equal(sortedBy(byCompany, 'company').sort, '-company');
    assert.equal(sortedBy(byCompany, 'created').sort, NEWEST_FIRST);
    assert.equal(sortedBy(EVERYTHING, 'created').sort, 'created');
  });
});
