import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { voucherText } from '../../protocol/proof/key-chain.ts';
import type { EntryOf } from '../../protocol/record.ts';
import { KeyProblem } from '../../server/records/keys/key-problem.ts';
import { readKeyRing, writeKeyRing } from '../../server/records/keys/key-ring.ts';
import { base64, makeSigningKey, readSigningKey } from '../../server/records/keys/signing-key.ts';
import { replaceLostSigningKey } from '../../server/records/keys/signing-rotation.ts';
import { isVouchedFor, untoldSuccessions } from '../../server/records/keys/succession.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { KeptFolder, type OpenedFolder } from './kept-folder.ts';
import { begin } from './stories.ts';

const problem = (part: RegExp) => (error: unknown) => error instanceof KeyProblem && part.test(error.message);

describe("the log's signing key", function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let kept: KeptFolder;
  let opened: OpenedFolder | undefined;
  let file: string;

  const open = async () => {
    opened = await kept.open();
    return opened;
  };
  const close = async () => {
    await opened?.close();
    opened = undefined;
  };
  const lastRotation = async () => {
    const [entry] = await opened!.store.entries({ types: ['log.key-rotated'], limit: 1 });
    return entry as EntryOf<'log.key-rotated'> | undefined;
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
    kept = new KeptFolder(folder.path);
    file = join(dirname(kept.sources.keyFile), 'signing-key');
    await open();
  });
  afterEach(async () => {
    await close();
    await folder.remove();
  });

  it('is made at the first start, apart from the data, for its owner to read only, and openssl reads it', async () => {
    assert.deepEqual(opened!.madeKeyFiles, [kept.sources.keyFile, file]);
    assert.equal((await stat(file)).mode & 0o777, 0o400);
    const publicKey = execFileSync('openssl', ['pkey', '-in', file, '-pubout', '-outform', 'DER']);
    assert.deepEqual(publicKey.subarray(-32), Buffer.from((await kept.signingKey())!.publicKey));
    await close();
    assert.deepEqual((await open()).madeKeyFiles, []);
  });

  it('comes from the environment or from systemd instead', async () => {
    const { seed, publicKey } = (await kept.signingKey())!;
    const pem = await readFile(file);
    await close();
    await rm(file);
    const signingKeyCredential = join(folder.path, 'credential');
    await writeFile(signingKeyCredential, pem);
    for (const source of [{ signingKey: base64(seed) }, { signingKeyCredential }]) {
      kept.sources = { keyFile: kept.sources.keyFile, ...source };
      await open();
      assert.deepEqual(await opened!.store.logKeys(), [base64(publicKey)]);
      await opened!.store.append([begin()]);
      await assert.rejects(opened!.keeping.rotateSigningKey('Ada'), problem(/keep it in a file/));
      await close();
    }
  });

  it('is missed when it is gone, and no other takes its place unnoticed', async () => {
    await close();
    await rm(file);
    await assert.rejects(open(), problem(/is missing.*put it back.*--lost/s));
    await makeSigningKey(file);
    await assert.rejects(open(), problem(/not the key that this log is signed with/));
    await rm(file);
    for (const content of [
      'no key',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ]) {
      await writeFile(file, content);
      await assert.rejects(open(), problem(/must hold an Ed25519 private key/));
    }
  });

  it('is replaced by one that the old key vouches for, in the record', async () => {
    const before = (await kept.signingKey())!;
    await opened!.store.append([begin()]);
    const { key, previousKey } = await opened!.keeping.rotateSigningKey('Ada');
    assert.equal(previousKey, base64(before.publicKey));
    assert.deepEqual(await opened!.store.logKeys(), [previousKey, key]);
    assert.equal(key, base64((await readSigningKey(file, 'file'))!.publicKey));
    const entry = await lastRotation();
    assert.deepEqual([entry!.previousKey, entry!.key, entry!.by], [previousKey, key, 'Ada']);
    assert(isVouchedFor(entry!));
    assert.deepEqual((await kept.ring()).signingKeys, [key]);
    await close();
    await open();
    await opened!.store.append([begin()]);
    assert.deepEqual(await opened!.store.logKeys(), [previousKey, key]);
    assert.deepEqual(await opened!.findings(), []);
  });

  it('does not believe a succession that another key signed, or for another key', async () => {
    await opened!.keeping.rotateSigningKey('Ada');
    const entry = (await lastRotation())!;
    const other = generateKeyPairSync('ed25519').privateKey;
    const forged = base64(sign(null, voucherText(Buffer.from(entry.key, 'base64')), other));
    assert(!isVouchedFor({ ...entry, signature: forged }));
    assert(!isVouchedFor({ ...entry, key: entry.previousKey }));
    const { signature, ...unsigned } = entry;
    assert(!isVouchedFor(unsigned));
  });

  it('is replaced by the word of who runs the broker when it is lost, and the record shows that nothing vouches', async () => {
    const before = base64((await kept.signingKey())!.publicKey);
    await opened!.store.append([begin()]);
    await close();
    await assert.rejects(
      replaceLostSigningKey(kept.dataDir, kept.sources),
      problem(/There is a signing key/),
    );
    await rm(file);
    await replaceLostSigningKey(kept.dataDir, kept.sources);
    await open();
    const entry = (await lastRotation())!;
    assert.deepEqual(
      [entry.previousKey, entry.key, entry.signature],
      [before, base64((await kept.signingKey())!.publicKey), undefined],
    );
    await close();
    await open();
    assert.deepEqual(await opened!.types('log.key-rotated'), ['log.key-rotated']);
  });

  it('is not followed by one that somebody wrote into keys.json: the log is told of no such key', async () => {
    const own = base64((await kept.signingKey())!.publicKey);
    const foreign = base64((await makeSigningKey(join(folder.path, 'foreign'))).publicKey);
    await close();
    const ring = (await readKeyRing(kept.dataDir))!;
    for (const successions of [
      [
        { previousKey: own, key: foreign },
        { previousKey: foreign, key: own },
      ],
      [{ previousKey: own, key: own }],
    ]) {
      await writeKeyRing(kept.dataDir, { ...ring, successions });
      const { store } = await open();
      assert.deepEqual(await store.logKeys(), [own]);
      assert.equal(await lastRotation(), undefined);
      await close();
    }
    assert.deepEqual(
      untoldSuccessions(
        [
          { previousKey: 'a', key: foreign },
          { previousKey: foreign, key: 'c' },
        ],
        'a',
        'c',
      ),
      [{ previousKey: 'a', key: 'c' }],
    );
  });

  it('is told again to a log that is restored from before it came, with what the old key said', async () => {
    await opened!.store.append([begin()]);
    await opened!.keeping.backUp(kept.backup, undefined, 'Ada');
    const first = await opened!.keeping.rotateSigningKey('Ada');
    const second = await opened!.keeping.rotateSigningKey('Ada');
    await close();
    await kept.restore({ force: true });
    await open();
    assert.deepEqual(await opened!.store.logKeys(), [first.previousKey, first.key, second.key]);
    const told = (await opened!.store.entries({ types: ['log.key-rotated'], limit: 10 })).reverse();
    assert.equal(told.length, 2);
    for (const entry of told) assert(entry.type === 'log.key-rotated' && isVouchedFor(entry));
    assert.deepEqual(await opened!.findings(), []);
  });
});
