import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import { parseLeafRanges } from '../../protocol/proof/leaf-ranges.ts';
import type { HoldSession } from '../../protocol/retention.ts';
import { DATED_KINDS } from '../../protocol/retention-kinds.ts';
import type { KeptLonger } from '../../protocol/session-query.ts';
import { Holds } from '../../server/records/holds.ts';
import type { DeletionRule } from '../../server/records/record-store.ts';
import { Settings } from '../../server/settings/settings.ts';
import { exportedRecords, textOf } from '../support/exported-records.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { type AnyStore, EVERYTHING, query, refusedWith } from './describe-record-store.ts';
import { begin, contacted, end, note, sentFile, signInFailed, TECHNICIAN } from './stories.ts';

const DAY = 86_400_000;
const BY = { userId: uuid(), name: 'Priya Privacy' };
const leavesIn = (text: string): number[] =>
  (parseLeafRanges(text) ?? []).flatMap(([start, end]) =>
    Array.from({ length: end - start }, (_, index) => start + index),
  );

/** What holds for the forgetting of every store: certificates, periods of teams, holds, previews. */
export function describeRetention(current: () => { store: AnyStore; clock: FakeClock }): void {
  describe('retention', () => {
    let store: AnyStore;
    let clock: FakeClock;
    beforeEach(() => {
      ({ store, clock } = current());
    });

    const before = (days: number) => new Date(clock.now() - days * DAY).toISOString();
    const periods = Settings.parse({}).retention;
    const rules = (): DeletionRule[] => DATED_KINDS.map((kind) => ({ kind, before: before(periods[kind]) }));
    const day = (days: number) => new Date(clock.now() + days * DAY).toISOString().slice(0, 10);

    /** A session of one file that ended just now. */
    const over = async () => {
      const created = begin();
      await store.append([created, ...sentFile(created.sessionId, 'driver.zip'), end(created.sessionId)]);
      return created.sessionId;
    };
    const hold = (sessionId: string, wish: Partial<HoldSession>) =>
      new Holds({ store, clock }).hold(
        sessionId,
        { what: 'hold', until: day(1), reason: 'A claim', ...wish },
        { by: BY, scope: EVERYTHING },
      );
    const lift = (sessionId: string, what: HoldSession['what']) =>
      new Holds({ store, clock }).lift(sessionId, { what, reason: 'Settled' }, { by: BY, scope: EVERYTHING });
    const namesOf = async (sessionId: string) =>
      (await store.session(sessionId, EVERYTHING)).record.files.map(({ name }) => name);

    it('leaves a session the same in an export as by itself, with the days on which parts of it went', async () => {
      const sessionId = await over();
      clock.advance(43 * DAY);
      await over();
      await store.deleteDue(rules(), false);
      const exported = await exportedRecords(store, {}, EVERYTHING);
      assert.equal(exported.length, 2);
      for (const record of exported)
        assert.deepEqual(record, (await store.session(record.id, EVERYTHING)).record);
      const { retention } = exported.find(({ id }) => id === sessionId)!;
      assert(retention.parts.some(({ deletedAt }) => deletedAt === new Date(clock.now()).toISOString()));
    });

    it('certifies which leaves went, by which rule, and never deletes a certificate', async () => {
      const [old, recent] = [begin(), begin()];
      await store.append([old, ...sentFile(old.sessionId, 'old.zip'), end(old.sessionId)]);
      await store.append([signInFailed('old@x.org')]);
      clock.advance(400 * DAY);
      await store.append([recent, end(recent.sessionId)]);
      const followed = rules();
      await store.deleteDue(followed, false);
      const certificates = await store.entries({ types: ['retention.deleted'], limit: 10 });
      const known = ['kind', 'leaves', 'entries', 'sessions', 'before'] as const;
      assert.deepEqual(
        certificates.map((entry) => known.map((field) => entry[field as keyof typeof entry])).sort(),
        [
          ['chat-and-file-names', '2', 1, 1, followed[2]?.before],
          ['session-record', '0-1,3-6', 6, 1, followed[0]?.before],
          ['sign-in-log', '7', 1, 0, followed[3]?.before],
        ],
      );
      clock.advance(4000 * DAY);
      await store.deleteDue(rules(), false);
      const kept = await store.entries({ types: ['retention.deleted'], limit: 10 });
      assert.deepEqual(kept.slice(-3), certificates);
    });

    it('names in certificates exactly what is missing, each leaf once', async () => {
      for (let round = 0; round < 40; round += 1) {
        const created = begin({ technician: { ...TECHNICIAN, team: `Team ${round % 3}` } });
        await store.append([created, signInFailed('old@x.org')]);
        await store.append([...sentFile(created.sessionId, `${round}.zip`)]);
        if (round % 4 !== 0) await store.append([end(created.sessionId)]);
        clock.advance(20 * DAY);
      }
      await store.deleteDue(
        [...rules(), { kind: 'session-record', team: 'Team 1', before: before(100) }],
        false,
      );
      const { writable, entries } = await store.health();
      assert(writable);
      const certificates = await store.entries({ types: ['retention.deleted'], limit: 500 });
      const named = certificates.flatMap((entry) =>
        entry.type === 'retention.deleted' ? leavesIn(entry.leaves) : [],
      );
      assert.equal(new Set(named).size, named.length, 'a leaf is named twice');
      const [last] = await store.append([begin()]);
      assert.equal(named.length, (last?.seq ?? 0) - 1 - entries);
    });

    it('follows a team’s own period, and the schedule for all others and for nobody’s sessions', async () => {
      const { team: _none, ...teamless } = TECHNICIAN;
      const technicians = [
        { ...TECHNICIAN, team: 'East' },
        { ...TECHNICIAN, team: 'North' },
        { ...TECHNICIAN, team: 'West' },
        teamless,
      ];
      const sessions = technicians.map((technician) => begin({ technician }));
      for (const created of sessions)
        await store.append([created, ...sentFile(created.sessionId, 'report.pdf'), end(created.sessionId)]);
      clock.advance(100 * DAY);
      const own = [
        ...rules(),
        { kind: 'session-record', team: 'North', before: before(90) } as const,
        { kind: 'session-record', team: 'Nobody', before: before(1) } as const,
        { kind: 'chat-and-file-names', team: 'West', before: before(200) } as const,
      ];
      const planned = await store.deleteDue(own, true);
      const counts = await store.deleteDue(own, false);
      assert.deepEqual(counts, planned);
      assert.deepEqual(
        counts
          .filter(({ sessions }) => sessions > 0)
          .map(({ kind, team, entries, sessions }) => [kind, team, entries, sessions]),
        [
          ['chat-and-file-names', undefined, 3, 3],
          ['session-record', 'North', 6, 1],
        ],
      );
      const left = await store.sessions(query({ sort: 'created' }), EVERYTHING);
      assert.deepEqual(
        left.items.map(({ team }) => team),
        ['East', 'West', undefined],
      );
      const west = await store.session(sessions[2]?.sessionId ?? '', EVERYTHING);
      assert.equal(west.record.files[0]?.name, 'report.pdf');
      const [certificate] = await store.entries({ types: ['retention.deleted'], limit: 1 });
      assert(certificate?.type === 'retention.deleted');
      assert.equal(certificate.team, 'North');
    });

    it('forgets contact details and notes, also in record, search and export, and tells that they were there', async () => {
      const created = begin({ detailsGiven: ['contactName', 'phone', 'email'] });
      const { sessionId } = created;
      const details = {
        contactName: 'Wanda Front',
        phone: '+44 20 7946 0018',
        email: 'wanda@harbour.example',
      };
      await store.append([
        created,
        contacted(sessionId, details),
        ...note(sessionId, 'Her client is Mr Quill'),
      ]);
      await store.append([end(sessionId)]);
      const found = async (q: string) => (await store.sessions(query({ q }), EVERYTHING)).items.length;
      for (const word of ['wanda', '7946', 'quill', 'harbour']) assert.equal(await found(word), 1, word);
      const { record: whole } = await store.session(sessionId, EVERYTHING);
      assert.deepEqual(whole.contact, { ...created.contact, ...details });
      assert.equal(whole.notes[0]?.note, 'Her client is Mr Quill');

      clock.advance(43 * DAY);
      await store.deleteDue(rules(), false);
      const { record, entries } = await store.session(sessionId, EVERYTHING);
      assert.deepEqual(record.contact, created.contact);
      assert.deepEqual(record.detailsGiven, ['contactName', 'phone', 'email']);
      assert.deepEqual(
        record.notes.map((one) => one.note),
        [undefined],
      );
      assert.equal(record.outcome, 'solved');
      assert.deepEqual(
        entries.map(({ type }) => type),
        ['session.created', 'session.noted', 'session.ended'],
      );
      for (const word of ['wanda', '7946', 'quill']) assert.equal(await found(word), 0, word);
      assert.equal(await found('harbour'), 1);
      const exported = await textOf(store.exportSessions({}, EVERYTHING, { format: 'json' }));
      assert.doesNotMatch(exported, /Wanda|7946|Quill/i);
    });

    it('forgets why a session was offered to a colleague, and not that it was', async () => {
      const created = begin();
      const { sessionId } = created;
      const offer = { sessionId, passingId: uuid() };
      const successor = { userId: uuid(), name: 'Tom Technician' };
      const secret = 'the file of Gundula Grauvogel';
      await store.append([
        created,
        { type: 'passing.offered', ...offer, successor, isExplained: true },
        { type: 'passing.explained', ...offer, reason: secret },
        { type: 'passing.ended', ...offer, by: 'successor', reason: 'declined' },
        end(sessionId),
      ]);
      clock.advance(43 * DAY);
      await store.deleteDue(rules(), false);
      const { entries } = await store.session(sessionId, EVERYTHING);
      assert.deepEqual(
        entries.map(({ type, ordinal }) => `${ordinal} ${type}`),
        ['1 session.created', '2 passing.offered', '4 passing.ended', '5 session.ended'],
      );
      assert.deepEqual(entries[2]?.follows, ['passing.offered', 'passing.explained']);
      assert(!JSON.stringify(entries).includes(secret));
    });

    it('deletes nothing of a held session until the hold has run out', async () => {
      const sessionId = await over();
      await hold(sessionId, { until: day(500) });
      clock.advance(400 * DAY);
      await store.deleteDue(rules(), false);
      assert.deepEqual(await namesOf(sessionId), ['driver.zip']);
      clock.advance(101 * DAY);
      await store.deleteDue(rules(), false);
      await assert.rejects(store.session(sessionId, EVERYTHING), refusedWith('not-found'));
    });

    it('finds those that are held or extended now, by how they are kept', async () => {
      const [ranOut, held, extended, both] = [await over(), await over(), await over(), await over()];
      await over();
      await hold(ranOut, { until: day(2) });
      clock.advance(3 * DAY);
      await hold(held, { until: day(2) });
      await hold(extended, { what: 'extension', until: day(500) });
      await hold(both, { until: day(2) });
      await hold(both, { what: 'extension', until: day(500) });
      const found = async (kept: KeptLonger) => {
        const { items } = await store.sessions(query({ kept }), EVERYTHING);
        return items.map(({ id }) => id).sort();
      };
      assert.deepEqual(await found('on-hold'), [held, both].sort());
      assert.deepEqual(await found('held-or-extended'), [held, extended, both].sort());
      await lift(held, 'hold');
      assert.deepEqual(await found('on-hold'), [both]);
    });

    it('keeps the record of an extended session, and still forgets what goes earlier', async () => {
      const sessionId = await over();
      await hold(sessionId, { what: 'extension', until: day(3000) });
      clock.advance(2900 * DAY);
      await store.deleteDue(rules(), false);
      const { record, entries } = await store.session(sessionId, EVERYTHING);
      assert.deepEqual(
        record.files.map(({ name }) => name),
        [undefined],
      );
      assert.equal(record.retention.deleteAfter.slice(0, 10), record.retention.extension?.until.slice(0, 10));
      assert.equal(
        record.retention.parts.find(({ kind }) => kind === 'chat-and-file-names')?.deletedAt,
        new Date(clock.now()).toISOString(),
      );
      assert.equal(entries.at(-1)?.type, 'retention.held');
    });

    it('tells in the record who holds it, why and until when, and no longer once it is lifted', async () => {
      const sessionId = await over();
      await hold(sessionId, { until: day(30), reason: 'Claim 17' });
      await hold(sessionId, { what: 'extension', until: day(3000), reason: 'Tax law' });
      const { retention } = (await store.session(sessionId, EVERYTHING)).record;
      assert.deepEqual(retention.hold, {
        at: new Date(clock.now()).toISOString(),
        until: `${day(30)}T23:59:59.999Z`,
        reason: 'Claim 17',
        by: BY,
      });
      assert.equal(retention.extension?.reason, 'Tax law');
      await lift(sessionId, 'hold');
      const lifted = (await store.session(sessionId, EVERYTHING)).record.retention;
      assert.equal(lifted.hold, undefined);
      assert.equal(lifted.extension?.reason, 'Tax law');
      await assert.rejects(lift(sessionId, 'hold'), refusedWith('request.out-of-order'));
      clock.advance(50 * DAY);
      await store.deleteDue(rules(), false);
      assert.deepEqual(await namesOf(sessionId), [undefined]);
    });

    it('holds a session that goes on, and refuses one that is gone, a past day and more than ten years', async () => {
      const created = begin();
      await store.append([created]);
      await hold(created.sessionId, { until: day(400) });
      await store.append([end(created.sessionId)]);
      clock.advance(390 * DAY);
      await store.deleteDue(rules(), false);
      assert((await store.session(created.sessionId, EVERYTHING)).record.retention.hold);
      for (const until of [day(-1), day(3651)])
        await assert.rejects(hold(created.sessionId, { until }), refusedWith('request.invalid'));
      const late = { what: 'extension', until: day(3600) } as const;
      await assert.rejects(hold(created.sessionId, late), refusedWith('request.invalid'));
      await assert.rejects(hold(uuid(), {}), refusedWith('not-found'));
      const gone = {
        type: 'retention.lifted',
        sessionId: uuid(),
        what: 'hold',
        reason: '',
        by: BY,
      } as const;
      await assert.rejects(store.append([gone]), refusedWith('not-found'));
    });

    it('counts ahead what falls due, and what is held', async () => {
      const [held, extended] = [await over(), await over()];
      await over();
      await store.append([signInFailed('x@example.org')]);
      await hold(held, { until: day(395) });
      await hold(extended, { what: 'extension', until: day(1000) });
      clock.advance(340 * DAY);
      const counts = await store.countDue(rules(), [0, 7, 30, 90]);
      assert.deepEqual(Object.fromEntries(counts.map(({ kind, due, held }) => [kind, [...due, held]])), {
        'session-record': [0, 0, 1, 2, 2],
        'contact-details': [0, 0, 0, 0, 0],
        'chat-and-file-names': [2, 2, 2, 3, 1],
        'sign-in-log': [1, 1, 1, 1, 0],
        // Nobody read, exported or changed anything.
        'access-log': [0, 0, 0, 0, 0],
        'search-words': [0, 0, 0, 0, 0],
        'saved-views': [0, 0, 0, 0, 0],
      });
    });
  });
}
