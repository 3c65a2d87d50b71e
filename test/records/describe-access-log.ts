import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import { ACCESS_TYPES } from '../../protocol/access-log.ts';
import type { NewEntry } from '../../protocol/record.ts';
import type { AccessEntry, AccessQuestion } from '../../server/records/record-store.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { type AnyStore, refusedWith } from './describe-record-store.ts';
import { begin, end, signInFailed } from './stories.ts';

const [MAX, AUD] = [uuid(), uuid()];
const ADDRESS = '198.51.100.7';
const ALL: AccessQuestion = { types: ACCESS_TYPES };

const read = (sessionId: string, userId: string): NewEntry => ({
  type: 'record.read',
  sessionId,
  userId,
  address: ADDRESS,
});
const searched = (userId: string, q: string): NewEntry => ({
  type: 'log.searched',
  userId,
  address: ADDRESS,
  filters: { q },
});
const disabled = (userId: string, by: string): NewEntry => ({
  type: 'user.changed',
  userId,
  disabled: true,
  by,
});

/** What holds for the log of who read what, in every store. */
export function describeAccessLog(current: () => { store: AnyStore; clock: FakeClock }): void {
  describe('the access log', () => {
    const ask = async (question: Partial<AccessQuestion>, limit = 100) =>
      (await current().store.accessEntries({ ...ALL, ...question }, { limit, reader: AUD })).items;
    const types = (items: readonly AccessEntry[]) => items.map(({ entry }) => entry.type);

    /** One a minute, from the session that is read to Max who is disabled. */
    const fill = async () => {
      const { store, clock } = current();
      const session = begin();
      const entries: NewEntry[] = [
        session,
        read(session.sessionId, MAX),
        searched(AUD, 'dana'),
        signInFailed('max@helpdesk.example'),
        read(session.sessionId, AUD),
        disabled(MAX, AUD),
      ];
      for (const entry of entries) {
        await store.append([entry]);
        clock.advance(60_000);
      }
      return session;
    };

    it('holds what staff did and nothing of what happened in sessions, newest first', async () => {
      await fill();
      assert.deepEqual(types(await ask({})), [
        'user.changed',
        'record.read',
        'sign-in.failed',
        'log.searched',
        'record.read',
      ]);
    });

    it('filters by type, by time and by session; all must hold', async () => {
      const { sessionId } = await fill();
      assert.deepEqual(types(await ask({ types: ['log.searched'] })), ['log.searched']);
      assert.deepEqual(types(await ask({ types: [] })), []);
      const [from, to] = ['2026-03-02T09:02:00.000Z', '2026-03-02T09:04:00.000Z'];
      assert.deepEqual(types(await ask({ from, to })), ['sign-in.failed', 'log.searched']);
      assert.deepEqual(types(await ask({ sessionId })), ['record.read', 'record.read']);
      assert.deepEqual(types(await ask({ sessionId, to })), ['record.read']);
      assert.deepEqual(types(await ask({ sessionId: uuid() })), []);
    });

    it('finds the receipts that were given of a session', async () => {
      const { store } = current();
      const { sessionId } = await fill();
      const issued = { type: 'receipt.issued' as const, address: ADDRESS, size: 3 };
      await store.append([
        { ...issued, receiptOf: sessionId },
        { ...issued, receiptOf: uuid() },
      ]);
      assert.deepEqual(types(await ask({ sessionId })), ['receipt.issued', 'record.read', 'record.read']);
      assert.deepEqual(types(await ask({ sessionId, person: { id: MAX } })), ['record.read']);
    });

    it('finds a person as who did it, whom it was done to, and who failed to sign in', async () => {
      const { sessionId } = await fill();
      const max = { id: MAX, email: 'max@helpdesk.example' };
      assert.deepEqual(types(await ask({ person: max })), ['user.changed', 'sign-in.failed', 'record.read']);
      assert.deepEqual(types(await ask({ person: { id: AUD } })), [
        'user.changed',
        'record.read',
        'log.searched',
      ]);
      assert.deepEqual(types(await ask({ person: { id: AUD }, sessionId })), ['record.read']);
      assert.deepEqual(types(await ask({ person: { id: uuid() } })), []);
      assert.deepEqual(types(await ask({ person: { email: "x' OR 1=1 --@x" } })), []);
    });

    it('names an entry once, also when somebody changed themselves', async () => {
      await current().store.append([disabled(MAX, MAX)]);
      assert.equal((await ask({ person: { id: MAX } })).length, 1);
    });

    it('says whose session was read, while there is one', async () => {
      const { store, clock } = current();
      const { sessionId, technician, contact } = await fill();
      const [newest] = await ask({ sessionId });
      assert.deepEqual(newest?.session, { technician: technician.name, contact: contact.name });
      await store.append([end(sessionId)]);
      clock.advance(1);
      const before = new Date(clock.now()).toISOString();
      await store.deleteDue([{ kind: 'session-record', before }], false);
      const left = await ask({ sessionId });
      assert.deepEqual(
        left.map(({ session }) => session),
        [undefined, undefined],
      );
    });

    it('pages through everything, each entry once, also where many share a moment', async () => {
      const { store } = current();
      await fill();
      await store.append(Array.from({ length: 7 }, (_, index) => searched(MAX, `many ${index}`)));
      for (const question of [ALL, { ...ALL, person: { id: MAX } }]) {
        const all = (await ask(question)).map(({ entry }) => entry.seq);
        const paged: number[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.accessEntries(question, { limit: 2, cursor, reader: AUD });
          paged.push(...page.items.map(({ entry }) => entry.seq));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        assert.deepEqual(paged, all);
        assert.deepEqual(
          paged,
          [...new Set(paged)].sort((a, b) => b - a),
        );
      }
    });

    it('refuses a cursor of another question, another reader, or nobody', async () => {
      const { store } = current();
      await fill();
      const { nextCursor } = await store.accessEntries(ALL, { limit: 1, reader: AUD });
      const cursor = nextCursor ?? assert.fail('there is a second page');
      const other: [AccessQuestion, string, string][] = [
        [{ ...ALL, person: { id: MAX } }, cursor, AUD],
        [ALL, cursor, MAX],
        [ALL, `${cursor.slice(0, -2)}AA`, AUD],
        [ALL, 'x', AUD],
      ];
      for (const [question, text, reader] of other)
        await assert.rejects(
          store.accessEntries(question, { limit: 1, cursor: text, reader }),
          refusedWith('request.invalid'),
        );
    });

    it('exports everything that matches, in batches', async () => {
      const { store } = current();
      await fill();
      await store.append(Array.from({ length: 230 }, () => searched(MAX, 'export')));
      const sizes: number[] = [];
      for await (const batch of store.exportAccessEntries({ types: ['log.searched'] }))
        sizes.push(batch.length);
      assert(sizes.length > 1);
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        231,
      );
    });
  });
}
