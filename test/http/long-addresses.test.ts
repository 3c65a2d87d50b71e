import assert from 'node:assert/strict';
import { get } from 'node:http';
import { text as all } from 'node:stream/consumers';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import type { ReachableBroker } from '../support/broker.ts';
import { composeBroker } from '../support/composed-broker.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('an address that is too long', function () {
  this.timeout(60_000);
  let broker: ReachableBroker;
  before(async () => {
    broker = await composeBroker(new FakeClock());
    await setUpOrganisation(broker.url, broker.setUpLink);
  });
  after(() => broker.close());

  /** Node's own client reads an answer also while it is still writing. */
  const asked = async (path: string) => {
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      get(`${broker.url}${path}`, { agent: false }, resolve).on('error', reject);
    });
    return { status: response.statusCode, body: await all(response) };
  };

  it('is answered as any other search that is too long, up to 64 KiB', async () => {
    const max = new ApiClient(broker.url);
    await max.signIn(PEOPLE.max.email, PASSWORD);
    for (const characters of [10_001, 20_000, 60_000]) {
      const reply = await max.request('GET', `/api/v1/sessions?q=${'x'.repeat(characters)}`);
      const { error } = JSON.parse(await reply.text());
      assert.deepEqual([reply.status, error.code], [400, 'request.invalid']);
      assert.deepEqual(
        error.details.map(({ path }: { path: string }) => path),
        ['q'],
      );
    }
  });

  it('is answered with what to do beyond that', async () => {
    const { status, body } = await asked(`/log?q=${'x'.repeat(70_000)}`);
    assert.equal(status, 431);
    const { error } = JSON.parse(body);
    assert.equal(error.code, 'request.too-large');
    assert.match(error.message, /longer than 64 KiB: search for fewer words/);
    assert.equal((await asked('/healthz')).status, 200);
  });
});
