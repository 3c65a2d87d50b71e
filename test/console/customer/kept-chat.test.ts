import assert from 'node:assert/strict';
import { forgetChat, keepChat, keptChat } from '../../../console/customer/browser/kept-chat.ts';
import { tabStorage } from '../../../console/shared/tab-storage.ts';

const SESSION = '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5a';
const ANOTHER = '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5d';
const NOW_MS = Date.parse('2026-03-02T09:00:00.000Z');
const HOUR_MS = 60 * 60_000;
const said = [
  {
    id: '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
    at: '2026-03-02T09:00:00.000Z',
    text: 'Hello Tess',
    from: 'customer' as const,
  },
];
const isKept = () => tabStorage.getItem('countersign-chat') !== null;

describe('the conversation that a customer’s tab keeps', () => {
  beforeEach(() => keepChat(SESSION, { said }, NOW_MS));
  afterEach(forgetChat);

  it('is found again, and what is added to it later keeps it longer', () => {
    assert.deepEqual(keptChat(SESSION, NOW_MS + 11 * HOUR_MS)?.said, said);
    keepChat(SESSION, { lastRead: said[0]!.id }, NOW_MS + 11 * HOUR_MS);
    const kept = keptChat(SESSION, NOW_MS + 22 * HOUR_MS);
    assert.deepEqual(kept?.said, said);
    assert.equal(kept.lastRead, said[0]!.id);
  });

  it('is deleted by a tab that comes back after half a day, by whatever way its clock went', () => {
    for (const hours of [12, -12]) {
      keepChat(SESSION, { said }, NOW_MS);
      assert.equal(keptChat(SESSION, NOW_MS + hours * HOUR_MS), undefined);
      assert.equal(isKept(), false);
    }
  });

  it('is deleted where it is another session’s, or was kept by an older page', () => {
    assert.equal(keptChat(ANOTHER, NOW_MS), undefined);
    assert.equal(isKept(), false);
    tabStorage.setItem('countersign-chat', JSON.stringify({ sessionId: SESSION, said }));
    assert.equal(keptChat(SESSION, NOW_MS), undefined);
    assert.equal(isKept(), false);
  });
});
