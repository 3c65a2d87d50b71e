import assert from 'node:assert/strict';
import { SessionOpened } from '../../protocol/session.ts';
import { SessionPage } from '../../protocol/session-query.ts';
import { SessionDetail } from '../../protocol/session-record.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

const wish = (more: object = {}) => ({
  contact: { name: 'Ada Example', company: 'Example Ltd', phone: '', email: '' },
  reference: 'T-1042',
  reason: 'printing fails',
  tools: ['view', 'control'],
  ...more,
});

const NOBODYS_SESSION = '01890000-0000-7000-8000-000000000009';

describe('sessions over HTTP', () => {
  let http: RunningHttp;
  let tess: Person;
  let mona: Person;
  let north: SessionOpened;

  before(async () => {
    http = await startHttp();
    tess = await http.person('technician', { teams: ['North'] });
    mona = await http.person('manager', { teams: ['North'] });
    north = SessionOpened.parse((await tess.ask('/api/v1/sessions', { body: wish() })).json);
  });
  beforeEach(() => http.access.fresh());
  after(() => http.stop());

  const openedBy = async (person: Person, more: object = {}) =>
    SessionOpened.parse((await person.ask('/api/v1/sessions', { body: wish(more) })).json);

  it('are opened by technicians, who get a code and a link', async () => {
    assert.match(north.code, /^\d{3}-\d{3}-\d{3}$/);
    assert(north.joinUrl.startsWith(`${http.origin}/join`));
    assert.equal(north.status, 'created');
  });

  for (const role of ['manager', 'auditor', 'privacy', 'admin'] as const) {
    it(`are not opened by the role ${role}`, async () => {
      const person = await http.person(role);
      const reply = await person.ask('/api/v1/sessions', { body: wish() });
      assert.deepEqual([reply.status, reply.json.error.code], [403, 'permission.missing']);
    });
  }

  it('are not opened without a contact, a reason or a tool, and the fields are named', async () => {
    const body = { contact: { name: '\u202E ' }, reason: '', tools: [] };
    const reply = await tess.ask('/api/v1/sessions', { body });
    assert.equal(reply.status, 400);
    const paths = reply.json.error.details.map(({ path }: { path: string }) => path);
    assert.deepEqual(paths, ['contact.name', 'reason', 'tools']);
  });

  it('are not opened for names, reasons and references of which nothing can be seen', async () => {
    const unseen = ['\u200B\u200D', '\u3164', '\u2800 \u2800', '\u{E0041}\uFE0F', '\u00A0\u2060'];
    for (const nothing of unseen) {
      const { contact } = wish();
      const body = {
        ...wish(),
        contact: { ...contact, name: nothing, company: nothing, phone: nothing },
        reason: nothing,
        reference: nothing,
      };
      const { status, json } = await tess.ask('/api/v1/sessions', { body });
      assert.equal(status, 400, JSON.stringify(nothing));
      const details: { path: string; message: string }[] = json.error.details;
      assert.deepEqual(
        details
          .filter(({ message }) => /nothing in it that can be seen: delete it/.test(message))
          .map(({ path }) => path),
        ['contact.name', 'contact.company', 'contact.phone', 'reference', 'reason'],
        JSON.stringify(details),
      );
    }
    const name = 'مى\u200Cخواهم 👩\u200D💻';
    const kept = { ...wish(), contact: { name } };
    assert.equal((await tess.ask('/api/v1/sessions', { body: kept })).status, 201);
  });

  it('are opened by a technician’s API key too, without any cookie or CSRF token', async () => {
    const { key } = await http.access.apiKeys.add({ email: tess.user.email, name: 'k', days: 1 }, 'test');
    const headers = { authorization: `Bearer ${key}` };
    assert.equal((await http.ask('/api/v1/sessions', { body: wish(), headers })).status, 201);
  });

  it('are listed to whom they concern, and to nobody else', async () => {
    const tom = await http.person('technician', { teams: ['South'] });
    const south = await openedBy(tom);
    const lists = async (person: Person) => {
      const page = SessionPage.parse((await person.ask('/api/v1/sessions?limit=200')).json);
      return [north.id, south.id].map((id) => page.items.some((row) => row.id === id));
    };
    assert.deepEqual(await lists(tess), [true, false]);
    assert.deepEqual(await lists(tom), [false, true]);
    assert.deepEqual(await lists(mona), [true, false]);
    assert.deepEqual(await lists(await http.person('auditor')), [true, true]);
    assert.deepEqual(await lists(await http.person('manager')), [false, false]);
    assert.equal((await (await http.person('admin')).ask('/api/v1/sessions')).status, 403);
  });

  it('are not read outside one’s own, as if they did not exist', async () => {
    const tom = await http.person('technician', { teams: ['South'] });
    const foreign = await tom.ask(`/api/v1/sessions/${north.id}`);
    const none = await tom.ask(`/api/v1/sessions/${NOBODYS_SESSION}`);
    assert.equal(foreign.status, 404);
    assert.deepEqual(foreign.json, none.json);
    assert.equal((await tom.ask('/api/v1/sessions/not-an-id')).status, 404);
    assert(!(await http.access.types()).includes('record.read'));
  });

  it('are read with their timeline, and that is in the record', async () => {
    const reply = await mona.ask(`/api/v1/sessions/${north.id}`);
    const { record, timeline } = SessionDetail.parse(reply.json);
    assert.equal(record.contact.name, 'Ada Example');
    assert.deepEqual(
      timeline.map(({ type }) => type),
      ['session.created', 'technician.noted'],
    );
    const last = (await http.access.entries()).at(-1);
    assert(last?.type === 'record.read');
    assert.deepEqual([last.sessionId, last.userId, last.address], [north.id, mona.user.id, '127.0.0.1']);
  });

  it('are not shown when the record cannot say that they were read', async () => {
    const { append } = http.access.store;
    Object.assign(http.access.store, {
      append: () => Promise.reject(new Error('the disk is gone')),
    });
    try {
      const reply = await mona.ask(`/api/v1/sessions/${north.id}`);
      assert.equal(reply.status, 500);
      assert(!reply.text.includes('Ada'));
    } finally {
      Object.assign(http.access.store, { append });
    }
  });

  it('never show their secrets: no hash of the code, no hash of the token', async () => {
    const opened = await openedBy(tess);
    await http.sessions.join(
      {
        code: opened.code.replaceAll('-', ''),
        protocolVersion: PROTOCOL_VERSION,
        agent: { kind: 'native', version: '0.1.0', capable: ['view'] },
        computer: { hostName: 'ada-pc', platform: 'Debian GNU/Linux 12', architecture: 'x64' },
      },
      '192.0.2.7',
    );
    const reply = await mona.ask(`/api/v1/sessions/${opened.id}`);
    assert.deepEqual(reply.json.timeline.map(({ type }: { type: string }) => type).slice(0, 3), [
      'session.created',
      'technician.noted',
      'session.joined',
    ]);
    assert.equal(reply.json.timeline[2].computer.hostName, 'ada-pc');
    assert.doesNotMatch(reply.text, /hash/i);
  });

  it('refuse filters that do not fit by the names they were sent under, and take empty ones for none', async () => {
    for (const query of [
      'sort=password',
      'limit=0',
      'limit=1000',
      'status=odd',
      'tool=view,odd',
      'from=yesterday',
      'cursor=forged',
    ]) {
      const reply = await mona.ask(`/api/v1/sessions?${query}`);
      assert.deepEqual([reply.status, reply.json.error.code], [400, 'request.invalid'], query);
      assert.equal(reply.json.error.details[0].path, query.split('=')[0]);
    }
    assert.equal((await mona.ask('/api/v1/sessions?q=&team=&from=&company=')).status, 200);
  });

  it('refuse a period that ends before it begins, and say which end is wrong', async () => {
    for (const path of ['sessions?', 'sessions/export?format=csv&']) {
      const reply = await mona.ask(`/api/v1/${path}from=2026-03-02&to=2026-03-01`);
      assert.deepEqual([reply.status, reply.json.error.details[0].path], [400, 'to'], path);
      assert.match(reply.json.error.details[0].message, /^must not be before the beginning of the period/);
    }
    assert.equal((await mona.ask('/api/v1/sessions?from=2026-03-01&to=2026-03-01')).status, 200);
  });

  it('are not listed nor exported by a filter that nobody knows', async () => {
    for (const path of ['/api/v1/sessions?text=ada', '/api/v1/sessions/export?format=json&texts=ada']) {
      const reply = await mona.ask(path);
      assert.deepEqual([reply.status, reply.json.error.code], [400, 'request.invalid'], path);
      assert.match(reply.text, /nobody knows here: texts?/);
    }
  });

  it('are ended by their technician and by nobody else', async () => {
    const opened = await openedBy(tess);
    const end = (person: Person) =>
      person.ask(`/api/v1/sessions/${opened.id}/end`, { body: { outcome: 'solved', note: 'done' } });
    const tom = await http.person('technician');
    assert.equal((await end(tom)).status, 404);
    assert.equal((await end(mona)).status, 403);
    assert.equal((await end(tess)).status, 204);
    assert.equal((await mona.ask(`/api/v1/sessions/${opened.id}`)).json.record.outcome, 'solved');
  });

  describe('joining', () => {
    const join = (code: string, more = {}) =>
      http.ask('/api/v1/join', {
        body: {
          code,
          protocolVersion: PROTOCOL_VERSION,
          agent: { kind: 'native', version: '0.1.0', capable: ['view'] },
          computer: { hostName: 'ada-pc', platform: 'Debian GNU/Linux 12', architecture: 'x64' },
          ...more,
        },
      });

    it('shows the card first, and uses the code up once', async () => {
      const { code, id } = await openedBy(tess);
      const card = await http.ask('/api/v1/join/card', { body: { code } });
      assert.deepEqual([card.status, card.json.card.reason], [200, 'printing fails']);
      const joined = await join(code);
      assert.deepEqual([joined.status, joined.json.sessionId], [200, id]);
      const again = await join(code);
      assert.deepEqual([again.status, again.json.error.code], [404, 'code.wrong']);
    });

    it('refuses an agent of another protocol version with 426', async () => {
      const { code } = await openedBy(tess);
      const reply = await join(code, { protocolVersion: PROTOCOL_VERSION + 1 });
      assert.deepEqual([reply.status, reply.json.error.code], [426, 'protocol.mismatch']);
    });

    it('refuses a megabyte of host name', async () => {
      const reply = await join('123456789', {
        computer: { hostName: 'x'.repeat(2 ** 20), platform: 'p', architecture: 'a' },
      });
      assert.equal(reply.status, 413);
    });
  });
});
