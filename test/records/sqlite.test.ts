import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../server/clock.ts';
import { openSqliteStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../../server/settings/settings.ts';
import { describeRecordStore } from './describe-record-store.ts';
import { describeTransparencyLog } from './describe-transparency-log.ts';

describe('the SQLite store', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-records-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = (clock: Clock) =>
    openSqliteStore({
      file: join(folder, 'records.db'),
      key: Buffer.alloc(32, 1),
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 3),
      clock,
      schedule: () => Settings.parse({}).retention,
    });
  describeRecordStore('SQLite', open);
  describeTransparencyLog('SQLite', open);
});
