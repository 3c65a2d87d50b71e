import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import type { SessionEntry } from '../../protocol/record.ts';
import { SessionQuery } from '../../protocol/session-query.ts';
import { SessionRecord } from '../../protocol/session-record.ts';
import type { Clock } from '../../server/clock.ts';
import type { AccountStore } from '../../server/records/account-store.ts';
import type { RecordStore } from '../../server/records/record-store.ts';
import { Refusal } from '../../server/refusal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { describeAccessLog } from './describe-access-log.ts';
import { describeAccountStore } from './describe-account-store.ts';
import { describeManySessions } from './describe-many-sessions.ts';
import { describeRetention } from './describe-retention.ts';
import { describeSessionLog } from './describe-session-log.ts';
import { describeStatistics } from './describe-statistics.ts';
import { begin, end, joined, note, sentFile, signInFailed } from './stories.ts';

export type AnyStore = RecordStore & AccountStore;
/** Opens an empty store with the default retention schedule; the caller closes it. */
export type OpenStore = (clock: Clock) => Promise<AnyStore>;

export const EVERYTHING = { everything: true } as const;
export const query = (given: Record<string, unknown> = {}) => SessionQuery.parse(given);
export const refusedWith = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code;
const DAY = 86_400_000;

/** What holds for every store of the record. */
export function describeRecordStore(name: string, open: OpenStore): void {
  describe(`${name} as a record store`, () => {
    let clock: FakeClock;
    let store: AnyStore;

    beforeEach(async () => {
      clock = new FakeClock();
      store = await open(clock);
    });
    afterEach(() => store.close());

    const types = (entries: readonly SessionEntry[]) => entries.map(({ type }) => type);

    describe('who joined', () => {
      it('is told with the hash of the agent’s token, and whether the session is over', async () => {
        const created = begin();
        const { sessionId } = created;
        await store.append([created]);
        assert.equal(await store.joinOf(sessionId), undefined);
        await store.append([joined(sessionId)]);
        assert.deepEqual(await store.joinOf(sessionId), {
          agentTokenHash: 'e'.repeat(64),
          isOver: false,
        });
        await store.append([end(sessionId)]);
        assert.equal((await store.joinOf(sessionId))?.isOver, true);
        assert.equal(await store.joinOf(uuid()), undefined);
      });
    });

    describe('appending', () => {
      it('answers entries with id, time and a number that counts up without a gap', async () => {
        const created = begin();
        const entries = await store.append([created, joined(created.sessionId)]);
        const [later] = await store.append([signInFailed('x@example.com')]);
        assert.deepEqual(
          [...entries, later].map((entry) => entry?.seq),
          [1, 2, 3],
        );
        assert.equal(entries[0]?.at, '2026-03-02T09:00:00.000Z');
        assert.notEqual(entries[0]?.id, entries[1]?.id);
        assert.deepEqual({ ...entries[0], ...created }, entries[0]);
      });

      it('keeps the order of appends that wait together', async () => {
        const { sessionId } = await store.append([begin()]).then(([entry]) => entry as SessionEntry);
        const wanted = Array.from({ length: 500 }, (_, index) => `note ${index}`);
        await Promise.all(wanted.map((text) => store.append([...note(sessionId, text)])));
        const { record } = await store.session(sessionId, EVERYTHING);
        assert.deepEqual(
          record.notes.map((each) => each.note),
          wanted,
        );
      });

      it('writes all entries of an append or none, and leaves others that wait alone', async () => {
        const [good, bad] = [begin(), begin()];
        const outcomes = await Promise.allSettled([
          store.append([good]),
          store.append([bad, ...note(uuid(), 'for a session that does not exist')]),
          store.append([...note(good.sessionId, 'behind the bad one')]),
        ]);
        assert.deepEqual(
          outcomes.map(({ status }) => status),
          ['fulfilled', 'rejected', 'fulfilled'],
        );
        await assert.rejects(store.session(bad.sessionId, EVERYTHING), refusedWith('not-found'));
        const { entries } = await store.session(good.sessionId, EVERYTHING);
        assert.deepEqual(types(entries), ['session.created', 'session.noted', 'note.written']);
      });

      it('gives back any text as it was', async () => {
        const text = `'"; DROP TABLE entries; --\u0000\n漢字 🖨️ %_\\ "* NEAR( {}`;
        const created = begin({ reason: text });
        await store.append([created]);
        assert.equal((await store.session(created.sessionId, EVERYTHING)).record.reason, text);
        assert.equal((await store.sessions(query(), EVERYTHING)).items[0]?.reason, text);
      });
    });

    describe('reading', () => {
      it('tells a session by its record and its entries', async () => {
        const created = begin();
        await store.append([
          created,
          joined(created.sessionId),
          ...sentFile(created.sessionId, 'driver.zip'),
        ]);
        clock.advance(90_000);
        await store.append([end(created.sessionId)]);
        const { record, entries } = await store.session(created.sessionId, EVERYTHING);
        assert.deepEqual(SessionRecord.parse(record), record);
        assert.equal(record.totalSeconds, 90);
        assert.equal(record.files[0]?.name, 'driver.zip');
        assert.equal(record.retention.deleteAfter, '2027-03-02T09:01:30.000Z');
        assert.equal(types(entries).at(-1), 'session.ended');
        assert.deepEqual(
          entries.map(({ seq }) => seq),
          [1, 2, 3, 4, 5, 6, 7, 8],
        );
      });

      it('hides a session outside the scope as if it did not exist', async () => {
        const created = begin();
        await store.append([created]);
        const { sessionId, technician } = created;
        for (const scope of [EVERYTHING, { teams: ['North', 'East'] }, { technicianId: technician.userId }])
          assert.equal((await store.session(sessionId, scope)).record.id, sessionId);
        for (const scope of [{ teams: ['South'] }, { teams: [] }, { technicianId: uuid() }])
          await assert.rejects(store.session(sessionId, scope), refusedWith('not-found'));
        await assert.rejects(store.session(uuid(), EVERYTHING), refusedWith('not-found'));
      });

      it('finds the sessions that are not over, each with all its entries', async () => {
        const [open, over] = [begin(), begin()];
        await store.append([open, over, joined(open.sessionId)]);
        await store.append([end(over.sessionId), ...note(open.sessionId, 'still here')]);
        const found = await store.openSessions();
        assert.deepEqual(found.map(types), [
          ['session.created', 'session.joined', 'session.noted', 'note.written'],
        ]);
        assert.equal(found[0]?.[0]?.sessionId, open.sessionId);
      });

      it('lists entries of no session newest first, by type, page by page; who read a session is among them', async () => {
        const created = begin();
        const read = {
          type: 'record.read',
          sessionId: created.sessionId,
          userId: uuid(),
          address: '::1',
        } as const;
        await store.append([created, signInFailed('a@x.org'), read, signInFailed('b@x.org')]);
        const all = await store.entries({ limit: 10 });
        assert.deepEqual(
          all.map(({ type }) => type),
          ['sign-in.failed', 'record.read', 'sign-in.failed'],
        );
        assert.deepEqual((await store.entries({ types: ['record.read'], limit: 10 }))[0], all[1]);
        const second = await store.entries({ before: all[0]?.seq ?? 0, limit: 1 });
        assert.deepEqual(second, [all[1]]);
        const { entries } = await store.session(created.sessionId, EVERYTHING);
        assert.deepEqual(types(entries), ['session.created']);
      });

      it('reports its health', async () => {
        await store.append([begin(), begin()]);
        const health = await store.health();
        assert.equal(health.writable, true);
        assert.equal(health.entries, 2);
        assert.equal(health.appendMs.length, 1);
        assert(health.freeBytes > 0);
      });
    });

    describe('deleting', () => {
      const before = (days: number) => new Date(clock.now() - days * DAY).toISOString();
      const rules = () => [
        { kind: 'session-record', before: before(365) } as const,
        { kind: 'contact-details', before: before(42) } as const,
        { kind: 'chat-and-file-names', before: before(42) } as const,
        { kind: 'sign-in-log', before: before(180) } as const,
        { kind: 'access-log', before: before(365) } as const,
      ];

      it('counts what is due, deletes exactly that, and finds nothing the second time', async () => {
        const [old, recent, open] = [begin(), begin(), begin()];
        await store.append([old, open, signInFailed('old@x.org')]);
        await store.append([...sentFile(old.sessionId, 'old.zip'), ...sentFile(open.sessionId, 'open.zip')]);
        await store.append([end(old.sessionId)]);
        clock.advance(300 * DAY);
        await store.append([recent, ...sentFile(recent.sessionId, 'recent.zip'), end(recent.sessionId)]);
        await store.append([signInFailed('recent@x.org')]);
        clock.advance(100 * DAY);

        const planned = await store.deleteDue(rules(), true);
        assert.deepEqual(
          Object.fromEntries(planned.map(({ kind, entries, sessions }) => [kind, [entries, sessions]])),
          {
            // created, offered, accepted, 2 finished, ended
            'session-record': [6, 1],
            'contact-details': [0, 0],
            'chat-and-file-names': [2, 2],
            'sign-in-log': [1, 0],
            'access-log': [0, 0],
          },
        );
        assert.equal((await store.session(old.sessionId, EVERYTHING)).record.id, old.sessionId);

        assert.deepEqual(await store.deleteDue(rules(), false), planned);
        await assert.rejects(store.session(old.sessionId, EVERYTHING), refusedWith('not-found'));
        const left = await store.sessions(query({ sort: 'created' }), EVERYTHING);
        assert.deepEqual(
          left.items.map(({ id }) => id),
          [open.sessionId, recent.sessionId],
        );
        assert.deepEqual(
          (await store.deleteDue(rules(), false)).map(({ entries, sessions }) => entries + sessions),
          [0, 0, 0, 0, 0],
        );
      });

      it('forgets file names, also in the record and in the search, and keeps the rest of the file', async () => {
        const created = begin();
        await store.append([
          created,
          ...sentFile(created.sessionId, 'salaries.xlsx'),
          end(created.sessionId),
        ]);
        clock.advance(43 * DAY);
        await store.deleteDue(rules(), false);
        const { record, entries } = await store.session(created.sessionId, EVERYTHING);
        const [file] = record.files;
        assert.equal(file?.name, undefined);
        assert.deepEqual([file?.size, file?.standing, file?.bothSidesAgree], [2048, 'completed', true]);
        assert(!types(entries).includes('file.named'));
        assert.equal((await store.sessions(query({ q: 'salaries' }), EVERYTHING)).items.length, 0);
        assert.equal((await store.sessions(query({ q: 'printer' }), EVERYTHING)).items.length, 1);
      });

      it('never touches a session that is not over', async () => {
        const created = begin();
        await store.append([created, ...sentFile(created.sessionId, 'kept.zip')]);
        clock.advance(4000 * DAY);
        await store.deleteDue(rules(), false);
        const { record } = await store.session(created.sessionId, EVERYTHING);
        assert.equal(record.files[0]?.name, 'kept.zip');
      });

      it('counts a session by its end, not by its entries', async () => {
        const created = begin();
        await store.append([created]);
        clock.advance(360 * DAY);
        await store.append([end(created.sessionId)]);
        clock.advance(300 * DAY);
        await store.deleteDue(rules(), false);
        assert.equal((await store.session(created.sessionId, EVERYTHING)).entries.length, 2);
      });

      it('deletes many in steps, and takes appends meanwhile', async () => {
        for (let round = 0; round < 5; round += 1)
          await store.append(
            Array.from({ length: 60 }, () => begin()).flatMap((created) => [created, end(created.sessionId)]),
          );
        await store.append(Array.from({ length: 1200 }, () => signInFailed('old@x.org')));
        clock.advance(400 * DAY);
        const [counts] = await Promise.all([
          store.deleteDue(rules(), false),
          store.append([begin()]),
          store.append([begin()]),
        ]);
        assert.deepEqual(
          counts.map(({ sessions, entries }) => [sessions, entries]).filter(([, entries]) => entries !== 0),
          [
            [0, 1200],
            [300, 600],
          ],
        );
        assert.equal((await store.sessions(query(), EVERYTHING)).total, 2);
      });

      it('never uses a number again', async () => {
        const created = begin();
        await store.append([created, end(created.sessionId)]);
        clock.advance(400 * DAY);
        await store.deleteDue(rules(), false);
        const [next] = await store.append([begin()]);
        // The third is the certificate of the deletion.
        assert.equal(next?.seq, 4);
      });
    });

    describeRetention(() => ({ store, clock }));
    describeSessionLog(() => ({ store, clock }));
    describeManySessions(() => ({ store, clock }));
    describeAccessLog(() => ({ store, clock }));
    describeStatistics(() => ({ store, clock }));
    describeAccountStore(() => store);
  });
}
