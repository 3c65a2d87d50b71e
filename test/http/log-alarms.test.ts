import assert from 'node:assert/strict';
import { logAlarms } from '../../server/http/log-alarms.ts';
import { type RunningAccess, startAccess } from '../access/start-access.ts';

describe('the alarms of the log', () => {
  let access: RunningAccess;

  beforeEach(async () => {
    access = await startAccess();
  });
  afterEach(() => access.stop());

  it('say that the record takes nothing, when the thread that reads it is dead', async () => {
    const witnesses = [{ name: '/mnt/witness', state: 'disagrees' as const }];
    const alarms = () =>
      logAlarms(access.store, {
        verifications: { last: undefined },
        retention: { clockDoubt: undefined },
        witnesses,
      });
    assert.deepEqual(await alarms(), [{ kind: 'witness', name: '/mnt/witness', state: 'disagrees' }]);
    await readerOf(access.store).kill();
    assert.deepEqual(await alarms(), [
      { kind: 'witness', name: '/mnt/witness', state: 'disagrees' },
      { kind: 'unwritable' },
    ]);
  });
});

/** No part of the broker reaches it: a thread dies of what nobody foresaw. */
const readerOf = (store: object): { kill(): Promise<void> } =>
  (store as { threads: { reader: { kill(): Promise<void> } } }).threads.reader;
