import assert from 'node:assert/strict';
import { ReadingPolicy } from '../../protocol/reading-policy.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

describe('what the organisation lets each role read', () => {
  let http: RunningHttp;
  let tess: Person;
  let mona: Person;
  let admin: Person;
  let sessionId: string;

  before(async () => {
    http = await startHttp();
    tess = await http.person('technician', { teams: ['North'] });
    mona = await http.person('manager', { teams: ['North'] });
    admin = await http.person('admin');
    const body = {
      contact: { name: 'Ada Example', email: 'ada@example.org', phone: '+44 20 7946 0018' },
      reason: 'printing fails',
      tools: ['view'],
    };
    const opened = (await tess.ask('/api/v1/sessions', { body })).json;
    sessionId = opened.id;
    await http.sessions.join(
      {
        code: opened.code.replaceAll('-', ''),
        protocolVersion: PROTOCOL_VERSION,
        agent: { kind: 'native', version: '0.1.0', capable: ['view'] },
        computer: { hostName: 'ada-pc', platform: 'Debian', architecture: 'x64', privateAddress: '10.9.8.7' },
      },
      '192.0.2.77',
    );
  });
  beforeEach(async () => {
    await http.access.settings.change({ reading: ReadingPolicy.parse({}) });
    await http.access.fresh();
  });
  after(() => http.stop());

  const set = (reading: object, person = admin, was: object = http.access.settings.current().reading) =>
    person.ask('/api/v1/settings/reading', { method: 'PUT', body: { reading, was } });
  const found = async (person: Person, query: string) =>
    (await person.ask(`/api/v1/sessions?${query}`)).json.items.length;

  it('is set by administrators and privacy officers, is an entry, and counts from the next request on', async () => {
    assert.equal((await mona.ask(`/api/v1/sessions/${sessionId}`)).status, 200);
    assert.equal((await set({ manager: { sessions: 'none' } })).status, 200);
    assert.equal((await mona.ask(`/api/v1/sessions/${sessionId}`)).status, 403);
    assert(!(await mona.ask('/api/v1/me')).json.actions.includes('session.read'));
    assert.equal((await tess.ask(`/api/v1/sessions/${sessionId}`)).status, 200);
    const entry = (await http.access.entries()).find(({ type }) => type === 'settings.changed');
    assert(entry?.type === 'settings.changed');
    assert.deepEqual([entry.by, entry.changed], [admin.user.id, ['reading.manager.sessions=none']]);
    assert.equal((await set({}, await http.person('privacy'))).status, 200);
    for (const person of [tess, mona, await http.person('auditor')])
      assert.equal((await set({}, person)).status, 403);
  });

  it('is no entry when it changes nothing, and refuses what would give a role more', async () => {
    await set({});
    assert(!(await http.access.types()).includes('settings.changed'));
    const reply = await set({ technician: { sessions: 'all' }, admin: {} });
    assert.deepEqual([reply.status, reply.json.error.code], [400, 'request.invalid']);
  });

  it('gives nothing back that somebody took meanwhile, unseen or at the same moment', async () => {
    await set({ manager: { sessions: 'none' } });
    const late = await set({ technician: { contactDetails: false } }, await http.person('privacy'), {});
    assert.deepEqual([late.status, late.json.error.code], [409, 'request.out-of-order']);
    assert.equal(http.access.settings.current().reading.technician.contactDetails, true);
    assert.equal((await mona.ask(`/api/v1/sessions/${sessionId}`)).status, 403);

    const wanted = [{ auditor: { export: false } }, { privacy: { export: false } }];
    const replies = await Promise.all(wanted.map((reading) => set(reading)));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
    const said = (await http.access.entries()).flatMap((entry) =>
      entry.type === 'settings.changed' ? [entry.changed.length] : [],
    );
    assert.deepEqual(said, [1, 2]);
  });

  it('withholds contact details from the record, the timeline, the export and the search', async () => {
    const hidden = ['ada@example.org', '7946', '192.0.2.77', '10.9.8.7'];
    const full = (await mona.ask(`/api/v1/sessions/${sessionId}`)).text;
    for (const detail of hidden) assert(full.includes(detail));
    await set({ manager: { contactDetails: false } });
    const texts = [
      (await mona.ask(`/api/v1/sessions/${sessionId}`)).text,
      (await mona.ask('/api/v1/sessions')).text,
      ...(await Promise.all(
        ['csv', 'json', 'ndjson'].map(
          async (format) => (await mona.ask(`/api/v1/sessions/export?format=${format}`)).text,
        ),
      )),
    ];
    for (const text of texts) {
      assert(text.includes('Ada Example'));
      for (const detail of hidden) assert(!text.includes(detail), detail);
    }
    for (const query of ['q=ada@example.org', 'q=7946', 'q=10.9.8.7', 'contact=7946', 'computer=192.0.2.77'])
      assert.deepEqual([await found(mona, query), await found(tess, query)], [0, 1], query);
    for (const query of ['q=ada', 'q=ada-pc', 'contact=example', 'computer=debian'])
      assert.equal(await found(mona, query), 1, query);
  });

  for (const role of ['auditor', 'privacy'] as const)
    it(`leaves the role ${role}, which then reads no sessions, the list of who read them, without the customers’ names`, async () => {
      const person = await http.person(role);
      await mona.ask(`/api/v1/sessions/${sessionId}`);
      await set({ [role]: { sessions: 'none' } });
      assert.equal((await person.ask(`/api/v1/sessions/${sessionId}`)).status, 403);
      const listed = await person.ask(`/api/v1/access-log?session=${sessionId}`);
      assert.equal(listed.status, 200, listed.text);
      assert.deepEqual(listed.json.items[0].session, { id: sessionId });
      const file = await person.ask(`/api/v1/access-log/export?format=json&session=${sessionId}`);
      assert.deepEqual([file.status, file.json[0].session], [200, { id: sessionId }]);
      assert(!listed.text.includes('Ada') && !file.text.includes('Ada'));
    });

  it('withholds what was typed to find a customer from who may not see contact details', async () => {
    const audrey = await http.person('auditor');
    await mona.ask('/api/v1/sessions?q=7946&status=expired');
    const filters = async () =>
      (await audrey.ask('/api/v1/access-log?kind=search&limit=1')).json.items[0].filters;
    assert.deepEqual(await filters(), { q: '7946', status: 'expired' });
    await set({ auditor: { contactDetails: false } });
    assert.deepEqual(await filters(), { status: 'expired', words: '(withheld)' });
  });

  it('takes the export alone', async () => {
    await set({ manager: { export: false } });
    assert.equal((await mona.ask('/api/v1/sessions')).status, 200);
    assert.equal((await mona.ask('/api/v1/sessions/export?format=csv')).status, 403);
  });
});
