import assert from 'node:assert/strict';
import { Me } from '../../protocol/access.ts';
import { SessionOpened } from '../../protocol/session.ts';
import { SessionDetail } from '../../protocol/session-record.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { SigningEnd } from '../support/signing-end.ts';
import { cookieOf, type Person, type RunningHttp, startHttp } from './start-http.ts';

describe('signatures over HTTP', () => {
  let http: RunningHttp;
  let tess: Person;
  before(async () => {
    http = await startHttp();
  });
  beforeEach(async () => {
    http.access.fresh();
    tess = await http.person('technician', { teams: ['North'] });
  });
  after(() => http.stop());

  const bind = (person: Person, signingKey: string) =>
    person.ask('/api/v1/me/signing-key', { body: { signingKey } });
  const keyOf = async (person: Person) => Me.parse((await person.ask('/api/v1/me')).json).signingKey;
  const recorded = async () =>
    (await http.access.store.entries({ types: ['signing-key.added'], limit: 100 })).flatMap((entry) =>
      entry.type === 'signing-key.added' ? [[entry.userId, entry.signingKey]] : [],
    );

  it('begin with the key of a sign-in, which is in the record and can be given once', async () => {
    const [key, other] = [new SigningEnd('technician').signingKey, new SigningEnd('technician').signingKey];
    assert.equal(await keyOf(tess), undefined);
    assert.equal((await bind(tess, key)).status, 204);
    assert.equal(await keyOf(tess), key);
    assert.equal((await bind(tess, key)).status, 204, 'the same again changes nothing');
    const second = await bind(tess, other);
    assert.deepEqual([second.status, second.json.error.code], [409, 'already-exists']);
    assert.equal(await keyOf(tess), key);
    assert.deepEqual(
      (await recorded()).filter(([userId]) => userId === tess.user.id),
      [[tess.user.id, key]],
    );
  });

  it('are bound to one sign-in: another browser of the same person has none', async () => {
    await bind(tess, new SigningEnd('technician').signingKey);
    const body = { email: tess.user.email, password: 'correct horse battery staple' };
    const reply = await http.ask('/api/v1/sign-in', { body });
    assert.equal(reply.json.signingKey, undefined);
    const me = await http.ask('/api/v1/me', { headers: { cookie: cookieOf(reply) } });
    assert.equal(me.json.signingKey, undefined);
  });

  it('are not made with what is no key, nor with one under which anybody signs', async () => {
    for (const wrong of ['', 'A'.repeat(44), `AQ${'A'.repeat(41)}=`]) {
      const reply = await bind(tess, wrong);
      assert.deepEqual([reply.status, reply.json.error.code], [400, 'request.invalid'], wrong);
    }
    assert.equal(await keyOf(tess), undefined);
  });

  it('are made by technicians who sit at a browser', async () => {
    const { signingKey } = new SigningEnd('technician');
    for (const role of ['manager', 'auditor', 'admin', 'privacy'] as const)
      assert.equal((await bind(await http.person(role), signingKey)).status, 403, role);
    const { key } = await http.access.apiKeys.add({ email: tess.user.email, name: 'k', days: 1 }, 'test');
    const headers = { authorization: `Bearer ${key}` };
    const reply = await http.ask('/api/v1/me/signing-key', { body: { signingKey }, headers });
    assert.deepEqual([reply.status, reply.json.error.code], [400, 'request.invalid']);
    const stranger = await http.ask('/api/v1/me/signing-key', { body: { signingKey } });
    assert.equal(stranger.status, 401);
  });

  it('are not taken when they cannot be recorded', async () => {
    const { append } = http.access.store;
    Object.assign(http.access.store, { append: () => Promise.reject(new Error('full')) });
    try {
      assert.equal((await bind(tess, new SigningEnd('technician').signingKey)).status, 500);
    } finally {
      Object.assign(http.access.store, { append });
    }
    assert.equal(await keyOf(tess), undefined);
  });

  it('are shown with the record, checked anew by whoever reads it', async () => {
    const wish = { contact: { name: 'Ada Example' }, reason: 'printing fails', tools: ['view'] };
    const opened = SessionOpened.parse((await tess.ask('/api/v1/sessions', { body: wish })).json);
    const customer = new SigningEnd('customer', opened.id);
    const joined = await http.ask('/api/v1/join', {
      body: {
        code: opened.code,
        protocolVersion: PROTOCOL_VERSION,
        agent: { kind: 'native', version: '0.1.0', capable: ['view'] },
        computer: { hostName: 'ada-pc', platform: 'Debian GNU/Linux 12', architecture: 'x64' },
        signingKey: customer.signingKey,
      },
    });
    assert.equal(joined.status, 200);
    const accounts = async () =>
      SessionDetail.parse((await tess.ask(`/api/v1/sessions/${opened.id}`)).json).accounts;
    assert.deepEqual(await accounts(), { customer: { state: 'signed', statements: 0, findings: [] } });

    // Somebody who can write into the store puts words into the customer's mouth.
    const forged = new SigningEnd('customer', opened.id).say({ type: 'grant.revoked', tool: 'view' });
    const { signingKey } = customer;
    const [entry] = await http.access.store.append([
      { type: 'account.stated', sessionId: opened.id, side: 'customer', signingKey, ...forged },
    ]);
    const { state, findings } = (await accounts()).customer!;
    assert.equal(state, 'disagrees');
    assert.deepEqual(findings, [{ about: 'wrong-signature', entryId: entry!.id }]);
  });
});
