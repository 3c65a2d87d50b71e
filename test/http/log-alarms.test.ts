import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import { logAlarms } from '../../server/http/log-alarms.ts';
import { DamagedRows } from '../../server/records/damaged-rows.ts';
import { LogVerifications } from '../../server/records/verify/log-verifications.ts';
import { type RunningAccess, startAccess } from '../access/start-access.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';

describe('the alarms of the log', function () {
  this.timeout(90_000); // a verification starts a thread, on a busy machine that takes a while
  let access: RunningAccess;

  beforeEach(async () => {
    access = await startAccess();
  });
  afterEach(() => access.stop());

  it('say that the record takes nothing, when the thread that reads it is dead', async () => {
    const witnesses = [{ name: '/mnt/witness', state: 'disagrees' as const }];
    const alarms = () =>
      logAlarms(access.store, {
        verifications: { lastWhole: undefined },
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
    const { clock, damagedRows, verifications, verify, alarms } = withRows();
    assert.deepEqual(await alarms(), []);
    await verify();
    clock.advance(1000);
    damagedRows.left(Array.from({ length: 30 }, (_, index) => `log entry ${index + 1}`));
    damagedRows.left(['log entry 1']);
    damagedRows.righted(['b', 'c']);
    const named = Array.from({ length: 10 }, (_, index) => `log entry ${index + 1}`);
    const alarm = { kind: 'rows', left: 30, righted: 2, named };
    assert.deepEqual(await alarms(), [alarm], 'the one before knew nothing of it');
    clock.advance(1000);
    await verify();
    assert.equal(verifications.last?.outcome, 'right');
    assert.deepEqual(await alarms(), []);
    clock.advance(1000);
    damagedRows.righted(['b']);
    assert.deepEqual(await alarms(), [alarm], 'found again');
  });

  it('name them still where the verification was broken off', async () => {
    const { clock, damagedRows, breakOff, alarms } = withRows();
    damagedRows.righted(['b']);
    clock.advance(1000);
    await breakOff();
    assert.deepEqual(await alarms(), [{ kind: 'rows', left: 0, righted: 1, named: ['session b'] }]);
  });

  it('name them no more where one came to its end, and the next one was broken off', async () => {
    const { clock, damagedRows, verifications, verify, breakOff, alarms } = withRows();
    damagedRows.righted(['b']);
    clock.advance(1000);
    await verify();
    clock.advance(1000);
    await breakOff();
    assert.equal(verifications.last?.outcome, 'broken-off');
    assert.deepEqual(await alarms(), []);
  });

  /** Rows that were found changed, and verifications of the records. */
  function withRows() {
    const clock = new FakeClock();
    const damagedRows = new DamagedRows(clock);
    const { database } = access;
    const log = { error() {}, warn() {}, info() {} };
    const verifications = new LogVerifications({ database, recorder: access.store, clock, log });
    const verify = async () => {
      await verifications.start(uuid());
      await until('it came to its end', () => verifications.underWay === undefined, 60_000);
    };
    return {
      clock,
      damagedRows,
      verifications,
      verify,
      /** As a broker does that stops: there is none after it. */
      async breakOff() {
        await verifications.start(uuid());
        await verifications.close();
      },
      alarms: () =>
        logAlarms(access.store, {
          verifications,
          retention: { clockDoubt: undefined },
          damagedRows,
          witnesses: [],
        }),
    };
  }
});

/** No part of the broker reaches it: a thread dies of what nobody foresaw. */
const readerOf = (store: object): { kill(): Promise<void> } =>
  (store as { threads: { reader: { kill(): Promise<void> } } }).threads.reader;
