import assert from 'node:assert/strict';
import { LogCheckpoint } from '../../protocol/log-proof.ts';
import { fromBase64 } from '../../protocol/proof/base64.ts';
import { verifyConsistency, verifyInclusion } from '../../protocol/proof/merkle.ts';
import { LOG_TRIES } from '../../server/http/routes/log.ts';
import { hashing } from '../../server/records/transparency/node-crypto.ts';
import { type RunningHttp, startHttp } from './start-http.ts';

const bytes = (text: string) => fromBase64(text) as Uint8Array;

describe('the log over HTTP', function () {
  this.timeout(60_000);
  let http: RunningHttp;
  beforeEach(async () => {
    http = await startHttp();
  });
  afterEach(() => http.stop());

  const checkpoint = async () => LogCheckpoint.parse((await http.ask('/api/v1/log/checkpoint')).json);

  it('proves to anybody that a leaf is in it and that it only grew', async () => {
    await http.person('auditor');
    const before = await checkpoint();
    await http.person('manager');
    const after = await checkpoint();
    assert(after.size > before.size);

    const grown = (await http.ask(`/api/v1/log/consistency?from=${before.size}&to=${after.size}`)).json;
    const sizes = {
      from: before.size,
      fromRoot: bytes(before.root),
      to: after.size,
      toRoot: bytes(after.root),
    };
    assert(verifyConsistency(hashing, sizes, grown.hashes.map(bytes)));

    const { leafHash, hashes } = (await http.ask('/api/v1/log/inclusion?leaf=0')).json;
    const claim = { leafHash: bytes(leafHash), index: 0, size: after.size, root: bytes(after.root) };
    assert(verifyInclusion(hashing, claim, hashes.map(bytes)));
  });

  it('refuses what there is not and what is no number', async () => {
    await http.person('auditor');
    assert.equal((await http.ask('/api/v1/log/inclusion?leaf=1000000')).status, 404);
    assert.equal((await http.ask('/api/v1/log/consistency?from=5&to=1000000')).status, 404);
    assert.equal((await http.ask('/api/v1/log/inclusion?leaf=-1')).status, 400);
    assert.equal((await http.ask('/api/v1/log/consistency?from=0')).status, 400);
  });

  it('answers a watcher that asks each second, and not an address that asks without end', async () => {
    await http.person('auditor');
    const asks = ['checkpoint', 'consistency?from=1&to=2', 'inclusion?leaf=0'];
    const ask = async (what: string) => (await http.ask(`/api/v1/log/${what}`)).status;
    for (let second = 0; second < LOG_TRIES.burst; second += 1) {
      assert.deepEqual([await ask('checkpoint'), await ask('consistency?from=1&to=2')], [200, 200]);
      http.access.clock.advance(1_000);
    }
    for (let tries = 0; tries < LOG_TRIES.burst; tries += 1) await ask(asks[tries % asks.length] as string);
    for (const what of asks) assert.equal(await ask(what), 429);
    const refused = await http.ask('/api/v1/log/checkpoint');
    assert.deepEqual([refused.json.error.code, refused.headers.get('retry-after')], ['tries.too-many', '1']);
    http.access.clock.advance(LOG_TRIES.refillMs);
    assert.equal(await ask('checkpoint'), 200);
  });
});
