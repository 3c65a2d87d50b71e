import assert from 'node:assert/strict';
import { leadOf, visitsOf } from '../../console/auditor/visits.ts';
import { type AccessRow, accessKindOf } from '../../protocol/access-log.ts';
import type { RecordType } from '../../protocol/record.ts';

const SESSION = '01890000-0000-7000-8000-000000000001';

describe('who read what, visit by visit', () => {
  let seq = 0;
  const row = (type: RecordType, second: number, change: Partial<AccessRow> = {}): AccessRow => ({
    seq: ++seq,
    id: `01890000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
    at: new Date(Date.parse('2026-03-02T09:00:00.000Z') + second * 1000).toISOString(),
    type,
    kind: accessKindOf(type),
    who: { id: 'ada' },
    address: '192.0.2.1',
    details: {},
    ...change,
  });
  const lengths = (...newestFirst: AccessRow[]) => visitsOf(newestFirst).map(({ length }) => length);

  it('is one line for what a page asks for when it is opened', () => {
    assert.deepEqual(lengths(row('statistics.read', 2), row('log.searched', 1), row('log.listed', 0)), [3]);
  });

  it('takes a receipt for a reading: it hands out a record', () => {
    assert.equal(accessKindOf('receipt.issued'), 'read');
  });

  it('keeps apart what somebody else did, from elsewhere, or later', () => {
    const first = row('log.listed', 0);
    assert.deepEqual(lengths(row('log.listed', 1, { who: { id: 'max' } }), first), [1, 1]);
    assert.deepEqual(lengths(row('log.listed', 1, { address: '192.0.2.2' }), first), [1, 1]);
    assert.deepEqual(lengths(row('log.listed', 6), first), [1, 1]);
    const nobody = { who: {} };
    assert.deepEqual(lengths(row('log.listed', 1, nobody), row('log.listed', 1, nobody)), [1, 1]);
  });

  it('hides no second record behind a first one', () => {
    const of = (id: string) => ({ session: { id } });
    const other = SESSION.replace(/1$/, '2');
    assert.deepEqual(lengths(row('record.read', 1, of(SESSION)), row('record.read', 0, of(other))), [1, 1]);
    assert.deepEqual(lengths(row('record.read', 1, of(SESSION)), row('record.read', 0, of(SESSION))), [2]);
    assert.deepEqual(lengths(row('record.read', 1, of(SESSION)), row('log.listed', 0)), [1, 1]);
  });

  it('never ends for nobody: who asks every few seconds has a line for each few seconds', () => {
    const rows = Array.from({ length: 9 }, (_, index) => row('log.searched', 4 * (8 - index)));
    assert.deepEqual(lengths(...rows), [2, 2, 2, 2, 1]);
  });

  it('says first that somebody was looked for, whatever list or figures came after', () => {
    const of = (...newestFirst: AccessRow[]) => visitsOf(newestFirst).map((visit) => leadOf(visit).type);
    const search = row('log.searched', 1);
    assert.deepEqual(of(row('statistics.read', 2), search, row('log.listed', 0)), ['log.searched']);
    assert.deepEqual(of(row('log.listed', 2), search), ['log.searched']);
    assert.deepEqual(of(row('statistics.read', 2), row('log.listed', 1)), ['statistics.read']);
  });

  it('hides no search for somebody behind a search for somebody else', () => {
    const of = (q: string) => ({ filters: { q, status: 'ended' } });
    for (const type of ['log.searched', 'access-log.read'] as const) {
      assert.deepEqual(lengths(row(type, 1, of('ada')), row(type, 0, of('max'))), [1, 1]);
      const list = row('log.listed', 1);
      assert.deepEqual(lengths(row(type, 2, of('ada')), list, row(type, 0, of('max'))), [2, 1]);
      const again = { filters: { status: 'ended', q: 'ada' } };
      assert.deepEqual(lengths(row(type, 1, of('ada')), row(type, 0, again)), [2]);
    }
  });

  it('leaves exports, changes and verifications alone', () => {
    for (const type of ['record.exported', 'settings.changed', 'log.verified', 'sign-in.succeeded'] as const)
      assert.deepEqual(lengths(row(type, 1), row(type, 0)), [1, 1], type);
  });
});
