import assert from 'node:assert/strict';
import { PASSWORD, someone } from '../access/start-access.ts';
import { cookieOf, type RunningHttp, startHttp } from './start-http.ts';

const PUBLIC_URL = 'https://support.example.com';
/** As a proxy that ends TLS and is trusted passes a request on. */
const PROXIED = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.7' };

describe('a broker that is reached by HTTPS through a proxy', () => {
  let http: RunningHttp;
  let email: string;
  before(async () => {
    http = await startHttp({ publicUrl: PUBLIC_URL, trustProxy: 1 });
    email = (await http.access.users.add(someone('technician'), 'test')).email;
  });
  beforeEach(() => http.access.fresh());
  after(() => http.stop());

  const signIn = (headers: Record<string, string>) =>
    http.ask('/api/v1/sign-in', { body: { email, password: PASSWORD }, headers });

  it('binds its cookie to HTTPS and to this host', async () => {
    const reply = await signIn({ ...PROXIED, origin: PUBLIC_URL });
    assert.match(
      reply.headers.get('set-cookie') ?? '',
      /^__Host-countersign=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    const me = await http.ask('/api/v1/me', { headers: { ...PROXIED, cookie: cookieOf(reply) } });
    assert.equal(me.status, 200);
  });

  it('knows its callers by the address that the proxy saw', async () => {
    await signIn(PROXIED);
    const last = (await http.access.entries()).at(-1);
    assert.equal(last?.type === 'sign-in.succeeded' && last.address, '198.51.100.7');
  });

  it('says what to set when its proxy does not tell that the request came by HTTPS', async () => {
    const reply = await signIn({});
    assert.equal(reply.status, 400);
    assert.match(reply.json.error.message, /COUNTERSIGN_TRUST_PROXY/);
  });

  it('takes changes from its public origin only', async () => {
    assert.equal((await signIn({ ...PROXIED, origin: 'http://support.example.com' })).status, 403);
    assert.equal((await signIn({ ...PROXIED, origin: http.origin })).status, 403);
  });

  it('has browsers insist on HTTPS', async () => {
    const { headers } = await http.ask('/', { headers: PROXIED });
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000');
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /upgrade-insecure-requests/);
    assert.match(policy, /connect-src 'self' wss:\/\/support\.example\.com;/);
  });

  it('keeps its metrics from whom the proxy brings', async () => {
    assert.equal((await http.ask('/metrics', { headers: PROXIED })).status, 401);
    assert.equal((await http.ask('/metrics')).status, 401, 'a proxy that does not say that it is one');
  });
});
