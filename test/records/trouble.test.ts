import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64 } from '../../protocol/proof/base64.ts';
import type { SignInsEnded } from '../../server/records/account-store.ts';
import { recordAlarms, warnOfDamage } from '../../server/records/damage-at-start.ts';
import { InDoubt } from '../../server/records/recorder.ts';
import { openForWriting } from '../../server/records/sqlite/connection.ts';
import type { ReadOperations } from '../../server/records/sqlite/read-operations.ts';
import {
  openSqliteStore,
  SqliteRecordStore,
  type SqliteStoreOptions,
} from '../../server/records/sqlite/sqlite-record-store.ts';
import { StoreThreads } from '../../server/records/sqlite/store-threads.ts';
import type { WriterThread } from '../../server/records/sqlite/store-worker.ts';
import { Thread, ThreadGone } from '../../server/records/sqlite/thread.ts';
import { logSigner } from '../../server/records/transparency/node-crypto.ts';
import { Settings } from '../../server/settings/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { EVERYTHING, query, refusedWith } from './describe-record-store.ts';
import { begin, end, note } from './stories.ts';

/** Its commits get to the disk, and their answers wait: as with a disk that hangs, and comes back. */
class SlowWriter extends Thread<WriterThread> {
  #held: Promise<void> | undefined;
  release = () => {};

  hold(): void {
    this.#held = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  override readonly call: Thread<WriterThread>['call'] = async (name, ...args) => {
    const answer = await super.call(name, ...args);
    if (name === 'commit') await this.#held;
    return answer;
  };
}

const KEY = Buffer.alloc(32, 1);
const unavailable = refusedWith('record.unavailable');

