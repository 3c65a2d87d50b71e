import assert from 'node:assert/strict';
import { type RunningHttp, startHttp } from './start-http.ts';

describe('pages and headers', () => {
  let http: RunningHttp;
  before(async () => {
    http = await startHttp();
  });
  after(() => http.stop());

  it('serve the console at / and at the addresses of its own views', async () => {
    for (const path of ['/', '/sessions', '/sessions/01890000-0000-7000-8000-000000000009', '/people?x=1']) {
      const reply = await http.ask(path);
      assert.deepEqual([reply.status, reply.text], [200, '<title>index</title>'], path);
      assert.equal(reply.headers.get('cache-control'), 'no-store');
      assert.match(reply.headers.get('content-type') ?? '', /^text\/html/);
    }
  });

  it('serve the customer’s page at /join', async () => {
    assert.equal((await http.ask('/join')).text, '<title>join</title>');
  });

  it('serve the receipt page to anybody, and let it ask nothing of anybody', async () => {
    const { text, headers } = await http.ask('/receipt');
    assert.equal(text, '<title>receipt</title>');
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /connect-src 'none'/);
    assert.match(policy, /form-action 'none'/);
    assert.match(policy, /default-src 'self'/);
  });

  it('serve hashed files for ever, and no page in place of a missing one', async () => {
    const asset = await http.ask('/assets/app-1a2b3c.js');
    assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    for (const path of ['/assets/app-old.js', '/assets/', '/.env', '/favicon.ico', '/wp-login.php']) {
      assert.equal((await http.ask(path)).status, 404, path);
    }
  });

  it('serve nothing from outside their folder', async () => {
    for (const path of [
      '/assets/..%2f..%2fagent.tgz',
      '/assets/%2e%2e/%2e%2e/agent.tgz',
      '/..%2fagent.tgz',
    ]) {
      const reply = await http.ask(path);
      assert(!reply.text.includes('a package') || path.endsWith('%2e%2e/agent.tgz'), path);
    }
  });

  it('serve the agent to customers', async () => {
    const reply = await http.ask('/agent.tgz');
    assert.deepEqual([reply.status, reply.text], [200, 'a package']);
    assert.equal(reply.headers.get('content-type'), 'application/gzip');
  });

  it('carry the same strict headers everywhere', async () => {
    for (const path of ['/', '/join', '/api/v1/me', '/api/v1/nothing', '/assets/app-1a2b3c.js', '/healthz']) {
      const { headers } = await http.ask(path);
      const policy = headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'self'/, path);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(policy, /script-src 'self';/);
      assert.doesNotMatch(policy, /unsafe/);
      assert.equal(headers.get('x-frame-options'), 'DENY');
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('x-powered-by'), null);
      // Without TLS a browser must not be told to insist on it.
      assert.equal(headers.get('strict-transport-security'), null);
    }
  });

  it('say nothing that may be cached about the API', async () => {
    const { headers } = await http.ask('/api/v1/me');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });
});

describe('set-up over HTTP', () => {
  let http: RunningHttp;
  before(async () => {
    http = await startHttp();
  });
  after(() => http.stop());

  it('works once with its token, and afterwards page and route are gone', async () => {
    const token = await http.access.setUp.token();
    const body = {
      token,
      organisation: 'Example Support Ltd',
      name: 'Adam',
      email: 'adam@example.com',
      password: 'correct horse battery',
    };
    const state = async (asked: string) => (await http.ask(`/api/v1/set-up${asked}`)).json;
    assert.deepEqual(await state(''), { isOpen: true, tokenFits: false });
    assert.deepEqual(await state('?token=of-an-earlier-start'), { isOpen: true, tokenFits: false });
    assert.deepEqual(await state(`?token=${token}`), { isOpen: true, tokenFits: true });
    assert.equal((await http.ask(`/set-up?token=${token}`)).status, 200);
    const guessed = await http.ask('/api/v1/set-up', { body: { ...body, token: 'guessed' } });
    assert.deepEqual([guessed.status, guessed.json.error.code], [401, 'sign-in.wrong']);
    const foreign = await http.ask('/api/v1/set-up', { body, headers: { origin: 'https://evil.example' } });
    assert.equal(foreign.status, 403);

    const done = await http.ask('/api/v1/set-up', { body });
    assert.deepEqual([done.status, done.json.role], [201, 'admin']);

    assert.deepEqual(await state(`?token=${token}`), { isOpen: false, tokenFits: false });
    assert.equal((await http.ask(`/set-up?token=${token}`)).status, 404);
    const replayed = await http.ask('/api/v1/set-up', { body: { ...body, email: 'eve@example.com' } });
    assert.deepEqual([replayed.status, replayed.json.error.code], [404, 'not-found']);
    assert.equal((await http.access.users.list()).length, 1);
  });
});
