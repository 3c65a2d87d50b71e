import assert from 'node:assert/strict';
import { SessionOpened } from '../../protocol/session.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { RECEIPT_TRIES } from '../../server/http/customer-receipts.ts';
import { SAME_READING_MS } from '../../server/records/recent-questions.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

describe('receipts for customers, who have no account,', function () {
  this.timeout(60_000);
  let http: RunningHttp;
  let tess: Person;
  let session: { id: string; token: string };
  /** How often the broker set out to prove a session. */
  let proven = 0;

  const open = async () => {
    const body = { contact: { name: 'Ada Example' }, reason: 'printing fails', tools: ['view'] };
    const { id, code } = SessionOpened.parse((await tess.ask('/api/v1/sessions', { body })).json);
    const computer = { platform: 'Debian GNU/Linux 12', architecture: 'x64', hostName: 'ada-pc' };
    const agent = { kind: 'native', version: '1.0.0', capable: ['view'] };
    const joined = await http.ask('/api/v1/join', {
      body: { code, protocolVersion: PROTOCOL_VERSION, computer, agent },
    });
    return { id, token: joined.json.agentToken as string };
  };
  const ask = (id: string, token: string) =>
    http.ask(`/api/v1/receipt?session=${id}`, { headers: { authorization: `Bearer ${token}` } });

  before(async () => {
    http = await startHttp();
    tess = await http.person('technician', { teams: ['North'] });
    session = await open();
    await tess.ask(`/api/v1/sessions/${session.id}/end`, { body: {} });
    const { store } = http.access;
    const provenSession = store.provenSession.bind(store);
    Object.assign(store, {
      provenSession: (...args: Parameters<typeof provenSession>) => {
        proven += 1;
        return provenSession(...args);
      },
    });
  });
  beforeEach(async () => {
    // What the tests before have asked for is forgotten.
    http.access.clock.advance(SAME_READING_MS);
    await http.access.fresh();
    proven = 0;
  });
  after(() => http.stop());

  it('prove nothing for a wrong token, nor while the session goes on', async () => {
    const other = await open();
    const wrong = [
      await ask(session.id, other.token),
      await ask(session.id, ''),
      await ask('01890000-0000-7000-8000-000000000009', session.token),
    ];
    assert.deepEqual(
      wrong.map(({ status }) => status),
      [404, 404, 404],
    );
    assert.equal((await ask(other.id, other.token)).json.error.code, 'receipt.not-yet');
    assert.equal(proven, 0);
  });

  it('are proven once for all who ask at the same time', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => ask(session.id, session.token)));
    assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
    assert(proven < 8, `it was proven ${proven} times`);
  });

  it('are one entry in some minutes, however often they are asked for', async () => {
    const issued = async () => (await http.access.types()).filter((type) => type === 'receipt.issued').length;
    for (let times = 0; times < 5; times += 1) await ask(session.id, session.token);
    assert.equal(await issued(), 1);
    http.access.clock.advance(SAME_READING_MS);
    await ask(session.id, session.token);
    assert.equal(await issued(), 2);
  });

  it('are refused to an address that asks without end, also with the right token, until it has waited', async () => {
    for (let tries = 0; tries < RECEIPT_TRIES.burst; tries += 1)
      assert.equal((await ask(session.id, 'wrong')).status, 404);
    const refused = await ask(session.id, session.token);
    assert.deepEqual([refused.status, refused.json.error.code], [429, 'tries.too-many']);
    assert.equal(refused.headers.get('retry-after'), '1');
    assert.equal(proven, 0);
    http.access.clock.advance(RECEIPT_TRIES.refillMs);
    assert.equal((await ask(session.id, session.token)).status, 200);
  });
});
