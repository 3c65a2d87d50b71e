import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Me } from '../../protocol/access.ts';
import { ABSOLUTE_MS, IDLE_MS } from '../../server/access/sign-in-sessions.ts';
import type { SignInsEnded } from '../../server/records/account-store.ts';
import { PASSWORD, someone } from '../access/start-access.ts';
import { until } from '../support/until.ts';
import { cookieOf, type RunningHttp, startHttp } from './start-http.ts';

describe('sign-in over HTTP', () => {
  let http: RunningHttp;
  before(async () => {
    http = await startHttp();
  });
  beforeEach(() => http.access.fresh());
  after(() => http.stop());

  const signIn = (email: string, headers: Record<string, string> = {}) =>
    http.ask('/api/v1/sign-in', { body: { email, password: PASSWORD }, headers });

  it('answers who somebody is and what they may do, and sets a cookie that scripts cannot read', async () => {
    const tess = await http.access.users.add(someone('technician'), 'test');
    const reply = await signIn(tess.email.toUpperCase());
    assert.equal(reply.status, 200);
    const me = Me.parse(reply.json);
    const may = ['session.open', 'session.read', 'session.watch', 'session.invite'];
    assert.deepEqual([me.user, me.actions], [tess, may]);
    assert.match(
      reply.headers.get('set-cookie') ?? '',
      /^countersign=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    assert.doesNotMatch(reply.text, /argon2/);
  });

  it('refuses a wrong password with 401 and leaves no cookie', async () => {
    const tess = await http.access.users.add(someone('technician'), 'test');
    const reply = await http.ask('/api/v1/sign-in', { body: { email: tess.email, password: 'wrong' } });
    assert.deepEqual([reply.status, reply.json.error.code], [401, 'sign-in.wrong']);
    assert.equal(reply.headers.get('set-cookie'), null);
    assert.deepEqual(await http.access.types(), ['user.added', 'sign-in.failed']);
  });

  it('tells who is signed in, and refuses who is not', async () => {
    const tess = await http.person('technician');
    assert.deepEqual((await tess.ask('/api/v1/me')).json, tess.me);
    assert.equal(tess.me.media, 'none', 'no media worker runs in these tests');
    const nobody = await http.ask('/api/v1/me');
    assert.deepEqual([nobody.status, nobody.json.error.code], [401, 'sign-in.needed']);
  });

  it('is over after signing out, also for a copy of the cookie', async () => {
    const tess = await http.person('technician');
    const { signInId } = (await identifyRaw(http, { cookie: tess.cookie })) ?? {};
    const heard: SignInsEnded[] = [];
    const stop = http.access.endedSignIns.listen((ended) => heard.push(ended));
    assert.equal((await tess.ask('/api/v1/sign-out', { method: 'POST' })).status, 204);
    assert.equal((await tess.ask('/api/v1/me')).status, 401);
    assert.equal((await http.access.types()).at(-1), 'sign-in.ended');
    assert.deepEqual(heard, [{ signInIds: [signInId] }]);
    stop();
  });

  it('never takes over a cookie that somebody else chose (session fixation)', async () => {
    const mallory = await http.person('technician');
    const tess = await http.access.users.add(someone('technician'), 'test');
    for (const planted of ['countersign=planted', mallory.cookie]) {
      const reply = await signIn(tess.email, { cookie: planted });
      assert.equal(reply.status, 200);
      assert.notEqual(cookieOf(reply), planted);
      assert.equal((await http.ask('/api/v1/me', { headers: { cookie: planted } })).status, 401);
    }
  });

  it('does not accept a cookie whose signature or id was changed', async () => {
    const tess = await http.person('technician');
    const forged = [
      tess.cookie.slice(0, -2),
      tess.cookie.replace('s%3A', 's%3Ax'),
      'countersign=',
      'countersign=s%3A.',
    ];
    for (const cookie of forged) {
      assert.equal((await http.ask('/api/v1/me', { headers: { cookie } })).status, 401, cookie);
    }
  });

  it('ends for a disabled user at once', async () => {
    const tess = await http.person('technician');
    await http.access.users.change(tess.user.id, { disabled: true }, 'test');
    assert.equal((await tess.ask('/api/v1/me')).status, 401);
    assert.equal((await signIn(tess.user.email)).json.error.code, 'sign-in.wrong');
  });

  it('does not begin with a password that is changed while it is checked', async () => {
    const tess = await http.access.users.add(someone('technician'), 'test');
    const { store, users } = http.access;
    const { append } = store;
    Object.assign(store, {
      async append(entries: Parameters<typeof append>[0]) {
        const written = await append.call(store, entries);
        if (entries.some(({ type }) => type === 'sign-in.succeeded')) {
          await users.change(tess.id, { password: 'another long password' }, 'test');
        }
        return written;
      },
    });
    try {
      const reply = await signIn(tess.email);
      assert.deepEqual([reply.status, reply.json.error.code], [401, 'sign-in.wrong']);
      assert.equal((await http.ask('/api/v1/me', { headers: { cookie: cookieOf(reply) } })).status, 401);
      assert.deepEqual(await store.signInsOf(tess.id), []);
      const types = await http.access.types();
      assert.deepEqual(types.slice(-3), ['sign-in.succeeded', 'user.changed', 'sign-in.ended']);
    } finally {
      Object.assign(store, { append });
    }
  });

  it('shows a new team at once, without a new sign-in, and ends where one is left', async () => {
    const tess = await http.person('technician', { teams: ['North'] });
    await http.access.users.change(tess.user.id, { teams: ['North', 'South'] }, 'test');
    assert.deepEqual((await tess.ask('/api/v1/me')).json.user.teams, ['North', 'South']);
    await http.access.users.change(tess.user.id, { teams: ['South'] }, 'test');
    assert.equal((await tess.ask('/api/v1/me')).status, 401);
  });

  it('is over when nobody used it for twelve hours, and goes on while somebody does', async () => {
    const tess = await http.person('technician');
    http.access.clock.advance(IDLE_MS - 1000);
    assert.equal((await tess.ask('/api/v1/me')).status, 200);
    http.access.clock.advance(IDLE_MS - 1000);
    assert.equal((await tess.ask('/api/v1/me')).status, 200);
    http.access.clock.advance(IDLE_MS);
    assert.equal((await tess.ask('/api/v1/me')).status, 401);
  });

  it('is over after twelve hours also under a page that somebody left open, which asks by itself', async () => {
    const { ask } = await http.person('auditor');
    for (let hour = 1; hour < 12; hour += 1) {
      http.access.clock.advance(IDLE_MS / 12);
      for (const path of ['/api/v1/log/alarms', '/api/v1/log/state'])
        assert.equal((await ask(path)).status, 200);
    }
    http.access.clock.advance(IDLE_MS / 12);
    assert.equal((await ask('/api/v1/log/alarms')).status, 401);
    assert.equal((await ask('/api/v1/me')).status, 401);
  });

  it('is over after seven days however much it is used', async () => {
    const tess = await http.person('technician');
    const step = IDLE_MS / 2;
    for (let age = step; age < ABSOLUTE_MS; age += step) {
      http.access.clock.advance(step);
      assert.equal((await tess.ask('/api/v1/me')).status, 200);
    }
    http.access.clock.advance(step);
    assert.equal((await tess.ask('/api/v1/me')).status, 401);
  });

  it('is swept away from the store once it is over', async () => {
    const tess = await http.person('technician');
    const { signInId } = (await identifyRaw(http, { cookie: tess.cookie })) ?? {};
    assert(signInId && (await http.access.store.signIn(signInId)));
    const heard: string[] = [];
    const stop = http.access.endedSignIns.listen(({ signInIds }) => heard.push(...signInIds));
    http.access.clock.advance(IDLE_MS + 11 * 60_000);
    await until('its sockets are told', () => heard.includes(signInId));
    assert.equal(await http.access.store.signIn(signInId), undefined);
    stop();
  });

  it('identifies the request of an upgrade as it does one over HTTP', async () => {
    const tess = await http.person('technician');
    const signedIn = await identifyRaw(http, { cookie: tess.cookie });
    assert.deepEqual([signedIn?.userId, signedIn?.address], [tess.user.id, '127.0.0.1']);
    assert(signedIn?.signInId);
    assert.equal(await identifyRaw(http, {}), undefined);
    assert.equal(await identifyRaw(http, { cookie: 'countersign=s%3Aguess.guess' }), undefined);
  });

  it('judges a request with an API key by the key alone', async () => {
    const tess = await http.person('technician');
    const { key } = await http.access.apiKeys.add({ email: tess.user.email, name: 'k', days: 1 }, 'test');
    const bearer = await http.ask('/api/v1/me', { headers: { authorization: `Bearer ${key}` } });
    assert.deepEqual([bearer.json.user.id, bearer.json.csrfToken], [tess.user.id, '']);
    for (const authorization of ['Bearer wrong', 'Bearer', 'Basic dGVzdDp0ZXN0', `bearer ${key}x`]) {
      assert.equal((await tess.ask('/api/v1/me', { headers: { authorization } })).status, 401, authorization);
    }
    await http.access.users.change(tess.user.id, { disabled: true }, 'test');
    assert.equal((await http.ask('/api/v1/me', { headers: { authorization: `Bearer ${key}` } })).status, 401);
  });
});

/** Takes a request as an upgrade would bring it: plain node:http, no express before it. */
async function identifyRaw(http: RunningHttp, headers: Record<string, string>) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const seen = once(server, 'request');
  const asked = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { headers });
  const [request, response] = await seen;
  const signedIn = await http.access.identify(request as IncomingMessage);
  response.end();
  await (await asked).text();
  server.closeAllConnections();
  server.close();
  return signedIn;
}
