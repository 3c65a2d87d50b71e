import assert from 'node:assert/strict';
import { createCipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { chmod, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { rotateDataKey } from '../../server/records/keys/data-rotation.ts';
import { KeyProblem } from '../../server/records/keys/key-problem.ts';
import { recordsFile } from '../../server/records/open-records.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { EVERYTHING, query } from './describe-record-store.ts';
import { KeptFolder, type OpenedFolder } from './kept-folder.ts';
import { begin } from './stories.ts';

const problem = (part: RegExp) => (error: unknown) => error instanceof KeyProblem && part.test(error.message);

describe('rotating keys', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let kept: KeptFolder;
  let opened: OpenedFolder | undefined;

  const open = async () => {
    opened = await kept.open();
    return opened;
  };
  const close = async () => {
    await opened?.close();
    opened = undefined;
  };
  const sessions = async () => (await opened!.store.sessions(query(), EVERYTHING)).total;
  const rotations = async () =>
    (await opened!.store.entries({ types: ['key.rotated'], limit: 10 }))
      .reverse()
      .map((entry) => entry.type === 'key.rotated' && `${entry.key} ${entry.stage}`);

  beforeEach(async () => {
    folder = await temporaryFolder();
    kept = new KeptFolder(folder.path);
    await (await open()).store.append([begin()]);
  });
  afterEach(async () => {
    await close();
    await folder.remove();
  });

  describe('the master key', () => {
    it('replaces it in the key file, without touching the data, and keeps the old one for old backups', async () => {
      const { keyFile } = kept.sources;
      const before = await readFile(keyFile);
      const { dataKey } = opened!.keys;
      const rotated = await opened!.keeping.rotateMasterKey(undefined, 'Ada');

      assert.notDeepEqual(await readFile(keyFile), before);
      assert.equal((await stat(keyFile)).mode & 0o777, 0o400);
      assert.deepEqual(await readFile(rotated.retiredFile!), before);
      assert.deepEqual(
        (await kept.ring()).keys.map(({ wrappedBy }) => wrappedBy),
        [rotated.to],
      );
      const [entry] = await opened!.store.entries({ types: ['key.rotated'], limit: 1 });
      assert(entry?.type === 'key.rotated');
      const { from, to, key, stage, by } = entry;
      assert.deepEqual(
        { from, to, key, stage, by },
        { from: rotated.from, to: rotated.to, key: 'master', stage: 'done', by: 'Ada' },
      );

      await close();
      await open();
      assert.equal(await sessions(), 1);
      assert.deepEqual(Buffer.from(opened!.keys.dataKey), Buffer.from(dataKey));
    });

    it('is refused by the old key afterwards', async () => {
      const { retiredFile } = await opened!.keeping.rotateMasterKey(undefined, 'Ada');
      await close();
      kept.sources = { ...kept.sources, keyFile: retiredFile! };
      await assert.rejects(open(), problem(/is not the key/));
    });

    it('prepares one in another file; both open the data until the new one was used', async () => {
      const other = join(folder.path, 'elsewhere', 'key');
      const { stage, from, to } = await opened!.keeping.rotateMasterKey(other, 'Ada');
      assert.equal(stage, 'prepared');
      assert.deepEqual(await rotations(), ['master prepared']);
      await close();
      await open();
      assert.deepEqual(
        (await kept.ring()).keys.map(({ wrappedBy }) => wrappedBy),
        [from, to],
      );
      await close();

      const old = kept.sources;
      kept.sources = { ...old, key: (await readFile(other)).toString('base64') };
      await open();
      assert.deepEqual(await rotations(), ['master prepared', 'master done']);
      await close();
      kept.sources = old;
      await assert.rejects(open(), problem(/is not the key/));
    });

    it('that comes from the environment or from systemd needs a file for the new one', async () => {
      const key = await readFile(kept.sources.keyFile);
      await close();
      const credential = join(folder.path, 'credential');
      await writeFile(credential, key);
      for (const source of [{ key: key.toString('base64') }, { keyCredential: credential }]) {
        kept.sources = { keyFile: kept.sources.keyFile, ...source };
        await open();
        assert.equal(await sessions(), 1);
        await assert.rejects(opened!.keeping.rotateMasterKey(undefined, 'Ada'), problem(/--new-key-file/));
        await close();
      }
    });

    it('refuses the key that is in force, and a file that holds none', async () => {
      const { keyFile } = kept.sources;
      await assert.rejects(opened!.keeping.rotateMasterKey(keyFile, 'Ada'), problem(/in force already/));
      const short = join(folder.path, 'short');
      await writeFile(short, 'short');
      await assert.rejects(opened!.keeping.rotateMasterKey(short, 'Ada'), problem(/32 bytes, it holds 5/));
      assert.equal((await kept.ring()).keys.length, 1);
    });

    it('works also for keys that version 1 wrapped', async () => {
      const key = await readFile(kept.sources.keyFile);
      const { dataKey } = opened!.keys;
      await close();
      await writeFile(join(kept.dataDir, 'keys.json'), version1(key, dataKey));
      await open();
      assert.equal(await sessions(), 1);
      await opened!.keeping.rotateMasterKey(undefined, 'Ada');
      assert.equal(JSON.parse(await readFile(join(kept.dataDir, 'keys.json'), 'utf8')).version, 2);
      await close();
      await open();
      assert.equal(await sessions(), 1);
    });

    it('binds the purpose to a wrapped key', async () => {
      await close();
      const file = join(kept.dataDir, 'keys.json');
      const ring = await kept.ring();
      // Without its fingerprint it would pass for one of version 1, to which no purpose was bound.
      const stripped = ring.keys.map(({ key, ...rest }) => rest);
      await writeFile(file, JSON.stringify({ ...ring, keys: stripped }));
      await assert.rejects(open(), problem(/damaged/));
    });
  });

  describe('the data key', () => {
    it('encrypts the records anew; the old key opens them no more', async () => {
      const { dataKey } = opened!.keys;
      await close();
      const { from, to } = await rotateDataKey(kept.dataDir, recordsFile(kept.dataDir), kept.sources);
      await open();
      assert.equal(await sessions(), 1);
      assert.notDeepEqual(Buffer.from(opened!.keys.dataKey), Buffer.from(dataKey));
      assert.deepEqual(
        (await kept.ring()).keys.map(({ key }) => key),
        [to],
      );
      const [entry] = await opened!.store.entries({ types: ['key.rotated'], limit: 1 });
      assert(entry?.type === 'key.rotated' && entry.key === 'data');
      assert.deepEqual([entry.from, entry.to], [from, to]);
      assert(!(await kept.files()).some((name) => name.includes('snapshot')));
      assert.equal((await stat(join(kept.dataDir, 'records.db'))).mode & 0o777, 0o600);
    });

    it('is not changed while a new master key waits to be used', async () => {
      await opened!.keeping.rotateMasterKey(join(folder.path, 'other'), 'Ada');
      await close();
      await assert.rejects(
        rotateDataKey(kept.dataDir, recordsFile(kept.dataDir), kept.sources),
        problem(/made ready/),
      );
    });
  });

  it('leaves nothing but the key files beside the key file', async () => {
    await opened!.keeping.rotateMasterKey(undefined, 'Ada');
    await opened!.keeping.rotateSigningKey('Ada');
    const names = await readdir(dirname(kept.sources.keyFile));
    assert.equal(names.length, 3, names.join());
    for (const name of names)
      assert.equal((await stat(join(dirname(kept.sources.keyFile), name))).mode & 0o777, 0o400);
  });

  it('clears away what a kill left half written, keys among it, and nothing else', async () => {
    await close();
    const { keyFile } = kept.sources;
    const beside = (path: string) => join(dirname(path), `.${basename(path)}.${randomUUID()}.new`);
    const left = [join(kept.dataDir, 'keys.json'), keyFile, `${keyFile}.new`].map(beside);
    const others = [join(dirname(keyFile), '.key.mine.new'), beside(join(kept.dataDir, 'mine'))];
    for (const path of [...left, ...others]) await writeFile(path, 'x');
    await open();
    for (const path of left) await assert.rejects(stat(path), { code: 'ENOENT' });
    for (const path of others) await stat(path);
  });

  it('does not open the data with a key file that was put back from before a rotation', async () => {
    const { keyFile } = kept.sources;
    const { retiredFile } = await opened!.keeping.rotateMasterKey(undefined, 'Ada');
    await close();
    await chmod(keyFile, 0o600);
    await rm(keyFile);
    await rename(retiredFile!, keyFile);
    await assert.rejects(open(), problem(/is not the key/));
  });
});

/** `keys.json` as it was written before there was a ring. */
function version1(key: Uint8Array, dataKey: Uint8Array): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(dataKey), cipher.final()]).toString('base64');
  const wrappedBy = createHash('sha256').update('countersign key fingerprint').update(key).digest('hex');
  return JSON.stringify({
    version: 1,
    wrappedBy: wrappedBy.slice(0, 16),
    dataKey: { nonce: nonce.toString('base64'), sealed, tag: cipher.getAuthTag().toString('base64') },
  });
}
