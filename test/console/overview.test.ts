import assert from 'node:assert/strict';
import { EVERYTHING, type LogView, viewInAddress } from '../../console/manager/log-view.ts';
import { isDeleted, perDay } from '../../console/manager/overview/deleted-days.ts';
import { csvOf, fileNameOf, tabbedOf, words } from '../../console/manager/overview/figure-table.ts';
import {
  eachPointIn,
  overviewAddress,
  statisticsQuestion,
  viewOfSpan,
} from '../../console/manager/overview/overview-view.ts';

const NOON = new Date(2026, 2, 15, 12, 30);
const asked = (view: Partial<LogView>, each: Parameters<typeof statisticsQuestion>[1] = 'auto') => {
  const question = statisticsQuestion({ ...EVERYTHING, ...view }, each, NOON, 'Europe/Berlin');
  return question && Object.fromEntries(question);
};

describe('days whose records were deleted', () => {
  const spans = [
    { from: '2026-01-01', to: '2026-02-01', sessions: 0 },
    { from: '2026-02-01', to: '2026-03-01', sessions: 4 },
    { from: '2026-03-01', to: '2026-04-01', sessions: 62 },
  ];

  it('are no days without sessions, unless a session of them is still there', () => {
    const which = (deletedBefore?: string) =>
      spans.map((span) => isDeleted(deletedBefore === undefined ? {} : { deletedBefore }, span));
    assert.deepEqual(which(), [false, false, false]);
    assert.deepEqual(which('2026-01-20'), [false, false, false]);
    assert.deepEqual(which('2026-03-01'), [true, false, false]);
  });

  it('are left out of the average a day', () => {
    assert.equal(perDay({ spans }), 66 / 90);
    assert.equal(perDay({ spans, deletedBefore: '2026-03-01' }), 2);
    assert.equal(perDay({ spans, deletedBefore: '2026-02-15' }), 66 / 45);
    assert.equal(perDay({ spans, deletedBefore: '2027-01-01' }), 0);
  });
});

describe('the question behind the overview', () => {
  const zone = 'Europe/Berlin';

  it('is the period of the view in the reader’s days, and the last 30 where there is none', () => {
    assert.deepEqual(asked({}), { from: '2026-02-14', to: '2026-03-16', zone });
    assert.deepEqual(asked({ period: 'last-7-days' }), { from: '2026-03-09', to: '2026-03-16', zone });
    assert.deepEqual(asked({ period: 'last-365-days' }), { from: '2025-03-16', to: '2026-03-16', zone });
    assert.deepEqual(asked({ period: 'last-month' }), { from: '2026-02-01', to: '2026-03-01', zone });
    const own = { period: 'custom', from: '2026-01-01', to: '2026-01-31' } as const;
    assert.deepEqual(asked(own), { from: '2026-01-01', to: '2026-02-01', zone });
  });

  it('ends today and begins a year before its end where an own period is open', () => {
    assert.deepEqual(asked({ period: 'custom', from: '2026-03-01', to: '' }), {
      from: '2026-03-01',
      to: '2026-03-16',
      zone,
    });
    assert.deepEqual(asked({ period: 'custom', from: '', to: '2026-01-31' }), {
      from: '2025-02-01',
      to: '2026-02-01',
      zone,
    });
  });

  it('carries the filters that it may, and never whom somebody looks for', () => {
    const view = viewInAddress(
      '?team=Desk&technician=tess&status=ended,lost&tool=view&outcome=solved&company=acme&q=ada',
    );
    assert.deepEqual(asked(view, 'week'), {
      from: '2026-02-14',
      to: '2026-03-16',
      zone,
      team: 'Desk',
      technician: 'tess',
      status: 'ended,lost',
      tool: 'view',
      outcome: 'solved',
      by: 'week',
    });
  });

  it('is none for days that are no period, and takes points as they fit where single days are too many', () => {
    assert.equal(asked({ period: 'custom', from: '2026-03-10', to: '2026-03-01' }), undefined);
    assert.equal(asked({ period: 'custom', from: '2000-01-01', to: '' }), undefined);
    assert.equal(asked({ period: 'custom', from: '2020-01-01', to: '' }, 'day')?.by, undefined);
  });

  it('stands in the address with the log’s filters', () => {
    const view = { ...EVERYTHING, team: ['Desk'] };
    assert.equal(overviewAddress(EVERYTHING, 'auto'), '/overview');
    assert.equal(overviewAddress(EVERYTHING, 'week'), '/overview?by=week');
    assert.equal(overviewAddress(view, 'month'), '/overview?team=Desk&by=month');
    assert.equal(eachPointIn('?team=Desk&by=month'), 'month');
    assert.equal(eachPointIn('?by=hour'), 'auto');
  });

  it('leads from a point to its days, whole to the last, also when the clocks change', () => {
    const days = (from: string, to: string) => {
      const view = viewOfSpan(EVERYTHING, { from, to, sessions: 1 });
      return [view.period, view.from, view.to];
    };
    assert.deepEqual(days('2026-03-29', '2026-03-30'), ['custom', '2026-03-29', '2026-03-29']);
    assert.deepEqual(days('2026-10-19', '2026-10-26'), ['custom', '2026-10-19', '2026-10-25']);
  });
});

describe('figures to take along', () => {
  const table = {
    title: 'By team',
    columns: ['Team', 'Sessions'],
    rows: [
      { id: '1', cells: [words('=HYPERLINK("http://x")'), { raw: 1234, text: '1,234' }] },
      { id: '2', cells: [words('Küche, "Süd"\n'), { raw: -0.5, text: '–' }] },
    ],
  };

  it('are a file that spreadsheets read and that runs nothing', () => {
    assert.equal(
      csvOf(table),
      '\uFEFF"Team","Sessions"\r\n"\'=HYPERLINK(""http://x"")",1234\r\n"Küche, ""Süd""\n",-0.5\r\n',
    );
  });

  it('are cells when they are pasted', () => {
    assert.equal(tabbedOf(table), 'Team\tSessions\n\'=HYPERLINK("http://x")\t1234\nKüche, "Süd" \t-0.5');
  });

  it('have a name that says what and when', () => {
    assert.equal(
      fileNameOf('Sessions a day', '2026-03-01', '2026-03-08'),
      'sessions-a-day-2026-03-01-2026-03-08.csv',
    );
  });
});