describe('the SQLite store in trouble', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: string;
  let file: string;
  let clock: FakeClock;
  let store: SqliteRecordStore;

  const options = (change: Partial<SqliteStoreOptions> = {}): SqliteStoreOptions => ({
    file,
    key: KEY,
    cursorKey: Buffer.alloc(32, 2),
    signingSeed: Buffer.alloc(32, 3),
    clock,
    periods: () => Settings.parse({}),
    ...change,
  });
  const open = async (change: Partial<SqliteStoreOptions> = {}) => {
    store = await openSqliteStore(options(change));
  };
  /** Where the disk is to hang: what is written before and after it may take longer, on a busy machine. */
  const openAgain = async (limits: SqliteStoreOptions['limits'] = {}) => {
    await store.close();
    await open({ limits });
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-trouble-'));
    file = join(folder, 'records.db');
    clock = new FakeClock();
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('warns at the start of a database that is damaged, and of a verification that found something', async () => {
    const warned = async () => {
      const said: string[] = [];
      await warnOfDamage({
        store,
        file,
        log: { error: (_: object, text: string) => said.push(text) } as never,
      });
      return said;
    };
    await open();
    for (let count = 0; count < 40; count += 1) {
      const created = begin();
      await store.append([created, ...note(created.sessionId, 'x'.repeat(500)), end(created.sessionId)]);
    }
    assert.deepEqual(await warned(), []);
    const verified = { by: 'ada', startedAt: '2026-03-02T09:00:00.000Z', size: 1, leaves: '0' };
    await store.append([{ type: 'log.verified', ...verified, outcome: 'wrong', findings: 1 }]);
    await store.append([
      { type: 'log.verified', ...verified, outcome: 'broken-off', findings: 0, leaves: '' },
    ]);
    const [what, ...others] = await warned();
    assert.deepEqual([/ALARM: the last verification/.test(what ?? ''), others], [true, []]);
    await store.append([{ type: 'log.verified', ...verified, outcome: 'right', findings: 0, leaves: '' }]);
    await store.close();

    const bytes = await readFile(file);
    const place = Math.floor(bytes.length * 0.6);
    bytes.writeUInt8((bytes.at(place) ?? 0) ^ 1, place);
    await writeFile(file, bytes);
    await open();
    const [damage] = await warned();
    assert.match(damage ?? '', /ALARM: the database is damaged/);
  });

  it('refuses appends when the disk is full, loses nothing, and goes on when there is room again', async () => {
    const told: (string | undefined)[] = [];
    await open({ maxPages: 200, onTrouble: (failure) => told.push(failure) });
    let appended = 0;
    const fill = async () => {
      for (;;) {
        const created = begin();
        await store.append([
          created,
          ...note(created.sessionId, 'word '.repeat(500)),
          end(created.sessionId),
        ]);
        appended += 1;
      }
    };
    await assert.rejects(fill(), unavailable);
    assert(appended > 5);
    const health = await store.health();
    assert.equal(health.writable, false);
    assert.match(health.reason ?? '', /full/);
    assert.equal(told.length, 1, 'once, whoever else tries');
    assert.match(told[0] ?? '', /full/);
    assert.equal((await store.sessions(query(), EVERYTHING)).total, appended);

    clock.advance(86_400_000);
    await store.deleteDue([{ kind: 'session-record', before: new Date(clock.now()).toISOString() }], false);
    await store.append([begin()]);
    assert.equal((await store.health()).writable, true);
    assert.deepEqual(told.slice(1), [undefined], 'and when it is over');
  });

  it('refuses appends that wait too long for the disk, and those behind them, and takes them later', async () => {
    await open();
    const created = begin();
    await store.append([created]);
    await openAgain({ timeoutMs: 200 });
    const other = openForWriting({ file, key: KEY });
    try {
      other.exec('BEGIN IMMEDIATE');
      const [first, second] = [store.append([begin()]), store.append([begin()])];
      await assert.rejects(first, unavailable);
      await assert.rejects(second, unavailable);
      await assert.rejects(store.append([begin()]), unavailable);
      assert.equal((await store.health()).writable, false);
      // Reading does not wait for who writes.
      assert.equal((await store.sessions(query(), EVERYTHING)).total, 1);
      other.exec('ROLLBACK');
    } finally {
      other.close();
    }
    await until('the store takes appends again', async () => (await store.health()).writable);
    await openAgain();
    await store.append([...note(created.sessionId, 'after the trouble')]);
  });

  it('tells those whose append it gave up what became of it', async () => {
    const writer = new SlowWriter(
      new URL('./mortal-store-worker.mjs', import.meta.url),
      { role: 'writer', file, key: KEY, signingSeed: Buffer.alloc(32, 3) },
      { restartDelayMs: 50, onDeath: () => {} },
    );
    const reader = new Thread<ReadOperations & { close(): void }>(
      new URL('./mortal-store-worker.mjs', import.meta.url),
      { role: 'reader', file, key: KEY },
      { restartDelayMs: 50, onDeath: () => {} },
    );
    await Promise.all([writer.ready(), reader.ready()]);
    const impatient = options({ limits: { timeoutMs: 200 } });
    store = new SqliteRecordStore(new StoreThreads(impatient, writer, reader, () => reader), impatient);
    const doubtful = async (appended: Promise<unknown>) => {
      const error = await appended.catch((thrown: unknown) => thrown);
      assert(error instanceof InDoubt, `${error}`);
      assert.match(error.message, /is not known: look before you do it again/);
      return error;
    };
    const created = begin();
    writer.hold();
    const [stands, refused] = await Promise.all([
      doubtful(store.append([created])),
      doubtful(store.append([end(begin().sessionId)])),
    ]);
    writer.release();
    const written = await stands.fate;
    const { entries } = await store.session(created.sessionId, EVERYTHING);
    assert.deepEqual([written, entries.length], [entries, 1]);
    assert.equal(await refused.fate, undefined, 'of a session that there is not');
  });

  it('says which sign-ins an entry ended that was given up and came to the disk later', async () => {
    await open();
    const [userId, at] = ['01890000-0000-4000-8000-000000000009', '2026-03-02T09:00:00.000Z'];
    const row = { name: 'Tess', role: 'technician', teams: [], passwordHash: 'x', disabled: false } as const;
    await store.addUser({ id: userId, email: 'tess@example.com', ...row, createdAt: at });
    await store.putSignIn({ id: 'one', userId, createdAt: at, lastUsedAt: at, expiresAt: at, data: '{}' });
    await openAgain({ timeoutMs: 200 });
    const heard: SignInsEnded[] = [];
    store.onSignInsEnded((ended) => heard.push(ended));
    const other = openForWriting({ file, key: KEY });
    try {
      other.exec('BEGIN IMMEDIATE');
      const disabled = { type: 'user.changed', userId, disabled: true, by: 'test' } as const;
      await assert.rejects(store.append([disabled]), unavailable);
      assert.deepEqual(heard, []);
      other.exec('ROLLBACK');
    } finally {
      other.close();
    }
    await until('the store takes appends again', async () => (await store.health()).writable);
    const isDisabled = (await store.user(userId))?.disabled;
    assert.deepEqual(heard, isDisabled ? [{ signInIds: ['one'], disabledUserId: userId }] : []);
  });

  it('refuses more than it can keep waiting, at once', async () => {
    await open({ limits: { maxWaiting: 100 } });
    const outcomes = await Promise.allSettled(Array.from({ length: 150 }, () => store.append([begin()])));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    assert.equal(refused.length, 50);
    assert.equal((await store.sessions(query(), EVERYTHING)).total, 100);
  });

  it('starts a thread again that died, refuses what it was about to do, and says so', async () => {
    const deaths: Error[] = [];
    const mortal = <Api extends object>(role: 'writer' | 'reader') =>
      new Thread<Api & { die(): void; close(): void }>(
        new URL('./mortal-store-worker.mjs', import.meta.url),
        { role, file, key: KEY, signingSeed: Buffer.alloc(32, 3) },
        { restartDelayMs: 300, onDeath: (error) => deaths.push(error) },
      );
    const writer = mortal<WriterThread>('writer');
    const [reader, longReader] = [mortal<ReadOperations>('reader'), mortal<ReadOperations>('reader')];
    await Promise.all([writer.ready(), reader.ready(), longReader.ready()]);
    store = new SqliteRecordStore(new StoreThreads(options(), writer, reader, () => longReader), options());
    await store.append([begin()]);
    const exported = () =>
      store.exportSessions({}, EVERYTHING, { format: 'csv' })[Symbol.asyncIterator]().next();
    await exported();
    await Promise.all(
      [writer, reader, longReader].map((thread) => assert.rejects(thread.call('die'), ThreadGone)),
    );
    await assert.rejects(store.append([begin()]), unavailable);
    await assert.rejects(store.sessions(query(), EVERYTHING), unavailable);
    await assert.rejects(exported(), unavailable);
    const health = await store.health();
    assert.equal(health.writable, false);
    assert.match(health.reason ?? '', /thread/);
    assert.equal(deaths.length, 3);
    await until('all threads are back', async () => (await store.health()).writable);
    await store.append([begin()]);
    assert.equal((await store.sessions(query(), EVERYTHING)).total, 2);
  });

  it('signs with the key that was last put in force when the writing thread has to be started again', async () => {
    await open();
    await store.append([begin()]);
    const [previousKey = ''] = await store.logKeys();
    await store.close();
    const writer = new Thread<WriterThread & { die(): void }>(
      new URL('./mortal-store-worker.mjs', import.meta.url),
      { role: 'writer', file, key: KEY, signingSeed: Buffer.alloc(32, 3) },
      { restartDelayMs: 50, onDeath: () => {} },
    );
    const reader = new Thread<ReadOperations & { close(): void }>(
      new URL('./mortal-store-worker.mjs', import.meta.url),
      { role: 'reader', file, key: KEY },
      { restartDelayMs: 50, onDeath: () => {} },
    );
    await Promise.all([writer.ready(), reader.ready()]);
    store = new SqliteRecordStore(new StoreThreads(options(), writer, reader, () => reader), options());
    const seed = Buffer.alloc(32, 4);
    const key = toBase64(logSigner(seed).publicKey);
    const rotated = { type: 'log.key-rotated', previousKey, key, by: 'test' } as const;
    // A key that nobody has cannot sign, so the log does not name it.
    await assert.rejects(store.append([rotated]));
    await store.addSigningKey(seed);
    await store.append([rotated]);
    await assert.rejects(writer.call('die'), ThreadGone);
    await until('the writer is back', async () => (await store.health()).writable);
    await store.append([begin()]);
    assert.deepEqual(await store.logKeys(), [previousKey, key]);
  });

  it('says that records of an earlier version are brought up to date, before it is ready, and of new ones nothing', async () => {
    const said: string[] = [];
    const info = (_: object, text: string) => said.push(text);
    const { onUpgrade } = recordAlarms({ info, error: assert.fail } as never);
    await open({ onUpgrade });
    await store.append([begin()]);
    await store.close();
    await open({ onUpgrade });
    await store.close();
    assert.deepEqual(said, []);
    const earlier = openForWriting({ file, key: KEY });
    const steps = earlier.pragma('user_version', { simple: true }) as number;
    earlier.pragma(`user_version = ${steps - 1}`);
    earlier.close();
    await open({ onUpgrade });
    assert.match(said[0] ?? '', /of an earlier version and are brought up to date/);
    assert.equal(said.at(-1), 'the records are up to date');
  });

  it('refuses records that were written by a newer version', async () => {
    await open();
    await store.close();
    const newer = openForWriting({ file, key: KEY });
    newer.pragma('user_version = 999');
    newer.close();
    await assert.rejects(open(), { code: 'OTHER_VERSION', message: /newer version \(schema 999/ });
  });
});
