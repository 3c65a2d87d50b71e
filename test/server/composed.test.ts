import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { io } from 'socket.io-client';
import { Reading } from '../../protocol/reading-policy.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import type { ReachableBroker } from '../support/broker.ts';
import { composeBroker } from '../support/composed-broker.ts';
import { FakeClock } from '../support/fake-clock.ts';

const PUBLIC_URL = 'https://support.example.com';

/** The HTTP status of a request that changes something, and of an upgrade, from a page of this origin. */
async function statusFrom(port: number, origin: string): Promise<unknown[]> {
  const at = { host: '127.0.0.1', port };
  const post = request({ ...at, method: 'POST', path: '/api/v1/sign-in', headers: { origin } }).end();
  const [posted] = (await once(post, 'response')) as [IncomingMessage];
  posted.resume();
  const upgrade = request({
    ...at,
    path: '/signalling/?EIO=4&transport=websocket',
    headers: {
      origin,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    },
  }).end();
  const [upgraded] = (await Promise.race([once(upgrade, 'response'), once(upgrade, 'upgrade')])) as [
    IncomingMessage,
  ];
  upgraded.socket.destroy();
  return [posted.statusCode, upgraded.statusCode];
}

describe('the composed broker', () => {
  const brokers: ReachableBroker[] = [];
  const start = async (env: Record<string, string> = {}) => {
    const broker = await composeBroker(new FakeClock(), env);
    brokers.push(broker);
    return broker;
  };
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close();
  });

  it('lets browsers come from its public address only, where it has one', async () => {
    const { port } = await start({ COUNTERSIGN_PUBLIC_URL: PUBLIC_URL });
    // The request has no body: who passes the gate is told so.
    assert.deepEqual(await statusFrom(port, PUBLIC_URL), [400, 101]);
    for (const origin of [`http://localhost:${port}`, `http://127.0.0.1:${port}`]) {
      assert.deepEqual(await statusFrom(port, origin), [403, 403], origin);
    }
  });

  it('lets browsers of its own machine come where it has no public address', async () => {
    const { port } = await start();
    for (const origin of [`http://localhost:${port}`, `http://127.0.0.1:${port}`]) {
      assert.deepEqual(await statusFrom(port, origin), [400, 101], origin);
    }
    assert.deepEqual(await statusFrom(port, `http://localhost:${port + 1}`), [403, 403]);
  });

  it('says whether there is a media worker, and refuses a port for it that is taken', async () => {
    const without = await start();
    assert.equal((await (await fetch(`${without.url}/readyz`)).json()).media, 'none');
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const env = { COUNTERSIGN_MEDIA: 'on', COUNTERSIGN_MEDIA_PORT: String(port) };
    await assert.rejects(start(env), /COUNTERSIGN_MEDIA_PORT: 127\.0\.0\.1, port \d+: /);
    taken.close();
    const { url } = await start({ COUNTERSIGN_MEDIA: 'on' });
    assert.equal((await (await fetch(`${url}/readyz`)).json()).media, 'ready');
    assert.match(await (await fetch(`${url}/metrics`)).text(), /^countersign_media_workers 1$/m);
  });

  /** A page of the console, connected. */
  const pageOf = async (person: ApiClient) => {
    const page = io(`${person.url}/console`, {
      path: '/signalling',
      transports: ['websocket'],
      auth: { protocolVersion: PROTOCOL_VERSION },
      extraHeaders: { cookie: person.cookie, origin: person.url },
      reconnection: false,
      forceNew: true,
    });
    await new Promise<void>((resolve, reject) => page.once('connect', resolve).once('connect_error', reject));
    return page;
  };

  it('closes the pages of who may read nothing any more, and lets none of theirs come back', async () => {
    const { url, setUpLink } = await start();
    const admin = await setUpOrganisation(url, setUpLink);
    const max = new ApiClient(url);
    await max.signIn(PEOPLE.max.email, PASSWORD);
    const page = await pageOf(max);
    const gone = new Promise((resolve) => page.once('disconnect', resolve));
    const { reading } = Reading.parse(await admin.call('GET', '/api/v1/settings/reading'));
    const none = { ...reading, manager: { ...reading.manager, sessions: 'none' } };
    await admin.call('PUT', '/api/v1/settings/reading', { reading: none, was: reading });
    await gone;
    await assert.rejects(pageOf(max), ({ data }) => data.error.code === 'permission.missing');
  });

  it('closes the pages of a sign-in that is signed out', async () => {
    const { url, setUpLink } = await start();
    await setUpOrganisation(url, setUpLink);
    const tess = new ApiClient(url);
    await tess.signIn(PEOPLE.tess.email, PASSWORD);
    const page = await pageOf(tess);
    const said = new Promise((resolve) => page.once('message', resolve));
    const gone = new Promise((resolve) => page.once('disconnect', resolve));
    await tess.call('POST', '/api/v1/sign-out');
    assert.deepEqual(await said, { type: 'sign-in.ended' });
    await gone;
  });
});
