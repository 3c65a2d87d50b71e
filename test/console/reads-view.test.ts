import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nameOf, wordsOf } from '../../console/auditor/access-words.ts';
import {
  addressOfReads,
  isNarrowed,
  questionOfReads,
  type ReadsView,
  readsInAddress,
} from '../../console/auditor/reads-view.ts';
import { PERIODS } from '../../console/manager/log-view.ts';
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
        assert(AccessQuery.safeParse(Object.fromEntries(questionOfReads(view, new Date()))).success);
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

  it('of a type that this page does not know, says everything that it holds', () => {
    const { deed, detail } = wordsOf(row({ type: 'key.turned', details: { key: 'old', at: { leaf: 3 } } }));
    assert.equal(deed, 'key.turned');
    assert.match(detail ?? '', /key: .old.*at: .\{"leaf":3\}/);
  });

  it('names who did it: a user, the command line, a stranger’s address, the server', () => {
    assert.deepEqual(
      [{ id: 'x', name: 'Max' }, { id: 'command-line' }, { email: 'nobody@x.org' }, undefined].map(nameOf),
      ['Max', 'Command line', 'nobody@x.org', 'The server'],
    );
  });
});
