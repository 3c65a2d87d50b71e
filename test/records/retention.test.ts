import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../server/log.ts';
import { deletionRules, Retention } from '../../server/records/retention.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../../server/settings/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { EVERYTHING, query } from './describe-record-store.ts';
import { begin, end, sentFile, signInFailed } from './stories.ts';

const DAY = 86_400_000;

describe('retention', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: string;
  let clock: FakeClock;
  let store: SqliteRecordStore;
  let retention: Retention;
  let settings = Settings.parse({});
  let onDeleted = () => {};

  const opened = () =>
    new Retention({ store, settings: { current: () => settings }, clock, log: createLog('silent') });
  const ran = () => store.entries({ types: ['retention.ran'], limit: 10 });

  /** One after the other, each when the run of the one before it is over. */
  const daysPass = async (days: number) => {
    for (let day = 0; day < days; day += 1) {
      clock.advance(DAY);
      await until('the next run waits for its time', () => clock.pending > 0);
    }
  };
  /** Somebody writes something in each. */
  const weeksOfWork = async (weeks: number) => {
    for (let week = 0; week < weeks; week += 1) {
      clock.advance(7 * DAY);
      await store.append([signInFailed('tess@example.com')]);
    }
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-retention-'));
    clock = new FakeClock();
    settings = Settings.parse({});
    onDeleted = () => {};
    store = await openSqliteStore({
      file: join(folder, 'records.db'),
      key: Buffer.alloc(32, 1),
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 3),
      clock,
      periods: () => settings,
      onDeleted: () => onDeleted(),
    });
    retention = opened();
    const created = begin();
    await store.append([created, ...sentFile(created.sessionId, 'driver.zip'), end(created.sessionId)]);
  });
  afterEach(async () => {
    await retention.close();
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('has a rule for every kind of data, by the schedule', () => {
    const rules = deletionRules(settings, Date.parse('2026-12-31T00:00:00Z'));
    assert.deepEqual(
      rules.map(({ kind, before }) => [kind, before.slice(0, 10)]),
      [
        ['session-record', '2025-12-31'],
        ['contact-details', '2026-11-19'],
        ['chat-and-file-names', '2026-11-19'],
        ['sign-in-log', '2026-07-04'],
        ['access-log', '2025-12-31'],
        ['search-words', '2026-11-19'],
        ['saved-views', '2025-12-31'],
      ],
    );
  });

  it('deletes every day what is due, and records it', async () => {
    retention.start();
    await daysPass(41);
    assert.deepEqual(await ran(), []);

    await daysPass(2);
    assert.equal((await ran()).length, 1);
    const [entry] = await ran();
    assert(entry?.type === 'retention.ran');
    assert.deepEqual(
      entry.planned.map(({ kind, due }) => [kind, due]),
      [['chat-and-file-names', 1]],
    );
    await retention.run({ dryRun: false, by: 'command-line' });
    const page = await store.sessions(query({ q: 'driver' }), EVERYTHING);
    assert.equal(page.total, 0);
  });

  it('tries again in a few minutes what was cut off, not in a day', async () => {
    await weeksOfWork(58);
    onDeleted = () => {
      onDeleted = () => {};
      throw new Error('the ledger cannot be written');
    };
    const started = clock.now();
    retention.start();
    await until('everything is deleted', async () => {
      clock.advance(60_000);
      return (await store.sessions(query(), EVERYTHING)).total === 0;
    });
    assert.equal((await ran()).length, 2);
    assert(clock.now() < started + DAY);
  });

  it('only counts in a dry run, and says nothing in the record', async () => {
    clock.advance(400 * DAY);
    const planned = await retention.run({ dryRun: true });
    assert.equal(planned.find(({ kind }) => kind === 'session-record')?.sessions, 1);
    assert.deepEqual(await ran(), []);
    assert.equal((await store.sessions(query(), EVERYTHING)).total, 1);
    assert.deepEqual(await retention.run({ dryRun: false, by: 'command-line' }), planned);
  });

  it('ends after the step that it is at when the broker stops, and the next start does the rest', async () => {
    clock.advance(400 * DAY);
    onDeleted = () => void retention.close();
    const counts = await retention.run({ dryRun: false, by: 'command-line' });
    const deleted = counts.filter(({ entries }) => entries > 0).map(({ kind }) => kind);
    assert.deepEqual(deleted, ['chat-and-file-names']);
    assert.equal((await store.sessions(query(), EVERYTHING)).total, 1);

    onDeleted = () => {};
    retention = opened();
    await retention.run({ dryRun: false, by: 'command-line' });
    assert.equal((await store.sessions(query(), EVERYTHING)).total, 0);
  });

  it('records nothing when nothing is due', async () => {
    await retention.run({ dryRun: false, by: 'command-line' });
    assert.deepEqual(await ran(), []);
  });

  it('counts once for all who look on meanwhile, and never from before they asked', async () => {
    let counts = 0;
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow = new Retention({
      store: {
        append: (entries) => store.append(entries),
        entries: (...args) => store.entries(...args),
        signedSince: (...args) => store.signedSince(...args),
        deleteDue: (...args) => store.deleteDue(...args),
        async countDue(...args) {
          counts += 1;
          const counted = await store.countDue(...args);
          if (counts === 1) await gate;
          return counted;
        },
      },
      settings: { current: () => settings },
      clock,
      log: createLog('silent'),
    });
    const due = (preview: Awaited<ReturnType<Retention['preview']>>) =>
      preview.kinds.find(({ kind }) => kind === 'session-record')?.due?.now;
    const first = slow.preview();
    await until('the first is being counted', () => counts === 1);
    clock.advance(400 * DAY);
    const others = Array.from({ length: 20 }, () => slow.preview());
    go();
    assert.equal(due(await first), 0);
    assert.deepEqual((await Promise.all(others)).map(due), Array(20).fill(1));
    assert.equal(counts, 2);
    await slow.close();
  });

  it('follows the schedule of the day, also for what a record says of itself', async () => {
    const [row] = (await store.sessions(query(), EVERYTHING)).items;
    settings = Settings.parse({ retention: { 'session-record': 100 } });
    const { record } = await store.session(row?.id ?? '', EVERYTHING);
    assert.equal(record.retention.deleteAfter, '2026-06-10T09:00:00.000Z');
    clock.advance(101 * DAY);
    await retention.run({ dryRun: false, by: 'command-line' });
    assert.equal((await store.sessions(query(), EVERYTHING)).total, 0);
  });
});
