import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApiKeys } from '../../server/access/api-keys.ts';
import { EndedSignIns } from '../../server/access/ended-sign-ins.ts';
import { SignIn } from '../../server/access/sign-in.ts';
import { Users } from '../../server/access/users.ts';
import { systemClock } from '../../server/clock.ts';
import { settleRules } from '../../server/records/recorded-rules.ts';
import { openForReading } from '../../server/records/sqlite/connection.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { StoreVerification } from '../../server/records/verify/store-verification.ts';
import { Settings } from '../../server/settings/settings.ts';
import { openSettings } from '../../server/settings/settings-store.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const CHILD = fileURLToPath(new URL('./unfinished-child.mjs', import.meta.url));

describe('a broker that is killed right behind an entry', function () {
  this.timeout(180_000); // stores start two threads each, and a process of their own: on a busy machine that takes a while
  let folder: TemporaryFolder;
  const file = () => join(folder.path, 'records.db');

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  async function withStore<Result>(work: (store: SqliteRecordStore) => Promise<Result>): Promise<Result> {
    const store = await openSqliteStore({
      file: file(),
      key: undefined,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 3),
      clock: systemClock,
      periods: () => Settings.parse({}),
    });
    return work(store).finally(() => store.close());
  }

  async function killedAt(task: string, ...args: string[]): Promise<void> {
    const child = spawn(process.execPath, [CHILD, folder.path, task, ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code, signal] = await once(child, 'close');
    assert.deepEqual([code, signal], [null, 'SIGKILL'], 'it was to be killed behind its entry');
  }

  function findings(): string[] {
    const connection = openForReading({ file: file() });
    try {
      const verification = new StoreVerification(connection);
      while (verification.step());
      return verification.verdict().findings.map(({ what }) => what);
    } finally {
      connection.close();
    }
  }

  it('has changed the user as the entry says, and their API keys are revoked', async () => {
    const parts = (store: SqliteRecordStore) => ({ accounts: store, recorder: store, clock: systemClock });
    const { userId, key } = await withStore(async (store) => {
      const users = new Users({ ...parts(store), endedSignIns: new EndedSignIns() });
      const wish = {
        name: 'Mona',
        role: 'manager',
        teams: ['North'],
        password: 'correct horse battery',
      } as const;
      const { id, email } = await users.add({ ...wish, teams: ['North'], email: 'mona@example.com' }, 'test');
      const made = await new ApiKeys(parts(store)).add({ email, name: 'night', days: 2 }, 'test');
      return { userId: id, key: made.key };
    });
    await killedAt('disable', userId);
    assert.deepEqual(findings(), []);
    await withStore(async (store) => {
      const mona = await store.user(userId);
      assert.deepEqual([mona?.disabled, mona?.role, mona?.teams], [true, 'technician', []]);
      assert.deepEqual(
        (await store.apiKeys(userId)).map(({ revoked }) => revoked),
        [true],
      );
      assert.equal(await new ApiKeys(parts(store)).userOf(key), undefined);
      const [changed] = await store.entries({ types: ['user.changed'], limit: 1 });
      assert(changed, 'the entry was durable');
    });
  });

  it('has changed the password as the entry says, and ended the sign-ins of who knew the old one', async () => {
    const [createdAt, expiresAt] = ['2026-03-02T09:00:00.000Z', '2099-03-02T09:00:00.000Z'];
    const userId = await withStore(async (store) => {
      const parts = { accounts: store, recorder: store, clock: systemClock };
      const users = new Users({ ...parts, endedSignIns: new EndedSignIns() });
      const wish = { name: 'Mona', role: 'auditor', teams: [], password: 'correct horse battery' } as const;
      const { id } = await users.add({ ...wish, teams: [], email: 'mona@example.com' }, 'test');
      const dates = { createdAt, lastUsedAt: createdAt, expiresAt };
      await store.putSignIn({ id: 'old', userId: id, ...dates, data: '{}' });
      return id;
    });
    await killedAt('password', userId, 'another horse battery');
    await withStore(async (store) => {
      const signIn = new SignIn({ accounts: store, recorder: store });
      const tried = (password: string) =>
        signIn.byPassword({ email: 'mona@example.com', password, address: '192.0.2.1', userAgent: 'test' });
      await assert.rejects(tried('correct horse battery'));
      assert.equal((await tried('another horse battery')).id, userId);
      assert.equal(await store.signIn('old'), undefined);
      const told = await store.entries({ types: ['user.changed', 'sign-in.ended'], limit: 4 });
      assert.deepEqual(told.map(({ type }) => type).reverse(), ['user.changed', 'sign-in.ended']);
    });
  });

  it('has changed the rules as the entry says, and blames nobody who wrote the settings file', async () => {
    const log = { warn: () => {} };
    const start = () =>
      withStore(async (store) => {
        const settings = await openSettings(folder.path);
        await settleRules(store, settings, log);
        const told = await store.entries({ types: ['settings.changed', 'rules.recorded'], limit: 10 });
        return {
          canExport: settings.current().reading.manager.export,
          told: told.map((entry) => (entry.type === 'settings.changed' ? entry.by : entry.type)),
        };
      });
    assert.deepEqual(await start(), { canExport: true, told: ['rules.recorded'] });
    await killedAt('rules');
    const changed = { canExport: false, told: ['paula', 'rules.recorded', 'rules.recorded'] };
    assert.deepEqual(await start(), changed);
    assert.deepEqual(await start(), changed, 'it is in the file');
    assert.deepEqual(
      (await readdir(folder.path)).filter((name) => name.includes('coming')),
      [],
    );
  });
});
