import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../server/clock.ts';
import {
  openSqliteStore,
  SqliteRecordStore,
  type SqliteStoreOptions,
} from '../../server/records/sqlite/sqlite-record-store.ts';
import { StoreThreads } from '../../server/records/sqlite/store-threads.ts';
import { Settings } from '../../server/settings/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { describeRecordStore } from './describe-record-store.ts';
import { describeTransparencyLog } from './describe-transparency-log.ts';
import { signInFailed } from './stories.ts';

describe('the SQLite store', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-records-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const options = (clock: Clock): SqliteStoreOptions => ({
    file: join(folder, 'records.db'),
    key: Buffer.alloc(32, 1),
    cursorKey: Buffer.alloc(32, 2),
    signingSeed: Buffer.alloc(32, 3),
    clock,
    periods: () => Settings.parse({}),
  });
  const open = (clock: Clock) => openSqliteStore(options(clock));

  it('proves nothing on the thread that answers lists and sign-ins: anybody may ask for proofs', async () => {
    const threads = await StoreThreads.start(options(new FakeClock()));
    const store = new SqliteRecordStore(threads, options(new FakeClock()));
    const read: string[] = [];
    const { read: readShort } = threads;
    Object.assign(threads, {
      read(...args: Parameters<typeof readShort>) {
        read.push(args[0]);
        return readShort.apply(threads, args);
      },
    });
    await store.append([signInFailed('ada@example.com'), signInFailed('bob@example.com')]);
    assert.equal((await store.inclusion(0)).hashes.length, 1);
    assert.equal((await store.consistency(1, 2)).hashes.length, 1);
    assert.equal((await store.checkpoint()).size, 2);
    await store.close();
    assert.deepEqual(read, ['checkpoint']);
  });

  describeRecordStore('SQLite', open);
  describeTransparencyLog('SQLite', open);
});
