import assert from 'node:assert/strict';
import { AccessPage, type AccessRow } from '../../protocol/access-log.ts';
import { ACCESS_FILES, provenAccessFile } from '../../server/http/access-export.ts';
import { begun } from '../../server/http/send-file.ts';
import { SAME_READING_MS } from '../../server/records/recent-questions.ts';
import { RecordedReads } from '../../server/records/recorded-reads.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

describe('who read what', () => {
  let http: RunningHttp;
  let tess: Person;
  let mona: Person;
  let audrey: Person;
  let sessionId: string;

  before(async () => {
    http = await startHttp();
    tess = await http.person('technician', { teams: ['North'] });
    mona = await http.person('manager', { teams: ['North'] });
    audrey = await http.person('auditor');
    const body = {
      contact: { name: 'Ada Example', company: 'Example Ltd' },
      reason: 'printing fails',
      tools: ['view'],
    };
    sessionId = (await tess.ask('/api/v1/sessions', { body })).json.id;
    // Its code runs out with the first step of the clock below, whichever test runs first.
  });
  beforeEach(async () => {
    // Questions of the tests before are no longer the same reading.
    http.access.clock.advance(SAME_READING_MS);
    await http.access.fresh();
  });
  after(() => http.stop());

  const asked = async (query: string, person: Person = audrey): Promise<AccessRow[]> =>
    AccessPage.parse((await person.ask(`/api/v1/access-log?${query}`)).json).items;
  const search = (person: Person, query: string) => person.ask(`/api/v1/sessions?${query}`);
  const searches = async () => (await http.access.entries()).filter(({ type }) => type === 'log.searched');

  describe('a search', () => {
    it('for a person is an entry: who, from where, for what, and how many were found', async () => {
      await search(mona, 'q=ada&company=example&status=expired&sort=company');
      const [entry] = await searches();
      assert(entry?.type === 'log.searched');
      assert.deepEqual([entry.userId, entry.address, entry.found], [mona.user.id, '127.0.0.1', 1]);
      assert.deepEqual(entry.filters, { status: 'expired' });
      const words = { company: 'example', q: 'ada' };
      const worded = (await http.access.entries()).filter(({ type }) => type === 'question.worded');
      assert.deepEqual(
        worded.map((one) => one.type === 'question.worded' && [one.seq, one.questionId, one.words]),
        [[entry.seq - 1, entry.questionId, words]],
      );
      const [row] = await asked('kind=search&limit=1');
      assert.deepEqual(row?.filters, { ...words, status: 'expired' });
    });

    it('forgets its words earlier than that somebody searched', async () => {
      await search(mona, 'q=ada&status=expired');
      http.access.clock.advance(1);
      const before = new Date(http.access.clock.now()).toISOString();
      await http.access.store.deleteDue([{ kind: 'search-words', before }], false);
      const [row] = await asked('kind=search&limit=1');
      assert.deepEqual(row?.filters, { status: 'expired', words: '(deleted)' });
      assert.deepEqual([row.who?.id, row.details], [mona.user.id, { found: 1 }]);
    });

    it('is one for each way to look for somebody', async () => {
      for (const query of ['q=x', 'technician=tess', 'company=x']) await search(mona, query);
      assert.equal((await searches()).length, 3);
    });

    it('stays one entry however it is paged, sorted or repeated, until minutes later', async () => {
      for (const query of ['q=ada', 'q=ada&sort=company', 'q=ada&limit=1', 'limit=7&q=ada'])
        await search(mona, query);
      await Promise.all([search(mona, 'q=ada'), search(mona, 'q=ada')]);
      assert.equal((await searches()).length, 1);
      http.access.clock.advance(SAME_READING_MS);
      await search(mona, 'q=ada');
      assert.equal((await searches()).length, 2);
    });

    it('of somebody else, for something else, is another one', async () => {
      for (const [person, query] of [
        [mona, 'q=ada'],
        [audrey, 'q=ada'],
        [mona, 'q=ad'],
      ] as const)
        await search(person, query);
      assert.equal((await searches()).length, 3);
    });

    it('that cannot be noted finds nobody, and is noted when it is tried again', async () => {
      const { append } = http.access.store;
      Object.assign(http.access.store, { append: () => Promise.reject(new Error('the disk is gone')) });
      try {
        const [one, two] = await Promise.all([search(mona, 'q=ada'), search(mona, 'q=ada')]);
        assert.deepEqual([one.status, two.status], [500, 500]);
        assert(!one.text.includes('Ada'));
      } finally {
        Object.assign(http.access.store, { append });
      }
      assert((await search(mona, 'q=ada')).text.includes('Ada'));
      assert.equal((await searches()).length, 1);
    });

    it('that is refused is no entry', async () => {
      assert.equal((await search(mona, 'q=ada&cursor=forged')).status, 400);
      assert.deepEqual(await searches(), []);
    });
  });

  describe('a list that looks for nobody', () => {
    const lists = async () => (await http.access.entries()).filter(({ type }) => type === 'log.listed');

    it('is an entry: who, from where, how it was narrowed, and how many were found', async () => {
      await search(mona, 'status=expired&sort=contact');
      const [entry] = await lists();
      assert(entry?.type === 'log.listed');
      assert.deepEqual([entry.userId, entry.address, entry.found], [mona.user.id, '127.0.0.1', 1]);
      assert.deepEqual(entry.filters, { status: 'expired' });
    });

    it('stays one entry when it is read to its end and back, and another for what else is asked', async () => {
      const second = { contact: { name: 'Bob Example' }, reason: 'sound fails', tools: ['view'] };
      const tom = await http.person('technician', { teams: ['South'] });
      await tom.ask('/api/v1/sessions', { body: second });
      await http.access.fresh();
      const { nextCursor } = (await search(audrey, 'sort=contact&limit=1')).json;
      await search(audrey, `sort=contact&limit=1&cursor=${nextCursor}`);
      for (const query of ['', 'sort=company', 'limit=200']) await search(audrey, query);
      assert.equal((await lists()).length, 1);
      for (const query of ['status=ended', 'from=2026-01-01', 'team=North', 'tool=view'])
        await search(audrey, query);
      assert.equal((await lists()).length, 5);
      assert.deepEqual(await searches(), []);
    });

    it('of one’s own sessions is none on its first page, which people begin with, and is one from the second on', async () => {
      const tove = await http.person('technician', { teams: ['East'] });
      for (const name of ['Eve', 'Finn']) {
        const body = { contact: { name }, reason: 'sound fails', tools: ['view'] };
        await tove.ask('/api/v1/sessions', { body });
      }
      const { nextCursor } = (await search(tove, 'limit=1')).json;
      await search(tove, `technician=${tove.user.id}&status=created`);
      assert.deepEqual(await lists(), []);
      await search(tove, `limit=1&cursor=${nextCursor}`);
      assert.equal((await lists()).length, 1);
    });

    it('that cannot be noted shows nobody', async () => {
      const { append } = http.access.store;
      Object.assign(http.access.store, { append: () => Promise.reject(new Error('the disk is gone')) });
      try {
        const reply = await search(mona, '');
        assert.equal(reply.status, 500);
        assert(!reply.text.includes('Ada'));
      } finally {
        Object.assign(http.access.store, { append });
      }
    });
  });

  describe('the auditor’s list', () => {
    it('says who did what, in names, of which session, newest first', async () => {
      await mona.ask(`/api/v1/sessions/${sessionId}`);
      await search(mona, 'q=ada');
      await mona.ask('/api/v1/sessions/export?format=csv&status=expired');
      const [ended, exported, searched, read] = await asked(
        `person=${mona.user.email.toUpperCase()}&limit=4`,
      );
      assert.deepEqual(
        [ended, exported, searched, read].map((row) => [row?.kind, row?.who?.name, row?.who?.email]),
        ['export', 'export', 'search', 'read'].map((kind) => [kind, mona.user.name, mona.user.email]),
      );
      const { exportId } = exported?.details ?? {};
      assert.deepEqual(exported?.details, { format: 'csv', proofs: false, records: 1, exportId });
      assert.deepEqual(ended?.details, { exportId, records: 1, isWhole: true });
      assert.deepEqual(exported?.filters, { status: 'expired' });
      assert.deepEqual(searched?.details, { found: 1 });
      assert.deepEqual(read?.session, {
        id: sessionId,
        technician: tess.user.name,
        contact: 'Ada Example',
      });
      assert.equal(read?.address, '127.0.0.1');
    });

    it('tells who read one session', async () => {
      await audrey.ask(`/api/v1/sessions/${sessionId}`);
      const rows = await asked(`session=${sessionId}`);
      assert.deepEqual([...new Set(rows.map(({ type }) => type))], ['record.read']);
      assert.equal(rows[0]?.who?.id, audrey.user.id);
    });

    it('holds sign-ins that failed, also of nobody, and changes of people by whom and to whom', async () => {
      const admin = await http.person('admin');
      await http.ask('/api/v1/sign-in', { body: { email: 'nobody@x.org', password: 'wrong' } });
      const body = { teams: ['North', 'South'] };
      await admin.ask(`/api/v1/users/${tess.user.id}`, { method: 'PATCH', body });
      const [failed] = await asked('person=nobody@x.org');
      assert.deepEqual([failed?.type, failed?.who], ['sign-in.failed', { email: 'nobody@x.org' }]);
      const [changed] = await asked(`person=${tess.user.id}&kind=change`);
      assert.deepEqual(
        [changed?.who?.name, changed?.whom?.name, changed?.details],
        [admin.user.name, tess.user.name, { teams: ['North', 'South'] }],
      );
      const kinds = (await asked('kind=sign-in,search&limit=200')).map(({ kind }) => kind);
      assert.deepEqual([...new Set(kinds)].sort(), ['search', 'sign-in']);
    });

    it('notes its own readers, once for the same question, and never without end', async () => {
      for (const _ of [1, 2, 3]) await asked('kind=export');
      await asked('kind=export&limit=1');
      const own = (await http.access.entries()).filter(({ type }) => type === 'access-log.read');
      assert(own[0]?.type === 'access-log.read');
      assert.deepEqual([own.length, own[0].userId, own[0].filters], [1, audrey.user.id, { kind: 'export' }]);
    });

    it('notes whom its readers asked about by their id, and what was typed otherwise as words', async () => {
      const about = async (person: string, way: string) => {
        await audrey.ask(`/api/v1/access-log${way}person=${encodeURIComponent(person)}`);
        const entries = await http.access.entries();
        const told = entries.filter(({ type }) => type !== 'access-log.export-ended').slice(-2);
        return told.flatMap((entry) => {
          if (entry.type === 'question.worded') return [entry.words];
          const isAsked = entry.type === 'access-log.read' || entry.type === 'access-log.exported';
          return isAsked ? [entry.filters] : [];
        });
      };
      for (const way of ['?', '/export?format=csv&']) {
        await http.access.fresh();
        assert.deepEqual(await about(tess.user.email.toUpperCase(), way), [{ person: tess.user.id }]);
        assert.deepEqual(await about('Mallory Meyer', way), [{ person: 'mallory meyer' }, {}]);
        assert.deepEqual((await about('mallory@example.org', way))[0], { person: 'mallory@example.org' });
      }
    });

    it('refuses the cursor of another question and of another reader', async () => {
      const { nextCursor } = AccessPage.parse((await audrey.ask('/api/v1/access-log?limit=1')).json);
      const page = (person: Person, query: string) =>
        person.ask(`/api/v1/access-log?limit=1&cursor=${nextCursor}${query}`);
      assert.equal((await page(audrey, '')).status, 200);
      assert.equal((await page(audrey, '&kind=read')).status, 400);
      assert.equal((await page(await http.person('auditor'), '')).status, 400);
    });

    it('goes out as CSV, JSON and NDJSON, and that is an entry', async () => {
      await search(mona, 'q=%3DHYPERLINK(1)');
      const file = (format: string) => audrey.ask(`/api/v1/access-log/export?kind=search&format=${format}`);
      const csv = await file('csv');
      assert.equal(
        csv.headers.get('content-disposition'),
        `attachment; filename=who-read-what-${new Date(http.access.clock.now()).toISOString().slice(0, 10)}.csv`,
      );
      assert.match(csv.text, /^\uFEFF?"seq","at","kind"/);
      assert.match(csv.text, /"\{""q"":""=HYPERLINK\(1\)""\}"/);
      const rows: AccessRow[] = (await file('json')).json;
      assert.equal(rows[0]?.filters?.q, '=HYPERLINK(1)');
      assert.equal((await file('ndjson')).text.trimEnd().split('\n').length, rows.length);
      const noted = await http.access.entries();
      const begun = noted.flatMap((entry) => (entry.type === 'access-log.exported' ? [entry] : []));
      const ended = noted.flatMap((entry) => (entry.type === 'access-log.export-ended' ? [entry] : []));
      assert.deepEqual(
        begun.map(({ format, proofs }) => [format, proofs]),
        [
          ['csv', false],
          ['json', false],
          ['ndjson', false],
        ],
      );
      assert.deepEqual(
        ended.map(({ exportId, entries, isWhole }) => [exportId, entries, isWhole]),
        begun.map(({ exportId }) => [exportId, rows.length, true]),
      );
      const { items } = AccessPage.parse((await audrey.ask('/api/v1/access-log?kind=export')).json);
      assert.deepEqual(
        items.slice(0, 2).map(({ type, kind }) => [type, kind]),
        [
          ['access-log.export-ended', 'export'],
          ['access-log.exported', 'export'],
        ],
        'an export like any other',
      );
    });

    it('is said to have ended when its reader leaves with the first piece, in every format', async () => {
      await search(mona, 'q=ada');
      const { store, clock } = http.access;
      const reads = new RecordedReads({ store, clock });
      const rows = await asked('kind=search');
      const question = { types: ['log.searched'] } as const;
      const reader = { userId: audrey.user.id, address: '127.0.0.1' };
      const ended = async () =>
        (await http.access.entries()).flatMap((entry) =>
          entry.type === 'access-log.export-ended' ? [[entry.entries > 0, entry.isWhole]] : [],
        );
      const leave = async (text: AsyncGenerator<string>) => {
        assert.equal((await text.next()).done, false);
        await text.return(undefined);
      };
      for (const format of ['csv', 'json', 'ndjson'] as const) {
        const batches = await reads.exportAccessEntries(format, question, {}, reader);
        async function* inRows() {
          for await (const _ of batches) yield rows;
        }
        await leave(ACCESS_FILES[format](await begun(inRows())));
      }
      const proven = await reads.exportProvenAccessEntries(question, {}, reader);
      await leave(provenAccessFile('2026-03-02T09:00:00.000Z', await begun(proven)));
      assert.deepEqual(await ended(), Array(4).fill([true, false]));
    });

    it('is for auditors and privacy officers, and for nobody else', async () => {
      const privacy = await http.person('privacy');
      assert.equal((await privacy.ask('/api/v1/access-log')).status, 200);
      assert.equal((await privacy.ask('/api/v1/access-log/people')).status, 200);
      for (const person of [tess, mona, await http.person('admin')])
        for (const path of ['', '/people', '/export?format=csv'])
          assert.equal((await person.ask(`/api/v1/access-log${path}`)).status, 403);
      assert.equal((await http.ask('/api/v1/access-log')).status, 401);
    });

    it('refuses a period that ends before it begins, and says which end is wrong', async () => {
      for (const path of ['?', '/export?format=csv&']) {
        const reply = await audrey.ask(`/api/v1/access-log${path}from=2026-03-02&to=2026-03-01`);
        assert.deepEqual([reply.status, reply.json.error.details[0].path], [400, 'to']);
      }
    });

    it('refuses what does not fit by its name', async () => {
      for (const query of ['session=x', 'kind=odd', 'from=yesterday', 'limit=0']) {
        const reply = await audrey.ask(`/api/v1/access-log?${query}`);
        assert.deepEqual([reply.status, reply.json.error.details[0].path], [400, query.split('=')[0]]);
      }
    });
  });
});
