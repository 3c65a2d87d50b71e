import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { serverAddress } from '../../../agent/connection/server-address.ts';
import { saveReceipt } from '../../../agent/save-receipt.ts';
import { fetchReceipt } from '../../../protocol/customer-end/kept-receipt.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { BrokerDouble } from '../broker-double.ts';

describe('The agent’s receipt', () => {
  let broker: BrokerDouble;
  beforeEach(async () => {
    broker = await BrokerDouble.start();
  });
  afterEach(() => broker.die());

  const ask = (agentToken = broker.agentToken) =>
    fetchReceipt({ api: serverAddress(broker.url).api, sessionId: broker.sessionId, agentToken });

  it('is asked for again while the broker still writes the end', async () => {
    broker.receipts = [
      { status: 409, body: '{}' },
      { status: 200, body: '{"format":"countersign-receipt/1"}' },
    ];
    assert.equal(await ask(), '{"format":"countersign-receipt/1"}');
  });

  it('is not asked for again where there is none for this token', async () => {
    broker.receipts = [{ status: 200, body: 'of another' }];
    assert.equal(await ask('b'.repeat(43)), undefined);
    assert.equal(broker.receipts.length, 1);
  });

  it('is saved beside the receipts that are there', async () => {
    const folder = await temporaryFolder();
    const day = new Date('2026-03-02T23:59:00Z');
    const paths = [await saveReceipt('1', folder.path, day), await saveReceipt('2', folder.path, day)];
    assert.deepEqual(
      paths.map((path) => basename(path)),
      ['receipt-2026-03-02.json', 'receipt-2026-03-02-2.json'],
    );
    assert.equal(await readFile(paths[0]!, 'utf8'), '1');
    await folder.remove();
  });
});
