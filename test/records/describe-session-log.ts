import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import type { NewEntry } from '../../protocol/record.ts';
import { MAX_SEARCH_WORDS, SEARCHES, SORTABLE } from '../../protocol/session-query.ts';
import { StatisticsQuery } from '../../protocol/statistics.ts';
import { SignedStory } from '../protocol/proof/signed-story.ts';
import { exportedRecords, textOf } from '../support/exported-records.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { type AnyStore, EVERYTHING, query, refusedWith } from './describe-record-store.ts';
import {
  begin,
  contacted,
  end,
  joined,
  laneClosed,
  laneOpened,
  note,
  passedOn,
  refusedControl,
  sentFile,
  started,
  TECHNICIAN,
  technicianNoted,
  watchedBy,
} from './stories.ts';

/** What holds for the session log of every store: filters, search, order, pages, export. */
export function describeSessionLog(current: () => { store: AnyStore; clock: FakeClock }): void {
  describe('the session log', () => {
    /** References of what is found, newest first unless the query sorts. */
    const found = async (
      given: Record<string, unknown>,
      scope: Parameters<AnyStore['sessions']>[1] = EVERYTHING,
    ) => (await current().store.sessions(query(given), scope)).items.map(({ reference }) => reference);

    /** Four sessions a minute apart: A, B, C, D. */
    const fill = async () => {
      const { store, clock } = current();
      const [a, b, c, d] = [
        begin({ reference: 'A' }),
        begin({
          reference: 'B',
          contact: {
            name: '\u00c9lodie Zw\u00e4n',
            company: 'Caf\u00e9 50% & S\u00f8n',
          },
          detailsGiven: ['email'],
          technician: { ...TECHNICIAN, team: 'South' },
        }),
        begin({
          reference: 'C',
          contact: { name: '\u6f22\u5b57 \u592a\u90ce' },
          reason: 'Scanner_driver',
          technician: { ...TECHNICIAN, userId: uuid(), name: 'Bo Lind' },
        }),
        begin({
          reference: 'D',
          technician: { userId: uuid(), name: 'Teamless' },
        }),
      ];
      for (const each of [a, b, c, d]) {
        const theirs = new Map([
          [c, { email: 'bo@helpdesk.example', address: '10.1.0.8' }],
          [d, { email: 'none@x.org', address: '::1' }],
        ]);
        const noted = technicianNoted(each.sessionId, theirs.get(each));
        await store.append(each === d ? [each, noted, started(a.sessionId)] : [each, noted]);
        if (each === b) await store.append([contacted(b.sessionId, { email: 'elodie@cafe.example' })]);
        else if (each !== c) await store.append([contacted(each.sessionId, { phone: '+44 20 7946 0018' })]);
        clock.advance(60_000);
      }
      const lane = uuid();
      await store.append([
        joined(b.sessionId, 'Windows 11'),
        laneOpened(b.sessionId, 'view', lane),
        laneOpened(c.sessionId, 'view', uuid()),
        laneOpened(c.sessionId, 'chat', uuid()),
        laneClosed(b.sessionId, 'view', lane, [10, 20]),
        ...sentFile(a.sessionId, 'quarterly-report.pdf'),
        ...note(a.sessionId, 'Replaced the toner cartridge'),
        end(a.sessionId),
      ]);
      return { a, b, c, d };
    };

    it('shows a row per session, newest first', async () => {
      const { b } = await fill();
      const { items, total, nextCursor } = await current().store.sessions(query(), EVERYTHING);
      assert.deepEqual(
        items.map(({ reference }) => reference),
        ['D', 'C', 'B', 'A'],
      );
      assert.equal(total, 4);
      assert.equal(nextCursor, undefined);
      assert.deepEqual(items[2], {
        id: b.sessionId,
        status: 'joined',
        createdAt: '2026-03-02T09:01:00.000Z',
        technician: 'Tove Str\u00f6m',
        technicianId: TECHNICIAN.userId,
        team: 'South',
        contact: '\u00c9lodie Zw\u00e4n',
        company: 'Caf\u00e9 50% & S\u00f8n',
        reference: 'B',
        reason: 'Printer prints only blank pages',
        platform: 'Windows 11',
        tools: ['view'],
      });
      assert.deepEqual(items[3]?.outcome, 'solved');
      assert.deepEqual([items[3]?.activeSeconds, items[3]?.totalSeconds], [60, 240]);
    });

    it('finds a session that was passed on for everybody whose it was, and for their teams', async () => {
      const { b, c } = await fill();
      const { store } = current();
      const ben = { userId: uuid(), name: 'Ben Second', team: 'West' };
      await store.append([
        passedOn(b.sessionId, ben),
        technicianNoted(b.sessionId, { email: 'ben@helpdesk.example', address: '10.1.0.9' }),
      ]);
      const [row] = (await store.sessions(query({ reference: 'B' }), EVERYTHING)).items;
      assert.deepEqual([row?.technician, row?.team], ['Ben Second', 'South'], 'who has it; its own team');
      for (const technician of [ben.userId, TECHNICIAN.userId, 'ben@help', 'tove'])
        assert((await found({ technician })).includes('B'), technician);
      assert.deepEqual(await found({}, { technicianId: TECHNICIAN.userId }), ['B', 'A']);
      assert.deepEqual(await found({ q: 'blank' }, { technicianId: TECHNICIAN.userId }), ['B', 'A']);
      assert.deepEqual(await found({}, { technicianId: ben.userId }), ['B']);
      assert.deepEqual(await found({}, { teams: ['West'] }), ['B']);
      assert.deepEqual(await found({ sort: 'technician' }, { teams: ['South'] }), ['B']);
      assert.deepEqual(await found({ q: 'ben' }, { teams: ['South'] }), ['B']);
      assert.deepEqual(await found({}, { teams: ['North', 'West'] }), ['C', 'B', 'A']);
      assert.deepEqual(await found({ team: ['West'], tool: ['view'] }), ['B']);
      assert.deepEqual(await found({}, { technicianId: c.technician.userId }), ['C']);
      for (const scope of [{ technicianId: TECHNICIAN.userId }, { teams: ['West'] }]) {
        const { record } = await store.session(b.sessionId, scope);
        assert.deepEqual(
          [record.technician.email, ...(record.earlierTechnicians ?? []).map(({ name }) => name)],
          ['ben@helpdesk.example', 'Tove Str\u00f6m'],
        );
      }
      const { technicians, teams } = await store.statistics(
        StatisticsQuery.parse({ from: '2026-03-02', to: '2026-03-03', zone: 'UTC' }),
        EVERYTHING,
      );
      const counted = technicians.find(({ technicianId }) => technicianId === ben.userId);
      assert.deepEqual([counted?.name, counted?.sessions], ['Ben Second', 1], 'it counts for who has it');
      assert(!teams.some(({ team }) => team === 'West'), 'and for the team in which it was opened');
    });

    it('filters by time, technician, team, status, tool, outcome and company; all must hold', async () => {
      const { c } = await fill();
      assert.deepEqual(await found({ from: '2026-03-02T09:01:00Z', to: '2026-03-02T09:03:00Z' }), ['C', 'B']);
      assert.deepEqual(await found({ q: 'tove', from: '2026-03-02T09:00:30Z', to: '2026-03-02T09:03:00Z' }), [
        'B',
      ]);
      assert.deepEqual(await found({ q: 'tove', from: '2027-01-01' }), []);
      assert.deepEqual(await found({ q: 'tove', to: '2027-01-01' }), ['B', 'A']);
      assert.deepEqual(await found({ technician: c.technician.userId }), ['C']);
      assert.deepEqual(await found({ technician: 'STROM' }), ['B', 'A']);
      assert.deepEqual(await found({ technician: 'bo@help' }), ['C']);
      assert.deepEqual(await found({ team: ['North', 'South'] }), ['C', 'B', 'A']);
      assert.deepEqual(await found({ team: 'North,South' }), [], 'a comma is a part of a name');
      assert.deepEqual(await found({ status: 'joined,ended' }), ['B', 'A']);
      assert.deepEqual(await found({ tool: 'view' }), ['C', 'B']);
      assert.deepEqual(await found({ tool: 'chat,view' }), ['C']);
      assert.deepEqual(await found({ outcome: 'solved' }), ['A']);
      assert.deepEqual(await found({ company: 'harbour' }), ['D', 'A']);
      assert.deepEqual(await found({ company: 'cafe 50%' }), ['B']);
      assert.deepEqual(await found({ company: '_' }), []);
      assert.deepEqual(await found({ team: '', status: [] }), ['D', 'C', 'B', 'A']);
      assert.deepEqual(await found({ tool: 'view', status: 'joined', company: 'nowhere' }), []);
    });

    it('finds sessions by who else saw the picture, and the table names them', async () => {
      const { a, b, c } = await fill();
      const { store } = current();
      const max = { name: 'M\u00e1x O\u2019Neil', userId: uuid() };
      const lee = { name: 'Lee Manager', userId: uuid() };
      await store.append([
        ...watchedBy(a.sessionId, max),
        ...watchedBy(a.sessionId, max),
        ...watchedBy(b.sessionId, max),
        ...watchedBy(b.sessionId, lee),
        ...watchedBy(c.sessionId, lee, false),
      ]);
      for (const [filters, wanted] of [
        [{ watcher: 'MAX' }, ['B', 'A']],
        [{ watcher: 'neil ma' }, ['B', 'A']],
        [{ watcher: max.userId.toUpperCase() }, ['B', 'A']],
        [{ watcher: 'eil' }, []],
        [{ watcher: 'lee' }, ['B']],
        [{ watcher: 'lee max' }, ['B']],
        [{ watcher: 'max', q: 'toner' }, ['A']],
        [{ watcher: 'max', technician: a.technician.userId, team: 'South' }, ['B']],
        [{ watcher: 'max', outcome: 'solved', sort: 'contact' }, ['A']],
        [{ watcher: '%' }, []],
        [{ watcher: '_' }, []],
      ] as const)
        assert.deepEqual(await found({ ...filters }), wanted, JSON.stringify(filters));
      assert.deepEqual(await found({ watcher: 'max' }, { teams: ['North'] }), ['A']);

      const files = store.exportSessions({}, EVERYTHING, {
        format: 'csv',
        columns: ['reference', 'watched_by'],
      });
      const csv = await textOf(files);
      assert.match(csv, /"B","M\u00e1x O\u2019Neil \(supervises\); Lee Manager \(supervises\)"/);
      assert.match(csv, /"A","M\u00e1x O\u2019Neil \(supervises\)"/);
      assert.match(csv, /"C",\r?\n|"C",""/);
    });

    it('searches each field by itself, together with the others', async () => {
      const { c } = await fill();
      for (const [filters, wanted] of [
        [{ contact: 'elodie@cafe' }, ['B']],
        [{ contact: '7946 0018' }, ['D', 'A']],
        [{ contact: 'cafe\u0301 50' }, []],
        [{ company: 'elodie' }, []],
        [{ reference: 'c' }, ['C']],
        [{ computer: 'windows 11' }, ['B']],
        [{ computer: '203.0.113.9' }, ['B']],
        [{ computer: '192.168.1.50 frontdesk' }, ['B']],
        [{ computer: 'debian' }, []],
        [{ file: 'quarterly' }, ['A']],
        [{ file: 'toner' }, []],
        [{ technician: 'tove', company: 'harbour' }, ['A']],
        [{ technician: 'tove', contact: 'dana', q: 'toner', outcome: 'solved' }, ['A']],
        [{ technician: c.technician.userId, company: 'nowhere' }, []],
        [{ contact: '!', q: 'printer' }, []],
      ] as const)
        assert.deepEqual(await found(filters), wanted, JSON.stringify(filters));
    });

    it('filters by who ended it, by what was refused, and by its length', async () => {
      const { store, clock } = current();
      const { b } = await fill();
      await store.append([refusedControl(b.sessionId), started(b.sessionId)]);
      clock.advance(300_000);
      await store.append([{ ...end(b.sessionId), endedBy: 'customer' } as NewEntry]);
      assert.deepEqual(await found({ refused: 'control' }), ['B']);
      assert.deepEqual(await found({ refused: 'control,view' }), []);
      assert.deepEqual(await found({ endedBy: 'technician' }), ['A']);
      assert.deepEqual(await found({ endedBy: 'technician,customer' }), ['B', 'A']);
      assert.deepEqual(await found({ minSeconds: 60 }), ['B', 'A']);
      assert.deepEqual(await found({ minSeconds: 61, maxSeconds: 300 }), ['B']);
      assert.deepEqual(await found({ maxSeconds: 60 }), ['A']);
    });

    it('filters by how far both ends signed it, which the list and the export say', async () => {
      const { store } = current();
      const [whole, late, other] = [new SignedStory(), new SignedStory(), new SignedStory()];
      const closing = late.entries.splice(-2);
      other.spoil('consent.answered', (entry) => ({ ...entry, allowed: ['view', 'control'], refused: [] }));
      for (const story of [whole, late, other]) await store.append(story.told());
      const [plain, nobody, going] = [begin(), begin(), begin()];
      await store.append([
        plain,
        joined(plain.sessionId),
        end(plain.sessionId),
        nobody,
        end(nobody.sessionId),
      ]);
      await store.append([going, joined(going.sessionId)]);
      const ids = async (signatures?: string) =>
        (await store.sessions(query(signatures === undefined ? {} : { signatures }), EVERYTHING)).items.map(
          ({ id }) => id,
        );
      assert.deepEqual(await ids('signed'), [whole.sessionId]);
      assert.deepEqual(await ids('in-part'), [late.sessionId]);
      assert.deepEqual(await ids('unsigned'), [plain.sessionId]);
      assert.deepEqual(await ids('not-as-signed'), [other.sessionId]);
      assert.deepEqual((await ids('not-as-signed,in-part')).sort(), [late.sessionId, other.sessionId].sort());
      assert.deepEqual((await ids('signed,unsigned')).sort(), [whole.sessionId, plain.sessionId].sort());
      const { items } = await store.sessions(query({}), EVERYTHING);
      const listed = new Map(items.map(({ id, signatures }) => [id, signatures]));
      assert.equal(listed.get(other.sessionId), 'not-as-signed');
      assert.deepEqual([listed.get(nobody.sessionId), listed.get(going.sessionId)], [undefined, undefined]);
      const csv = { format: 'csv', columns: ['id', 'signatures'] } as const;
      const table = await textOf(store.exportSessions({ signatures: ['not-as-signed'] }, EVERYTHING, csv));
      assert.deepEqual(table.trim().split('\r\n').slice(1), [`"${other.sessionId}","not-as-signed"`]);
      // What an end signs last may come when the session is over.
      await store.append(closing.map(({ id: _, seq: __, at: ___, ...entry }) => entry as NewEntry));
      assert.deepEqual(await ids('in-part'), []);
      assert.deepEqual((await ids('signed')).sort(), [whole.sessionId, late.sessionId].sort());
    });

    it('finds words by their beginning, in any case and without accents, wherever they stand', async () => {
      await fill();
      for (const [q, wanted] of [
        ['elod zwan', ['B']],
        ['CAFE', ['B']],
        ['frontd', ['B']],
        ['203.0.113', ['B']],
        ['toner', ['A']],
        ['quarterly-rep', ['A']],
        ['report.pdf', ['A']],
        ['printer blank', ['D', 'B', 'A']],
        ['scanner', ['C']],
        ['\u5b57', ['C']],
        ['\u6f22\u5b57', ['C']],
        ['\u5b57\u6f22', []],
        ['rinter', []],
        ['p', []],
        ['pr', ['D', 'B', 'A']],
        ['printer scanner', []],
      ] as const)
        assert.deepEqual(await found({ q }), wanted, q);
    });

    it('takes any text for what it says and never for a query language', async () => {
      await fill();
      const hostile = [
        '"',
        "'",
        '*',
        '-printer',
        'NEAR(a b)',
        'words:printer',
        '^printer',
        'a AND',
        '{}',
        '(',
        '\\',
        '%',
        '\u0000',
        'printer\u0000blank',
        '\ud800',
        '\u202eretnirp',
        "x' OR 1=1 --",
        '""*',
        '\u0301',
        '🖨️',
      ];
      for (const q of hostile) assert(Array.isArray(await found({ q })), q);
      assert.deepEqual(await found({ q: '-printer' }), ['D', 'B', 'A']);
      assert.deepEqual(await found({ q: 'printer\u0000blank' }), ['D', 'B', 'A']);
      assert.deepEqual(await found({ q: '...' }), []);
      assert.deepEqual(await found({ q: 'printer OR scanner' }), []);
    });

    it('takes 10,000 characters, and says when they are too many words', async () => {
      await fill();
      assert.deepEqual(await found({ q: 'printer '.repeat(1250) }), ['D', 'B', 'A']);
      assert.deepEqual(await found({ q: 'p'.repeat(10_000) }), []);
      const many = Array.from({ length: 2500 }, (_, index) => index.toString(36).padStart(3, 'z')).join(' ');
      await assert.rejects(found({ q: many }), /Search for fewer words: at most 32/);
      const most = Array.from({ length: MAX_SEARCH_WORDS }, (_, index) => `zz${index}`).join(' ');
      assert.deepEqual(await found({ q: most }), []);
      assert.deepEqual(await found({ q: 'pr '.repeat(3333) }), ['D', 'B', 'A']);
      assert.deepEqual(await found({ technician: '%'.repeat(254), company: '_'.repeat(120) }), []);
    });

    it('takes any text in any field for words of that field', async () => {
      await fill();
      const hostile = [
        '"',
        'q : printer',
        ') OR (printer',
        '- other : x',
        '*',
        'a"b',
        '\u0000',
        "'; DROP",
        '{contact} : dana',
      ];
      for (const name of SEARCHES)
        for (const typed of hostile)
          assert.deepEqual(await found({ [name]: `${typed} zzz` }), [], `${name} ${typed}`);
      assert.deepEqual(await found({ company: 'contact : dana' }), []);
      assert.deepEqual(
        await found({ contact: 'd'.repeat(254), company: 'x '.repeat(120), q: 'y '.repeat(5000) }),
        [],
      );
    });

    it('adds the scope to whatever is asked', async () => {
      const { c } = await fill();
      assert.deepEqual(await found({}, { teams: ['South'] }), ['B']);
      assert.deepEqual(await found({ team: 'North' }, { teams: ['South'] }), []);
      assert.deepEqual(await found({ q: 'printer' }, { teams: ['South'] }), ['B']);
      assert.deepEqual(await found({}, { technicianId: c.technician.userId }), ['C']);
      assert.deepEqual(await found({}, { teams: [] }), []);
      const { total } = await current().store.sessions(query(), { teams: ['South'] });
      assert.equal(total, 1);
    });

    it('names the teams whose sessions a reader may see', async () => {
      await fill();
      const { store } = current();
      assert.deepEqual(await store.teams(EVERYTHING), ['North', 'South']);
      assert.deepEqual(await store.teams({ teams: ['South', 'West'] }), ['South']);
      assert.deepEqual(await store.teams({ technicianId: TECHNICIAN.userId }), []);
    });

    it('pages through every order both ways, each session once', async () => {
      const { store } = current();
      await fill();
      // Equals in every column, so that only their numbers tell them apart.
      await store.append(Array.from({ length: 7 }, () => begin({ reference: 'same' })));
      for (const sort of SORTABLE.flatMap((name) => [name, `-${name}`])) {
        const all = (await store.sessions(query({ sort }), EVERYTHING)).items.map(({ id }) => id);
        const paged: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.sessions(query({ sort, limit: 2, cursor }), EVERYTHING);
          assert.equal(page.total, 11);
          paged.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        assert.deepEqual(paged, all, sort);
        assert.equal(new Set(paged).size, 11);
      }
      assert.deepEqual((await found({ sort: 'company' })).slice(0, 2), ['C', 'B']);
      assert.equal((await found({ sort: '-total' }))[0], 'A');
      assert.equal((await found({ sort: '-active' }))[0], 'A');
    });

    it('goes on where it was while sessions are added and a shown one is deleted', async () => {
      const { store, clock } = current();
      await fill();
      const first = await store.sessions(query({ limit: 2, sort: 'created' }), EVERYTHING);
      await store.append([begin({ reference: 'E' })]);
      await store.deleteDue(
        [{ kind: 'session-record', before: new Date(clock.now() + 1).toISOString() }],
        false,
      );
      const second = await store.sessions(
        query({ limit: 2, sort: 'created', cursor: first.nextCursor }),
        EVERYTHING,
      );
      assert.deepEqual(
        second.items.map(({ reference }) => reference),
        ['C', 'D'],
      );
    });

    it('refuses a cursor of another query, another reader, or nobody', async () => {
      const { store } = current();
      await fill();
      const reader = uuid();
      const first = await store.sessions(query({ limit: 1, status: 'created' }), EVERYTHING, reader);
      const cursor = first.nextCursor ?? assert.fail('there is a second page');
      const again = await store.sessions(
        query({ cursor, limit: 200, status: 'created' }),
        EVERYTHING,
        reader,
      );
      assert.equal(again.items.length, 1);
      for (const other of [uuid(), undefined])
        await assert.rejects(
          store.sessions(query({ cursor, limit: 1, status: 'created' }), EVERYTHING, other),
          refusedWith('request.invalid'),
        );
      const bad = [
        [query({ cursor }), EVERYTHING],
        [query({ cursor, status: 'created', sort: 'created' }), EVERYTHING],
        [query({ cursor, status: 'created' }), { teams: ['North'] }],
        [query({ cursor: `${cursor.slice(0, -2)}AA`, status: 'created' }), EVERYTHING],
        [query({ cursor: 'x', status: 'created' }), EVERYTHING],
        [query({ cursor: '\u6f22'.repeat(600), status: 'created' }), EVERYTHING],
      ] as const;
      for (const [asked, scope] of bad)
        await assert.rejects(store.sessions(asked, scope, reader), refusedWith('request.invalid'));
      assert.doesNotMatch(Buffer.from(cursor, 'base64url').toString('latin1'), /2026|value/);
    });

    it('exports every matching record newest first', async () => {
      const { store } = current();
      const { a } = await fill();
      await store.append(Array.from({ length: 250 }, () => begin({ reference: 'many' })));
      const all = await exportedRecords(store, {}, EVERYTHING);
      assert.equal(new Set(all.map(({ id }) => id)).size, 254);
      assert.deepEqual(all.at(-1), (await store.session(a.sessionId, EVERYTHING)).record);

      const filters = { q: 'printer', team: ['North'] };
      const some = await exportedRecords(store, filters, { teams: ['North', 'South'] });
      assert.equal(some.length, 251);
      assert.deepEqual(await exportedRecords(store, { q: '!' }, EVERYTHING), [], 'nothing has no word');
    });

    it('exports few sessions at a time where each is large', async () => {
      const { store } = current();
      for (let count = 0; count < 3; count += 1) {
        const created = begin();
        await store.append([created]);
        for (let first = 0; first < 700; first += 50) {
          const names = Array.from({ length: 50 }, (_, index) => `${first + index}.pdf`);
          await store.append(names.flatMap((name) => sentFile(created.sessionId, name)));
        }
        await store.append([end(created.sessionId)]);
      }
      const sizes: number[] = [];
      for await (const piece of store.exportSessions({}, EVERYTHING, { format: 'ndjson' }))
        sizes.push(piece.length);
      assert(sizes.length > 1 && Math.max(...sizes) < 2_000_000, sizes.join());
      assert.equal((await exportedRecords(store, {}, EVERYTHING)).length, 3);
    });

    it('exports in pieces, in each of which some records are, as one JSON text too', async () => {
      const { store } = current();
      await fill();
      await store.append(Array.from({ length: 250 }, () => begin({ reference: 'many' })));
      const pieces: unknown[] = [];
      for await (const piece of store.exportSessions({}, EVERYTHING, { format: 'ndjson' }))
        pieces.push(piece);
      assert(pieces.length > 1);
      const json = await textOf(store.exportSessions({}, EVERYTHING, { format: 'json' }));
      assert.deepEqual(JSON.parse(json), await exportedRecords(store, {}, EVERYTHING));
    });
  });
}
