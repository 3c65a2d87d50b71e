import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewEntry } from '../../protocol/record.ts';
import { believed } from '../../server/records/clock-guard.ts';
import { Retention } from '../../server/records/retention.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../../server/settings/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { EVERYTHING, query } from './describe-record-store.ts';
import { begin, end, sentFile, signInFailed } from './stories.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

describe('a clock that may be wrong', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  const settings = Settings.parse({});
  let folder: string;
  let began: number;
  let clock: FakeClock;
  let store: SqliteRecordStore;
  let retention: Retention;
  let alarms: object[];
  let deleted: () => void;

  const openStore = () =>
    openSqliteStore({
      file: join(folder, 'records.db'),
      key: Buffer.alloc(32, 1),
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 3),
      clock,
      periods: () => settings,
      onDeleted: () => deleted(),
    });
  const log = { info() {}, error: (fields: object) => void alarms.push(fields) };
  const open = async () => {
    store = await openStore();
    retention = new Retention({ store, settings: { current: () => settings }, clock, log });
  };
  /** The broker was stopped, and is started when the clock says `at`. */
  const restartedAt = async (at: number) => {
    await retention.close();
    await store.close();
    clock = new FakeClock(at);
    await open();
  };
  /** The first run's time comes; it has run, or not, when the next one waits for its time. */
  const firstRun = async () => {
    retention.start();
    clock.advance(60_000);
    await until('the next run waits for its time', () => clock.pending > 0);
  };
  const sessions = async () => (await store.sessions(query(), EVERYTHING)).total;
  const runs = async () => {
    const entries = await store.entries({ types: ['retention.ran'], limit: 10 });
    return entries.map((entry) => (entry.type === 'retention.ran' ? entry.by : ''));
  };
  const held = async () => (await store.sessions(query(), EVERYTHING)).items.at(-1)?.id;
  const kept = (sessionId: string, what: 'hold' | 'extension', forMs = YEAR): NewEntry => ({
    type: 'retention.held',
    sessionId,
    what,
    until: iso(began + forMs),
    reason: 'Claim 17',
    by: { userId: sessionId, name: 'Pia' },
  });
  const iso = (moment: number) => new Date(moment).toISOString();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-clock-'));
    clock = new FakeClock();
    began = clock.now();
    alarms = [];
    deleted = () => {};
    await open();
    const { sessionId, ...created } = begin();
    await store.append([
      { sessionId, ...created },
      ...sentFile(sessionId, 'driver.zip'),
      end(sessionId),
      kept(sessionId, 'hold'),
    ]);
  });
  afterEach(async () => {
    await retention.close();
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('that is years ahead deletes nothing by itself, however often the broker is started', async () => {
    for (const start of [0, 1, 2]) {
      const now = began + 12 * YEAR + start * HOUR;
      await restartedAt(now);
      await store.append([signInFailed('tess@example.com')]);
      await firstRun();
      assert.deepEqual(retention.clockDoubt, { clock: iso(now + 60_000), log: iso(began) });
      assert.equal(await sessions(), 1);
    }
    assert.deepEqual(await runs(), []);
    assert.equal(alarms.length, 3);
    clock.advance(3 * DAY);
    await until('it looked again', () => clock.pending > 0);
    assert.equal(alarms.length, 3, 'once for each start');
  });

  it('that is set right lets the runs go on, whatever was written meanwhile', async () => {
    await restartedAt(began + 12 * YEAR);
    await store.append([signInFailed('tess@example.com')]);
    await firstRun();
    await restartedAt(began + DAY);
    await firstRun();
    assert.equal(retention.clockDoubt, undefined);
    assert.equal(await sessions(), 1);
  });

  it('that is hours behind is doubted too', async () => {
    await store.append([signInFailed('tess@example.com')]);
    await restartedAt(began - 2 * HOUR);
    await firstRun();
    assert.equal(retention.clockDoubt?.log, iso(began));
  });

  it('that was years behind made nothing old that it wrote meanwhile', async () => {
    await restartedAt(began - 3 * YEAR);
    const { sessionId, ...created } = begin();
    await store.append([
      { sessionId, ...created },
      ...sentFile(sessionId, 'driver.zip'),
      end(sessionId),
      signInFailed('tess@example.com'),
    ]);
    const other = begin();
    await store.append([other, end(other.sessionId), kept(other.sessionId, 'extension')]);
    await restartedAt(began + HOUR);
    await firstRun();
    assert.equal(retention.clockDoubt, undefined);
    assert.equal(await sessions(), 3);
    assert.equal((await store.entries({ types: ['sign-in.failed'], limit: 9 })).length, 1);
    const { entries } = await store.session(sessionId, EVERYTHING);
    assert.equal(entries.filter(({ type }) => type === 'file.named').length, 1);
    assert.deepEqual(await runs(), [], 'it does not count as due either');
    const { kinds } = await retention.preview();
    assert(kinds.every(({ due }) => (due?.now ?? 0) === 0));
    const dry = await retention.run({ dryRun: true });
    assert(dry.every((count) => count.entries + count.sessions === 0));
  });

  it('made nothing old either after weeks in which nothing was written', async () => {
    await store.append([signInFailed('ada@example.com')]);
    clock.advance(60 * DAY);
    await restartedAt(began + 60 * DAY - 3 * YEAR);
    const { sessionId, ...created } = begin();
    await store.append([
      { sessionId, ...created },
      ...sentFile(sessionId, 'driver.zip'),
      end(sessionId),
      ...Array.from({ length: 300 }, () => signInFailed('tess@example.com')),
    ]);
    await restartedAt(began + 60 * DAY + HOUR);
    const dry = await retention.run({ dryRun: true });
    await retention.run({ dryRun: false, by: 'command-line' });
    assert.equal(await sessions(), 2);
    const { entries } = await store.session(sessionId, EVERYTHING);
    assert.equal(entries.filter(({ type }) => type === 'file.named').length, 1);
    assert.equal((await store.entries({ types: ['sign-in.failed'], limit: 500 })).length, 301);
    assert(dry.every((count) => count.entries + count.sessions === 0));
    // It goes when it is as old as it says it is not yet.
    clock.advance(2 * YEAR);
    await retention.run({ dryRun: false, by: 'command-line' });
    assert.equal(await sessions(), 0);
    assert.deepEqual(await store.entries({ types: ['sign-in.failed'], limit: 500 }), []);
  });

  it('that is set forward while a run goes on ends no hold', async () => {
    const { sessionId, ...created } = begin();
    await store.append([{ sessionId, ...created }, ...sentFile(sessionId, 'driver.zip'), end(sessionId)]);
    clock.advance(YEAR - DAY);
    await store.append([kept((await held())!, 'hold', 2 * YEAR)]);
    clock.advance(2 * DAY);
    deleted = () => clock.advance(12 * YEAR);
    await retention.run({ dryRun: false, by: 'command-line' });
    assert.equal(await sessions(), 1);
    assert.equal(
      (await store.session((await held())!, EVERYTHING)).record.retention.hold?.reason,
      'Claim 17',
    );
  });

  it('that is right after weeks without the broker needs one run by hand, also when nothing is due', async () => {
    await restartedAt(began + 21 * DAY);
    await firstRun();
    assert.notEqual(retention.clockDoubt, undefined);
    assert.equal((await retention.preview()).clockDoubt?.log, iso(began));
    await retention.run({ dryRun: true });
    assert.notEqual(retention.clockDoubt, undefined, 'who only counts vouches for nothing');

    await retention.run({ dryRun: false, by: 'command-line' });
    assert.equal(retention.clockDoubt, undefined);
    assert.equal((await retention.preview()).clockDoubt, undefined);
    assert.deepEqual(await runs(), ['command-line']);

    await restartedAt(began + 22 * DAY);
    await firstRun();
    assert.equal(retention.clockDoubt, undefined);
    assert.deepEqual(await runs(), ['command-line']);
  });

  it('does not come into doubt while the broker runs on and nobody writes', async () => {
    await firstRun();
    for (let day = 0; day < 20; day += 1) {
      clock.advance(DAY);
      await until('the next run waits for its time', () => clock.pending > 0);
    }
    assert.equal(retention.clockDoubt, undefined);
    clock.advance(30 * DAY);
    await until('it looks again soon', () => clock.pending > 0);
    assert.deepEqual(retention.clockDoubt, { clock: iso(clock.now()), log: iso(began + 20 * DAY + 60_000) });
  });

  it('is compared with the last moment that followed the one before it', () => {
    assert.equal(believed([]), undefined);
    assert.equal(believed([0, 6 * DAY, 12 * DAY]), 12 * DAY);
    assert.equal(believed([0, DAY, 9 * YEAR, 9 * YEAR + HOUR]), DAY);
    assert.equal(believed([0, DAY, 9 * YEAR, 2 * DAY]), 2 * DAY);
    assert.equal(believed([DAY, 0, DAY + HOUR]), DAY + HOUR);
  });
});
