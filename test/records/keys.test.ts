import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyProblem } from '../../server/records/keys/key-problem.ts';
import { openRecords, type Records } from '../../server/records/open-records.ts';
import { Settings } from '../../server/settings/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { EVERYTHING, query } from './describe-record-store.ts';
import { begin } from './stories.ts';

describe('the keys of the records', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: string;
  let dataDir: string;
  let keyFile: string;

  const open = (key?: string): Promise<Records> =>
    openRecords({
      dataDir,
      keyFile,
      key,
      clock: new FakeClock(),
      settings: { current: () => Settings.parse({}) },
    });
  const problem =
    (...parts: (string | RegExp)[]) =>
    (error: unknown) =>
      error instanceof KeyProblem && parts.every((part) => error.message.match(part) !== null);
  /** Records with one session in them, closed again. */
  const made = async (key?: string) => {
    const { store, keys } = await open(key);
    await store.append([begin()]);
    await store.close();
    return keys;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-keys-'));
    dataDir = join(folder, 'data');
    keyFile = join(folder, 'secret', 'countersign.key');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are made at the first start, the key file for its owner to read only, and open the records again', async () => {
    const first = await made();
    assert.equal(first.madeKeyFile, keyFile);
    assert.equal((await stat(keyFile)).mode & 0o777, 0o400);
    assert.equal((await readFile(keyFile)).length, 32);
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700);

    const { store, keys } = await open();
    assert.equal(keys.madeKeyFile, undefined);
    assert.deepEqual(keys.deriveKey('code'), first.deriveKey('code'));
    assert.equal((await store.sessions(query(), EVERYTHING)).total, 1);
    await store.close();
  });

  it('never show the key that the data are encrypted with', async () => {
    const { dataKey } = await made();
    const kept = await readFile(join(dataDir, 'keys.json'), 'utf8');
    for (const encoding of ['base64', 'hex'] as const)
      assert(!kept.includes(Buffer.from(dataKey).toString(encoding)));
  });

  it('derive a key of its own for every purpose', async () => {
    const keys = await made();
    const derived = ['code', 'cursor', 'cookie'].map((purpose) =>
      Buffer.from(keys.deriveKey(purpose)).toString('hex'),
    );
    assert.equal(new Set(derived).size, 3);
    assert.equal(derived[0]?.length, 64);
  });

  it('use a key file that a person put there, and say nothing', async () => {
    await writeFile(join(folder, 'own.key'), Buffer.alloc(32, 9));
    keyFile = join(folder, 'own.key');
    assert.equal((await made()).madeKeyFile, undefined);
  });

  it('come from the environment instead, and then make no file', async () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    await made(key);
    await assert.rejects(stat(keyFile));
    await assert.rejects(
      open(Buffer.alloc(32, 8).toString('base64')),
      problem('COUNTERSIGN_KEY', /not the key/),
    );
    await assert.rejects(open('c2hvcnQ='), problem('COUNTERSIGN_KEY', /32 bytes/));
    const { store } = await open(key);
    await store.close();
  });

  it('refuse to start without the key file, naming it, and make no new one', async () => {
    await made();
    await rm(keyFile);
    await assert.rejects(open(), problem(keyFile, /missing/, /cannot be read without it/));
    await assert.rejects(stat(keyFile));
  });

  it('refuse a wrong, a short and an unreadable key file, naming it', async () => {
    await made();
    await chmod(keyFile, 0o600);
    await writeFile(keyFile, Buffer.alloc(32, 1));
    await assert.rejects(open(), problem(keyFile, /not the key/));
    await writeFile(keyFile, 'too short');
    await assert.rejects(open(), problem(keyFile, /holds 9/));
    await rm(keyFile);
    keyFile = folder;
    await assert.rejects(open(), problem(folder, /is a folder/));
  });

  it('refuse when keys.json is gone or damaged while there are records', async () => {
    await made();
    const wrapped = join(dataDir, 'keys.json');
    const content = await readFile(wrapped, 'utf8');
    for (const damaged of [
      '',
      '{}',
      content.replace(/"sealed": ".{8}/, '"sealed": "AAAAAAAA'),
      content.slice(0, 60),
    ]) {
      await writeFile(wrapped, damaged);
      await assert.rejects(open(), problem(wrapped, /damaged/));
    }
    await rm(wrapped);
    await assert.rejects(open(), problem(wrapped, /missing/));
  });

  it('refuse a database that belongs to other keys, naming it', async () => {
    await made();
    await writeFile(join(dataDir, 'records.db'), Buffer.alloc(8192, 3));
    await rm(join(dataDir, 'records.db-wal'), { force: true });
    await assert.rejects(open(), problem(join(dataDir, 'records.db'), /damaged, or was not made with/));
  });
});
