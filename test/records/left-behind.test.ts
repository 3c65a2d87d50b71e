import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewEntry } from '../../protocol/record.ts';
import type { SignInsEnded } from '../../server/records/account-store.ts';
import type { StoredCheckpoint } from '../../server/records/sqlite/merkle-log.ts';
import type { ReadOperations } from '../../server/records/sqlite/read-operations.ts';
import { SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { StoreThreads } from '../../server/records/sqlite/store-threads.ts';
import type { WriterThread } from '../../server/records/sqlite/store-worker.ts';
import { Thread } from '../../server/records/sqlite/thread.ts';
import { Settings } from '../../server/settings/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { EVERYTHING } from './describe-record-store.ts';
import { begin, end, note, signInFailed } from './stories.ts';

const DAY = 86_400_000;
const KEY = Buffer.alloc(32, 1);
const signingSeed = Buffer.alloc(32, 3);

describe('what a writing thread that died left behind', function () {
  this.timeout(120_000); // a store starts two threads, on a busy machine that takes a while
  let folder: string;
  let store: SqliteRecordStore;
  let shown: number[];
  let clock: FakeClock;

  beforeEach(async () => {
    shown = [];
    clock = new FakeClock();
    folder = await mkdtemp(join(tmpdir(), 'countersign-left-behind-'));
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  /** `nextStarts`: what befalls the writers that are started in the place of those that die, one after the other. */
  const open = async (nextStarts: readonly { startsNot?: boolean; diesOf?: string }[] = []) => {
    const starts = [...nextStarts];
    const file = join(folder, 'records.db');
    const thread = <Api extends object>(role: 'writer' | 'reader', onDeath: () => void) =>
      new Thread<Api & { dieUnanswered(): void; close(): void }>(
        new URL('./mortal-store-worker.mjs', import.meta.url),
        { role, file, key: KEY, signingSeed },
        { restartDelayMs: 50, onDeath },
      );
    const writer = thread<WriterThread>('writer', () =>
      writer.startWith({ startsNot: false, diesOf: undefined, ...starts.shift() }),
    );
    const reader = thread<ReadOperations>('reader', () => {});
    await Promise.all([writer.ready(), reader.ready()]);
    // It is started again within a test's time, on whatever machine.
    const patient = {
      file,
      key: KEY,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed,
      clock,
      periods: () => Settings.parse({}),
      limits: { timeoutMs: 60_000 },
      onCheckpoint: ({ size }: StoredCheckpoint) => void shown.push(size),
    };
    store = new SqliteRecordStore(new StoreThreads(patient, writer, reader, () => reader), patient);
    return { writer, startsLeft: () => starts.length };
  };

  it('is answered as written where it stands, and refused where it does not', async () => {
    const { writer } = await open();
    const created = begin();
    await store.append([created]);
    await assert.rejects(writer.call('dieUnanswered'), /does not know/);
    const [written, refused] = await Promise.allSettled([
      store.append(note(created.sessionId, 'the last word')),
      store.append([end(begin().sessionId)]),
    ]);
    const { entries } = await store.session(created.sessionId, EVERYTHING);
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['session.created', 'session.noted', 'note.written'],
    );
    assert(written.status === 'fulfilled' && refused.status === 'rejected');
    assert.deepEqual(written.value, entries.slice(1));
    await store.append([end(created.sessionId)]);
  });

  it('is shown to the witnesses, also when nothing is written after it', async () => {
    const { writer } = await open();
    const { sessionId, ...created } = begin();
    await store.append([{ sessionId, ...created }]);
    await assert.rejects(writer.call('dieUnanswered'), /does not know/);
    await store.append([end(sessionId)]);
    assert.deepEqual(shown, [1, 2]);
  });

  it('is told to those who close what an ended sign-in holds', async () => {
    const { writer } = await open();
    const [userId, at] = ['01890000-0000-4000-8000-000000000009', '2026-03-02T09:00:00.000Z'];
    const row = { name: 'Tess', role: 'technician', teams: [], passwordHash: 'x', disabled: false } as const;
    await store.addUser({ id: userId, email: 'tess@example.com', ...row, createdAt: at });
    await store.putSignIn({ id: 'one', userId, createdAt: at, lastUsedAt: at, expiresAt: at, data: '{}' });
    const heard: SignInsEnded[] = [];
    store.onSignInsEnded((ended) => heard.push(ended));
    const changed = { type: 'user.changed', userId, by: 'test' } as const;
    const dieBehind = async (entry: NewEntry) => {
      await assert.rejects(writer.call('dieUnanswered'), /does not know/);
      await store.append([entry]);
    };
    await dieBehind({ ...changed, teams: ['North'] });
    assert.deepEqual(heard, [], 'they have lost nothing, and stay signed in');
    await dieBehind({ ...changed, disabled: true });
    assert.deepEqual(heard, [{ signInIds: [], allOfUserId: userId, disabledUserId: userId }]);
  });

  it('is found where it is an account, a sign-in or a key, or the end of one', async () => {
    const { writer } = await open();
    const dieBehind = async <Result>(write: () => Promise<Result>) => {
      await assert.rejects(writer.call('dieUnanswered'), /does not know/);
      return write();
    };
    const [userId, at] = ['01890000-0000-4000-8000-000000000009', '2026-03-02T09:00:00.000Z'];
    const row = { name: 'Tess', role: 'technician', teams: [], passwordHash: 'x', disabled: false } as const;
    const tess = { id: userId, email: 'tess@example.com', ...row, createdAt: at };
    await dieBehind(() => store.addUser(tess));
    assert.deepEqual(await store.users(), [tess]);
    await assert.rejects(
      dieBehind(() => store.addUser({ ...tess, id: '01890000-0000-4000-8000-000000000010' })),
      /Nothing was done/,
    );
    const key = { id: userId, userId, name: 'script', keyHash: 'hash', revoked: false };
    await dieBehind(() => store.addApiKey({ ...key, createdAt: at, expiresAt: at }));
    assert.equal((await store.apiKeyByHash('hash'))?.id, userId);
    const signIn = { id: 'one', userId, createdAt: at, lastUsedAt: at, expiresAt: at, data: '{}' };
    await dieBehind(() => store.putSignIn(signIn));
    assert.deepEqual(await store.signIn('one'), signIn);
    await dieBehind(() => store.deleteSignIn('one'));
    assert.equal(await store.signIn('one'), undefined);
  });

  it('is not known where it is a step of a deletion: nobody is told that nothing was done', async () => {
    const { writer } = await open();
    await store.append([signInFailed('a@x.org')]);
    clock.advance(400 * DAY);
    await store.append([signInFailed('b@x.org')]);
    const before = new Date(clock.now() - 100 * DAY).toISOString();
    const run = () => store.deleteDue([{ kind: 'sign-in-log', before }], false);
    await assert.rejects(writer.call('dieUnanswered'), /does not know/);
    await assert.rejects(run(), {
      code: 'record.unavailable',
      message: /^(?!.*Nothing was done).*is not known/,
    });
    const [certificate] = await store.certificates({ limit: 10 });
    assert.equal(certificate?.entries, 1);
    assert.deepEqual(
      (await run()).map(({ entries }) => entries),
      [0],
    );
  });

  it('is not known where the store is closed before a writing thread is there again', async () => {
    const { writer } = await open([{ startsNot: true }]);
    await store.append([begin()]);
    await assert.rejects(writer.call('dieUnanswered'), /does not know/);
    const appended = assert.rejects(store.append([begin()]), /is not known/);
    await until('it died', () => !writer.alive);
    await Promise.all([appended, store.close()]);
  });

  it('is looked for until a writing thread is there that can, whatever befalls those before it', async () => {
    const { writer, startsLeft } = await open([
      { startsNot: true },
      { startsNot: true },
      { diesOf: 'leftBehind' },
    ]);
    const created = begin();
    await store.append([created]);
    await assert.rejects(writer.call('dieUnanswered'), /does not know/);
    const written = await store.append([end(created.sessionId)]);
    assert.equal(startsLeft(), 0, 'all of it befell them');
    const { entries } = await store.session(created.sessionId, EVERYTHING);
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['session.created', 'session.ended'],
    );
    assert.deepEqual(written, entries.slice(1));
  });
});
