import assert from 'node:assert/strict';
import { rotateSigningKey } from '../../server/records/keys/signing-rotation.ts';
import { recordsFile } from '../../server/records/open-records.ts';
import { InDoubt } from '../../server/records/recorder.ts';
import type { Write } from '../../server/records/sqlite/commit.ts';
import type { ReadOperations } from '../../server/records/sqlite/read-operations.ts';
import { SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { StoreThreads } from '../../server/records/sqlite/store-threads.ts';
import type { WriterThread } from '../../server/records/sqlite/store-worker.ts';
import { Thread } from '../../server/records/sqlite/thread.ts';
import { Settings } from '../../server/settings/settings.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { refusedWith } from './describe-record-store.ts';
import { KeptFolder } from './kept-folder.ts';
import { signInFailed } from './stories.ts';

const WORKER = new URL('../../server/records/sqlite/store-worker.mjs', import.meta.url);
const unavailable = refusedWith('record.unavailable');

/** What it appends waits before it gets to the disk: as with one that hangs, and comes back. */
class HangingWriter extends Thread<WriterThread> {
  #held: Promise<void> | undefined;
  comesBack = () => {};

  hang(): void {
    this.#held = new Promise((resolve) => {
      this.comesBack = resolve;
    });
  }

  override readonly call: Thread<WriterThread>['call'] = async (name, ...args) => {
    const appends =
      name === 'commit' && (args[0] as readonly Write[]).some((write) => write.name === 'append');
    if (appends) await this.#held;
    return super.call(name, ...args);
  };
}

describe('a change of the signing key while the disk hangs', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let kept: KeptFolder;

  beforeEach(async () => {
    folder = await temporaryFolder();
    kept = new KeptFolder(folder.path);
  });
  afterEach(() => folder.remove());

  it('loses no key: who tries again is refused until it is known which one the log goes on with', async () => {
    const first = await kept.open();
    const key = first.keys.dataKey;
    await first.close();
    const { dataDir, sources, clock } = kept;
    const signingSeed = (await kept.signingKey())!.seed;
    const options = {
      file: recordsFile(dataDir),
      key,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed,
      clock,
      periods: () => Settings.parse({}),
      // Long enough for every other commit, on whatever machine.
      limits: { timeoutMs: 5000 },
    };
    const { file } = options;
    const restart = { restartDelayMs: 50, onDeath: () => {} };
    const writer = new HangingWriter(WORKER, { role: 'writer', file, key, signingSeed }, restart);
    const reader = new Thread<ReadOperations & { close(): void }>(
      WORKER,
      { role: 'reader', file, key },
      restart,
    );
    await Promise.all([writer.ready(), reader.ready()]);
    const store = new SqliteRecordStore(new StoreThreads(options, writer, reader, () => reader), options);
    const rotate = () => rotateSigningKey({ dataDir, sources, store, by: 'test' });
    try {
      await store.append([signInFailed('ada@example.com')]);
      writer.hang();
      const doubt = await rotate().catch((thrown: unknown) => thrown);
      assert(doubt instanceof InDoubt, `${doubt}`);
      await assert.rejects(rotate(), unavailable);
      writer.comesBack();
      assert.notEqual(await doubt.fate, undefined, 'it stands in the record after all');
      const { succession } = await rotate();
      assert.equal(succession.previousKey, (await store.logKeys())[1]);
      assert.equal(succession.key, (await store.logKeys())[2]);
    } finally {
      await store.close();
    }
    const opened = await kept.open();
    try {
      await opened.store.append([signInFailed('bob@example.com')]);
      assert.deepEqual(await opened.types('log.key-rotated'), ['log.key-rotated', 'log.key-rotated']);
      assert.deepEqual(await opened.findings(), []);
    } finally {
      await opened.close();
    }
  });
});
