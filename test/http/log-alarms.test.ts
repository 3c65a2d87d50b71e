import assert from 'node:assert/strict';
import { logAlarms } from '../../server/http/log-alarms.ts';
import { DamagedRows } from '../../server/records/damaged-rows.ts';
import { type RunningAccess, startAccess } from '../access/start-access.ts';
import { FakeClock } from '../support/fake-clock.ts';

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
        damagedRows: { alarm: () => undefined },
        witnesses,
      });
    assert.deepEqual(await alarms(), [{ kind: 'witness', name: '/mnt/witness', state: 'disagrees' }]);
    await readerOf(access.store).kill();
    assert.deepEqual(await alarms(), [
      { kind: 'witness', name: '/mnt/witness', state: 'disagrees' },
      { kind: 'unwritable' },
    ]);
  });

  it('name rows that were found changed, until a verification that began later came to its end', async () => {
    const clock = new FakeClock();
    const damagedRows = new DamagedRows(clock);
    const startedAt = () => new Date(clock.now()).toISOString();
    const alarms = (last?: { startedAt: string; outcome: 'right' | 'broken-off' }) =>
      logAlarms(access.store, {
        verifications: { last: last && { ...VERDICT, ...last } },
        retention: { clockDoubt: undefined },
        damagedRows,
        witnesses: [],
      });
    const before = startedAt();
    assert.deepEqual(await alarms(), []);
    clock.advance(1000);
    damagedRows.left(Array.from({ length: 30 }, (_, index) => `log entry ${index + 1}`));
    damagedRows.left(['log entry 1']);
    damagedRows.righted(['b', 'c']);
    const named = Array.from({ length: 10 }, (_, index) => `log entry ${index + 1}`);
    const alarm = { kind: 'rows', left: 30, righted: 2, named };
    assert.deepEqual(await alarms(), [alarm]);
    assert.deepEqual(await alarms({ startedAt: before, outcome: 'right' }), [alarm]);
    clock.advance(1000);
    assert.deepEqual(await alarms({ startedAt: startedAt(), outcome: 'broken-off' }), [alarm]);
    const verified = { startedAt: startedAt(), outcome: 'right' } as const;
    assert.deepEqual(await alarms(verified), []);
    clock.advance(1000);
    damagedRows.righted(['b']);
    assert.deepEqual(await alarms(verified), [alarm], 'found again');
  });
});

const VERDICT = { by: '', endedAt: '', sentence: '', findingCount: 0, notAsSigned: 0, findings: [] };

/** No part of the broker reaches it: a thread dies of what nobody foresaw. */
const readerOf = (store: object): { kill(): Promise<void> } =>
  (store as { threads: { reader: { kill(): Promise<void> } } }).threads.reader;
