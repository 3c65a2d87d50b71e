import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { ErrorBody } from '../../protocol/errors.ts';
import { PASSWORD, someone } from '../access/start-access.ts';
import { type Person, type Reply, type RunningHttp, startHttp } from './start-http.ts';

describe('hostile requests', () => {
  let http: RunningHttp;
  let adam: Person;
  before(async () => {
    http = await startHttp();
    adam = await http.person('admin');
  });
  after(() => http.stop());

  const refusedAs = (reply: Reply, status: number, code: string) => {
    assert.deepEqual([reply.status, ErrorBody.parse(reply.json).error.code], [status, code], reply.text);
  };
  const post = (body: unknown, headers = {}) =>
    http.ask('/api/v1/sign-in', { method: 'POST', body, headers });
  const right = () => ({ email: adam.user.email, password: PASSWORD });

  it('get 413 for a megabyte of JSON, signed in or not', async () => {
    const body = JSON.stringify({ email: 'a@example.com', password: 'x'.repeat(2 ** 20) });
    refusedAs(await post(body), 413, 'request.too-large');
    refusedAs(await adam.ask('/api/v1/users', { body }), 413, 'request.too-large');
  });

  for (const body of ['{', '', '"text"', 'null', '[]', '{"email":1}', '\u0000', '{"a":'.repeat(5000)]) {
    it(`get 400 for the body ${JSON.stringify(body.slice(0, 20))}`, async () => {
      refusedAs(await post(body), 400, 'request.invalid');
    });
  }

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/xml',
  ]) {
    it(`get 400 for the content type ${type}`, async () => {
      refusedAs(await post(JSON.stringify(right()), { 'content-type': type }), 400, 'request.invalid');
    });
  }

  it('get 400 for a body in another encoding or compressed', async () => {
    const charset = { 'content-type': 'application/json; charset=ebcdic' };
    refusedAs(await post(JSON.stringify(right()), charset), 400, 'request.invalid');
    const response = await fetch(`${http.origin}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify(right())),
    });
    assert.equal(response.status, 400);
    await response.body?.cancel();
  });

  it('cannot reach an object’s prototype', async () => {
    const bodies = [
      '{"email":"a@example.com","password":"x","__proto__":{"role":"admin"}}',
      '{"constructor":{"prototype":{"polluted":true}},"email":"a@example.com","password":"x"}',
    ];
    for (const body of bodies) refusedAs(await post(body), 401, 'sign-in.wrong');
    const more = { __proto__: null, ...someone('technician') };
    const body = JSON.stringify(more).replace(
      '{',
      '{"__proto__":{"disabled":true},"id":"mine","role":"admin",',
    );
    const reply = await adam.ask('/api/v1/users', { body });
    assert.deepEqual([reply.status, reply.json.role, reply.json.disabled], [201, 'technician', false]);
    assert.notEqual(reply.json.id, 'mine');
    assert.equal(({} as Record<string, unknown>).role, undefined);
    await adam.ask('/api/v1/users?__proto__[x]=1&constructor=2');
    assert.equal(({} as Record<string, unknown>).x, undefined);
  });

  it('get the fields that do not fit by name, and never the value back', async () => {
    const body = { email: 'not an address <script>', name: '', role: 'root', password: 'short' };
    const reply = await adam.ask('/api/v1/users', { body });
    refusedAs(reply, 400, 'request.invalid');
    const paths = reply.json.error.details.map(({ path }: { path: string }) => path);
    assert.deepEqual(paths, ['email', 'name', 'role', 'password']);
    assert(!reply.text.includes('script'));
  });

  it('get 404 as JSON for unknown paths, odd spellings of known ones, and other methods', async () => {
    for (const path of [
      '/api/v1/nothing',
      '/api/v2/me',
      '/api',
      '/api/v1/ME',
      '/api/v1/me/',
      '/api/v1/../admin',
    ]) {
      refusedAs(await adam.ask(path), 404, 'not-found');
    }
    const reply = await http.ask('/api/v1/sign-in');
    refusedAs(reply, 404, 'not-found');
    assert.equal(reply.headers.get('allow'), 'POST');
    refusedAs(await adam.ask('/api/v1/users', { method: 'DELETE' }), 404, 'not-found');
  });

  it('get 400 for a path that cannot be decoded', async () => {
    refusedAs(await adam.ask('/api/v1/sessions/%E0%A4%A'), 400, 'request.invalid');
  });

  it('get nothing of the inside when something breaks here', async () => {
    const broken = http.access.store.users;
    Object.assign(http.access.store, { users: () => Promise.reject(new Error('SELECT secret FROM inside')) });
    try {
      const reply = await adam.ask('/api/v1/users');
      refusedAs(reply, 500, 'internal');
      assert.doesNotMatch(reply.text, /SELECT|secret|at /);
    } finally {
      Object.assign(http.access.store, { users: broken });
    }
  });

  describe('from another site', () => {
    const newUser = () => ({ body: someone('technician') });

    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1',
      'http://127.0.0.1.evil.example',
    ]) {
      it(`are refused with the Origin ${origin}`, async () => {
        refusedAs(
          await adam.ask('/api/v1/users', { ...newUser(), headers: { origin } }),
          403,
          'origin.refused',
        );
        refusedAs(await post(right(), { origin }), 403, 'origin.refused');
      });
    }

    it('are refused when the browser says that they are, without an Origin', async () => {
      for (const site of ['cross-site', 'same-site', 'none']) {
        refusedAs(await post(right(), { 'sec-fetch-site': site }), 403, 'origin.refused');
      }
    });

    it('are refused without the right CSRF token', async () => {
      const other = await http.person('admin');
      for (const token of ['', 'wrong', other.me.csrfToken]) {
        const reply = await adam.ask('/api/v1/users', { ...newUser(), headers: { 'x-csrf-token': token } });
        refusedAs(reply, 403, 'csrf.wrong');
      }
      const { cookie } = adam;
      refusedAs(await http.ask('/api/v1/users', { ...newUser(), headers: { cookie } }), 403, 'csrf.wrong');
      refusedAs(
        await http.ask('/api/v1/sign-out', { method: 'POST', headers: { cookie } }),
        403,
        'csrf.wrong',
      );
    });

    it('read nothing either: no answer allows another origin', async () => {
      const reply = await adam.ask('/api/v1/me', { headers: { origin: 'https://evil.example' } });
      assert.equal(reply.headers.get('access-control-allow-origin'), null);
      const preflight = await http.ask('/api/v1/users', {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      });
      assert.equal(preflight.headers.get('access-control-allow-origin'), null);
    });
  });

  it('wait when they guess passwords, and are told how long', async () => {
    const tess = await http.access.users.add(someone('technician'), 'test');
    const guess = () => post({ email: tess.email, password: 'guess' });
    for (let round = 0; round < 5; round++) refusedAs(await guess(), 401, 'sign-in.wrong');
    const reply = await guess();
    refusedAs(reply, 429, 'tries.too-many');
    assert(Number(reply.headers.get('retry-after')) > 0);
  });
});
