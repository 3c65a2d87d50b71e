import assert from 'node:assert/strict';
import fc from 'fast-check';
import { wordsOf } from '../../console/auditor/access-words.ts';
import {
  addressOfReads,
  isNarrowed,
  questionOfReads,
  type ReadsView,
  readsInAddress,
} from '../../console/auditor/reads-view.ts';
import { endsBeforeItBegins, PERIODS } from '../../console/manager/log-view.ts';
import { nameOf } from '../../console/shared/person-name.ts';
import { rulesWords } from '../../console/shared/strings/rules.ts';
import { AccessKind, AccessQuery, AccessRow } from '../../protocol/access-log.ts';

const anyView: fc.Arbitrary<ReadsView> = fc.record(
  {
    period: fc.constantFrom(...PERIODS, 'any' as const),
    from: fc.constant(''),
    to: fc.constant(''),
    person: fc.oneof(fc.constantFrom('', 'command-line', 'aud@support.example'), fc.uuid()),
    kind: fc.subarray([...AccessKind.options]),
    session: fc.oneof(fc.constant(''), fc.uuid()),
  },
  { noNullPrototype: true },
);

describe('the view of who read what in the address', () => {
  it('comes back as it was sent, and asks only what the contract allows', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        assert.deepEqual(readsInAddress(addressOfReads(view)), view);
        const asked = AccessQuery.safeParse(Object.fromEntries(questionOfReads(view, new Date())));
        assert(asked.success || endsBeforeItBegins(view));
      }),
    );
  });

  it('leaves out what it does not understand', () => {
    const nothing = readsInAddress('');
    assert.deepEqual(readsInAddress('?kind=odd&session=x&period=never'), nothing);
    assert.equal(isNarrowed(nothing), false);
  });
});

describe('an entry of who read what', () => {
  const row = (more: object): AccessRow =>
    AccessRow.parse({
      seq: 7,
      id: '01890000-0000-7000-8000-000000000001',
      at: '2026-03-02T09:00:00.000Z',
      type: 'log.searched',
      kind: 'search',
      who: { id: 'x', name: 'Max Manager', email: 'max@support.example' },
      details: {},
      ...more,
    });

  it('says what was looked for, and how many were found', () => {
    const { deed, detail } = wordsOf(row({ filters: { q: 'ada', status: 'lost' }, details: { found: 1 } }));
    assert.equal(deed, 'Searched the session log');
    assert.equal(detail, 'any word: \u2068ada\u2069 · status: \u2068lost\u2069 · 1 session found');
  });

  it('says of a list and of the overview what was asked, and how much that showed', () => {
    const list = wordsOf(row({ type: 'log.listed', kind: 'read', filters: {}, details: {} }));
    assert.deepEqual(list, {
      deed: 'Listed sessions',
      detail: 'without a filter · more than a thousand found',
    });
    const filters = { from: '2026-03-01', zone: 'Europe/Berlin', by: 'week' };
    const figures = wordsOf(row({ type: 'statistics.read', kind: 'read', filters, details: { found: 2 } }));
    assert.equal(figures.deed, 'Looked at the overview');
    assert.equal(
      figures.detail,
      'from: \u20682026-03-01\u2069 · time zone: \u2068Europe/Berlin\u2069 · by: \u2068week\u2069 · 2 sessions counted',
    );
  });

  it('says of an export which columns left, and that proofs did', () => {
    const exported = (details: object) =>
      wordsOf(row({ type: 'record.exported', kind: 'export', filters: { team: 'North' }, details }));
    assert.deepEqual(exported({ format: 'csv', records: 3, columns: ['id', 'contact'], proofs: false }), {
      deed: 'Exported 3 sessions as CSV',
      detail: 'team: \u2068North\u2069 · only the columns: id, contact',
    });
    assert.equal(
      exported({ format: 'ndjson', records: 1, proofs: true }).deed,
      'Exported 1 session as NDJSON, with proofs',
    );
  });

  it('says how an export ended, and how many sessions had left', () => {
    const ended = (details: object) =>
      wordsOf(row({ type: 'record.export-ended', kind: 'export', details })).deed;
    assert.equal(ended({ records: 81_646, isWhole: true }), 'The export ended whole: 81,646 sessions');
    assert.equal(
      ended({ records: 100, isWhole: false }),
      'The export was broken off: at most 100 sessions had left',
    );
    const thisEnded = (details: object) =>
      wordsOf(row({ type: 'access-log.export-ended', kind: 'export', details })).deed;
    assert.equal(thisEnded({ entries: 1, isWhole: true }), 'The export ended whole: 1 entry');
    assert.equal(
      wordsOf(row({ type: 'access-log.exported', kind: 'export', details: { format: 'csv' } })).deed,
      'Exported who read what as CSV',
    );
  });

  it('says which settings were changed in words', () => {
    const changed = [
      'retention.session-record=300',
      'retentionOfTeams.A.B.contact-details=1',
      'retentionOfTeams.North.session-record=none',
      'reading.manager.export=false',
      'organisation',
      'texts.consentText=abc',
      'later.version=1',
    ];
    assert.deepEqual(
      wordsOf(row({ type: 'settings.changed', details: { changed } })).detail?.replaceAll(
        /[\u2068\u2069]/g,
        '',
      ),
      [
        'Session records: kept 300 days',
        'Contact details and notes of A.B: kept 1 day',
        'Session records of North: kept as everybody’s',
        rulesWords.reading.change('manager', 'export', false),
        'the organisation’s name',
        'the text that customers read',
        'later.version=1',
      ].join(' · '),
    );
  });

  it('of a type that this page does not know, says everything that it holds', () => {
    const { deed, detail } = wordsOf(row({ type: 'key.turned', details: { key: 'old', at: { leaf: 3 } } }));
    assert.equal(deed, 'key.turned');
    assert.match(detail ?? '', /key: .old.*at: .\{"leaf":3\}/);
  });

  it('names who did it: a user, the command line, a stranger’s address, the server', () => {
    assert.deepEqual(
      [
        { id: 'x', name: 'Max' },
        { id: 'command-line' },
        { id: 'start' },
        { email: 'nobody@x.org' },
        undefined,
      ].map(nameOf),
      ['Max', 'Command line', 'A start of the server', 'nobody@x.org', 'The server'],
    );
  });
});
