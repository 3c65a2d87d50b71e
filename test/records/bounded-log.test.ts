import assert from 'node:assert/strict';
import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DATED_KINDS } from '../../protocol/retention-kinds.ts';
import { type Connection, openForReading } from '../../server/records/sqlite/connection.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../../server/settings/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { EVERYTHING, query } from './describe-record-store.ts';
import { begin, end, sentFile, signInFailed } from './stories.ts';

const DAY = 86_400_000;
const SESSIONS = 300;
const MAX_LOG_PAGES = 150;
/** A frame is a page and its header. */
const FRAME_BYTES = 4096 + 24;

describe('the write-ahead log', function () {
  this.timeout(120_000);
  let folder: TemporaryFolder;
  let clock: FakeClock;
  let store: SqliteRecordStore;
  let readers: Connection[];

  const file = () => join(folder.path, 'records.db');
  const logBytes = async (of = file()) => (await stat(`${of}-wal`)).size;
  const open = (of = file()) =>
    openSqliteStore({
      file: of,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 3),
      clock,
      periods: () => Settings.parse({}),
      maxLogPages: MAX_LOG_PAGES,
    });
  /** Who reads sees one moment, and keeps the log of everything after it. */
  const startReading = () => {
    const reader = openForReading({ file: file() });
    readers.push(reader);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM entries').get();
    return reader;
  };
  const certificates = async () => (await store.certificates({ limit: 1000 })).length;

  beforeEach(async () => {
    folder = await temporaryFolder();
    clock = new FakeClock();
    readers = [];
    store = await open();
    for (let done = 0; done < SESSIONS; done += 50) {
      const some = Array.from({ length: 50 }, () => begin());
      await store.append(
        some.flatMap((created) => [
          created,
          ...sentFile(created.sessionId, 'driver.zip'),
          end(created.sessionId),
        ]),
      );
    }
  });
  afterEach(async () => {
    for (const reader of readers) if (reader.open) reader.close();
    await store.close();
    await folder.remove();
  });

  it('does not grow beyond its bound by a run while somebody reads; the run waits, and appends do not', async () => {
    // From an empty one.
    await store.close();
    store = await open();
    clock.advance(400 * DAY);
    let reader = startReading();
    const before = new Date(clock.now() - 365 * DAY).toISOString();
    let isOver = false;
    const run = store
      .deleteDue(
        DATED_KINDS.map((kind) => ({ kind, before })),
        false,
      )
      .finally(() => {
        isOver = true;
      });
    await until(
      'the run has filled the log',
      async () => (await logBytes()) > MAX_LOG_PAGES * FRAME_BYTES,
      60_000,
    );
    // Behind the step that filled it.
    await store.append([signInFailed('mallory@example.org')]);
    const certified = await certificates();
    // A run that went on would share each of these commits.
    for (let each = 0; each < 30; each += 1) await store.append([signInFailed('mallory@example.org')]);
    assert.equal(await certificates(), certified, 'the run waits');
    assert(!isOver);

    // Now there is always somebody who reads, but nobody for long.
    await until(
      'the run is over',
      () => {
        const next = startReading();
        reader.close();
        reader = next;
        return isOver;
      },
      60_000,
    );
    await run;
    assert((await certificates()) > certified);
    assert.equal((await store.sessions(query(), EVERYTHING)).total, 0);
    assert((await logBytes()) < 10 * FRAME_BYTES, 'the log was emptied in the end');
  });

  it('lets a run that waits end when the broker stops', async () => {
    startReading();
    clock.advance(400 * DAY);
    const stop = new AbortController();
    const before = new Date(clock.now() - 365 * DAY).toISOString();
    const run = store.deleteDue([{ kind: 'session-record', before }], false, stop.signal);
    // A run that did not wait would share these commits.
    for (let each = 0; each < 30; each += 1) await store.append([signInFailed('mallory@example.org')]);
    stop.abort();
    await run;
    assert.equal(
      (await store.sessions(query(), EVERYTHING)).total,
      SESSIONS,
      'all is left to the next start',
    );
  });

  it('that a kill left is moved into the database before the store takes anything', async () => {
    assert((await logBytes()) > MAX_LOG_PAGES * FRAME_BYTES);
    // As it lies on the disk at this moment, which is what a kill leaves.
    const killed = join(folder.path, 'killed.db');
    for (const suffix of ['', '-wal']) await copyFile(`${file()}${suffix}`, `${killed}${suffix}`);
    const again = await open(killed);
    try {
      assert.equal(await logBytes(killed), 0);
      assert.equal((await again.sessions(query(), EVERYTHING)).total, SESSIONS);
    } finally {
      await again.close();
    }
  });
});
