import assert from 'node:assert/strict';
import { begin, end, sentFile } from '../records/stories.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

const DAY = 86_400_000;

describe('retention over HTTP', function () {
  this.timeout(60_000); // passwords are hashed for real
  let http: RunningHttp;
  let officer: Person;
  let auditor: Person;

  before(async () => {
    http = await startHttp();
    officer = await http.person('privacy');
    auditor = await http.person('auditor');
  });
  after(() => http.stop());

  const day = (days: number) => new Date(http.access.clock.now() + days * DAY).toISOString().slice(0, 10);
  const overSession = async () => {
    const created = begin();
    await http.access.store.append([
      created,
      ...sentFile(created.sessionId, 'driver.zip'),
      end(created.sessionId),
    ]);
    return `/api/v1/sessions/${created.sessionId}`;
  };

  it('tells officers and auditors what is kept, why, and what goes when; nobody else', async () => {
    await overSession();
    for (const person of [officer, auditor]) {
      const { status, json } = await person.ask('/api/v1/retention');
      assert.equal(status, 200);
      const record = json.kinds.find(({ kind }: { kind: string }) => kind === 'session-record');
      assert.deepEqual(record.period, { days: 365, minDays: 30, maxDays: 3650, teams: [] });
      assert.equal(record.counts, 'sessions');
      assert.match(record.ground, /GDPR/);
      const proofs = json.kinds.find(({ kind }: { kind: string }) => kind === 'log-proof');
      assert.equal(proofs.period, undefined);
      assert.equal(proofs.due, undefined);
    }
    for (const role of ['technician', 'manager', 'admin'] as const) {
      const person = await http.person(role);
      for (const path of ['/api/v1/retention', '/api/v1/retention/certificates'])
        assert.equal((await person.ask(path)).status, 403, `${role} ${path}`);
    }
  });

  it('holds a session and lifts the hold, for officers in person only', async () => {
    const session = await overSession();
    const wish = { until: day(100), reason: 'Claim 17' };
    assert.equal((await auditor.ask(`${session}/hold`, { body: wish })).status, 403);
    assert.equal((await officer.ask(`${session}/hold`, { body: wish })).status, 204);
    const { record, timeline } = (await auditor.ask(session)).json;
    assert.equal(record.retention.hold.reason, 'Claim 17');
    assert.equal(record.retention.hold.by.name, officer.user.name);
    assert.equal(timeline.at(-1).type, 'retention.held');
    const { kinds } = (await officer.ask('/api/v1/retention')).json;
    assert.equal(kinds.find(({ kind }: { kind: string }) => kind === 'session-record').held, 1);
    const lifted = { reason: 'Settled' };
    assert.equal((await officer.ask(`${session}/hold/lift`, { body: lifted })).status, 204);
    assert.equal((await officer.ask(`${session}/hold/lift`, { body: lifted })).status, 409);
    assert.equal((await auditor.ask(session)).json.record.retention.hold, undefined);
  });

  it('refuses a hold without a reason, until a day that is over, or of a session that is not there', async () => {
    const session = await overSession();
    const refused = async (body: unknown) => (await officer.ask(`${session}/hold`, { body })).json.error;
    assert.equal((await refused({ until: day(10), reason: ' ' })).details[0].path, 'reason');
    assert.equal((await refused({ until: 'some day', reason: 'x' })).details[0].path, 'until');
    // It stands below the field as it is.
    const days = [
      [{ until: day(-2) }, 'Choose a day that is still to come.'],
      [{ until: day(4000) }, /^Choose a day up to 20\d\d-\d\d-\d\d: nothing is kept longer than 10 years\.$/],
      [
        { until: day(1), what: 'extension' },
        /^Choose a day after 20\d\d-\d\d-\d\d: it is kept until then anyway\.$/,
      ],
    ] as const;
    for (const [wish, said] of days) {
      const [{ path, message }] = (await refused({ ...wish, reason: 'x' })).details;
      assert.equal(path, 'until');
      assert.match(message, said instanceof RegExp ? said : new RegExp(`^${said}$`));
    }
    const nowhere = '/api/v1/sessions/0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b/hold';
    assert.equal((await officer.ask(nowhere, { body: { until: day(10), reason: 'x' } })).status, 404);
  });

  it('deletes what is due when an officer asks, and shows the certificates page by page', async () => {
    await overSession();
    http.access.clock.advance(50 * DAY);
    officer = await http.person('privacy');
    auditor = await http.person('auditor');
    assert.equal((await auditor.ask('/api/v1/retention/run', { method: 'POST' })).status, 403);
    const { status, json } = await officer.ask('/api/v1/retention/run', { method: 'POST' });
    assert.equal(status, 200);
    const names = json.items.find(({ kind }: { kind: string }) => kind === 'chat-and-file-names');
    assert(names.sessions > 0);

    const [ran] = await http.access.store.entries({ types: ['retention.ran'], limit: 1 });
    assert(ran?.type === 'retention.ran');
    assert.equal(ran.by, officer.user.id);

    await overSession();
    http.access.clock.advance(50 * DAY);
    officer = await http.person('privacy');
    await officer.ask('/api/v1/retention/run', { method: 'POST' });
    const first = (await officer.ask('/api/v1/retention/certificates?limit=1')).json;
    assert.equal(first.items.length, 1);
    assert.match(first.items[0].leaves, /^\d/);
    const [newest, before] = await http.access.store.entries({ types: ['retention.ran'], limit: 2 });
    const { id, name, email } = officer.user;
    assert.deepEqual(first.items[0].run, { seq: newest!.seq, at: newest!.at, by: { id, name, email } });
    const second = (await officer.ask(`/api/v1/retention/certificates?limit=1&before=${first.next}`)).json;
    assert(second.items[0].seq < first.items[0].seq);
    const all = (await officer.ask('/api/v1/retention/certificates')).json;
    assert.equal(all.next, undefined);
    const runs = all.items.map(({ run }: { run: { seq: number } }) => run.seq);
    assert.deepEqual([...new Set(runs)], [newest!.seq, before!.seq]);
  });

  it('ascribes a certificate to the run that planned it, however many ended without one', async () => {
    const { store } = http.access;
    const rule = (before: string) => ({ kind: 'sign-in-log' as const, before });
    const ran = (before: string) => ({
      type: 'retention.ran' as const,
      by: 'schedule',
      planned: [{ ...rule(before), due: 1 }],
    });
    const [planned, unplanned] = ['2025-01-01T00:00:00.000Z', '2025-01-03T00:00:00.000Z'] as const;
    const deleted = (before: string) => ({
      type: 'retention.deleted' as const,
      ...rule(before),
      leaves: '0',
      entries: 1,
      sessions: 0,
    });
    const [run] = await store.append([ran(planned)]);
    await store.append(Array.from({ length: 250 }, () => ran('2025-01-02T00:00:00.000Z')));
    await store.append([deleted(planned), deleted(unplanned)]);
    const { items } = (await (await http.person('auditor')).ask('/api/v1/retention/certificates?limit=2'))
      .json;
    assert.deepEqual(
      items.map(({ run }: { run?: { seq: number } }) => run?.seq),
      [undefined, run?.seq],
    );
  });

  it('shows what a restore deleted again on the page of the certificates between which it lies', async () => {
    const { store } = http.access;
    const certify = () =>
      store.append([
        {
          type: 'retention.deleted',
          kind: 'sign-in-log',
          before: '2025-01-04T00:00:00.000Z',
          leaves: '1',
          entries: 1,
          sessions: 0,
        },
      ]);
    await certify();
    const madeAt = '2025-01-05T00:00:00.000Z';
    const [restored] = await store.append([
      { type: 'backup.restored', madeAt, leaves: '2-3', era: 1, by: 'command-line' },
    ]);
    await certify();
    const reader = await http.person('auditor');
    const page = async (query: string) =>
      (await reader.ask(`/api/v1/retention/certificates?limit=1${query}`)).json;
    const newest = await page('');
    const { seq, at } = restored!;
    assert.deepEqual(newest.restores, []);
    const older = await page(`&before=${newest.next}`);
    assert.deepEqual(older.restores, [{ seq, at, by: { id: 'command-line' }, madeAt, leaves: '2-3' }]);
  });
});
