import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { LogCheckpoint } from '../../protocol/log-proof.ts';
import { toBase64 } from '../../protocol/proof/base64.ts';
import { checkpointText } from '../../protocol/proof/checkpoint.ts';
import { type ChainedKey, voucherText } from '../../protocol/proof/key-chain.ts';
import { keyText, type NoteKey, parseKeyText, signNote } from '../../protocol/proof/signed-note.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { logSigner, sha256 } from '../../server/records/transparency/node-crypto.ts';
import { Settings } from '../../server/settings/settings.ts';
import { ALARMS } from '../../server/witness/alarm-file.ts';
import { openCosigner } from '../../server/witness/cosignature.ts';
import { addCheckpointBody, addKeysBody } from '../../server/witness/http-witness.ts';
import { folderOf } from '../../server/witness/log-folder.ts';
import { createWitnessServer } from '../../server/witness/witness-server.ts';
import { signInFailed } from '../records/stories.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

/** Every checkpoint that a log ever signed may be in anybody's hands: none of them may raise an alarm. */
describe('a witness that listens to anybody', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let clock: FakeClock;
  let stores: SqliteRecordStore[];
  let log: SqliteRecordStore;
  let old: LogCheckpoint;
  let key: NoteKey;
  let server: Server;
  let url: string;
  let alarms: string[];

  const openLog = async () => {
    const store = await openSqliteStore({
      file: join(folder.path, String(stores.length), 'records.db'),
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 3),
      clock,
      periods: () => Settings.parse({}),
    });
    stores.push(store);
    return store;
  };
  const grow = (store: SqliteRecordStore, entries: number) =>
    store.append(Array.from({ length: entries }, () => signInFailed('ada@example.com')));
  const place = () => join(folder.path, 'witness');
  const kept = () => folderOf(place(), key.name);
  const post = async (from: number, proof: readonly string[], note: string) => {
    const body = addCheckpointBody(from, proof, note);
    const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
    return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
  };
  const postKeys = async (...keys: readonly ChainedKey[]) => {
    const body = addKeysBody({
      keys: keys.map((each) => keyText(each, sha256)),
      vouchers: keys.slice(1).map(({ voucher }) => (voucher ? toBase64(voucher) : '')),
    });
    return (await fetch(`${url}/add-keys`, { method: 'POST', body })).status;
  };
  /** The key that is made from this number; `by` signs that it takes its place, or nobody. */
  const keyOf = (seed: number, by?: number): ChainedKey => {
    const { publicKey } = logSigner(Buffer.alloc(32, seed));
    const signer = by && logSigner(Buffer.alloc(32, by));
    return {
      name: key.name,
      publicKey,
      ...(signer && { voucher: signer.sign(voucherText(publicKey)) }),
    };
  };
  const rotate = async () => {
    await log.addSigningKey(Buffer.alloc(32, 4));
    const { publicKey, voucher } = keyOf(4, 3);
    await log.append([
      {
        type: 'log.key-rotated',
        previousKey: toBase64(key.publicKey),
        key: toBase64(publicKey),
        signature: toBase64(voucher as Uint8Array),
        by: 'test',
      },
    ]);
    return log.checkpoint();
  };
  const junk = (hashes: number) => Array.from({ length: hashes }, () => toBase64(randomBytes(32)));
  const hasAlarm = () =>
    stat(join(kept(), ALARMS)).then(
      () => true,
      () => false,
    );

  beforeEach(async () => {
    folder = await temporaryFolder();
    clock = new FakeClock();
    stores = [];
    alarms = [];
    log = await openLog();
    await grow(log, 3);
    old = await log.checkpoint();
    await grow(log, 4);
    key = parseKeyText(old.keys[0] as string, sha256) as NoteKey;
    server = createWitnessServer({
      folder: place(),
      logs: [key],
      cosigner: await openCosigner(place(), 'witness.example'),
      clock,
      alarm: (message) => alarms.push(message),
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all(stores.map((store) => store.close()));
    await folder.remove();
  });

  it('is not alarmed by an older checkpoint that the log did sign, whatever it is said to follow', async () => {
    assert.equal((await post(0, [], (await log.checkpoint()).note)).status, 200);
    for (const from of [0, 2, 3]) {
      const { status, text, type } = await post(from, [], old.note);
      assert.deepEqual([status, text, type], [409, '7\n', 'text/x.tlog.size']);
    }
    assert.equal((await post(7, [], old.note)).status, 400);
    assert.deepEqual([alarms, await hasAlarm()], [[], false]);
  });

  it('is not alarmed by one under a key that was replaced since', async () => {
    const [last] = (await log.checkpoint()).keys;
    const now = await rotate();
    assert.equal(now.keys[0], last);
    assert.equal((await post(0, [], old.note)).status, 200);
    await fetch(`${url}/add-keys`, { method: 'POST', body: addKeysBody(now) });
    assert.equal((await post(3, (await log.consistency(3, now.size)).hashes, now.note)).status, 200);
    assert.equal((await post(now.size, [], old.note)).status, 400);
    assert.equal((await post(3, [], old.note)).status, 409);
    assert.deepEqual([alarms, await hasAlarm()], [[], false]);
  });

  it('is not alarmed by keys that anybody makes up, nor by what these sign', async () => {
    assert.equal((await post(0, [], old.note)).status, 200);
    const made = logSigner(Buffer.alloc(32, 9));
    assert.equal(await postKeys(keyOf(9)), 403);
    assert.equal(await postKeys(keyOf(3), keyOf(9, 9)), 403);
    assert.equal(await postKeys(keyOf(9), keyOf(3, 9)), 200, 'the last one is known');
    const text = checkpointText({ origin: key.name, size: 9, root: randomBytes(32) });
    const note = signNote(text, keyOf(9), made.sign, sha256);
    assert.equal((await post(3, junk(3), note)).status, 403);
    assert.deepEqual([alarms, await hasAlarm()], [[], false]);
  });

  it('forgets no key that it was told of for a chain that ends before it', async () => {
    assert.equal((await post(0, [], old.note)).status, 200);
    const now = await rotate();
    assert.equal(await postKeys(keyOf(3), keyOf(4, 3)), 200);
    for (const shorter of [[keyOf(3)], [keyOf(9), keyOf(3)]]) assert.equal(await postKeys(...shorter), 200);
    const { hashes } = await log.consistency(3, now.size);
    assert.equal((await post(3, hashes, now.note)).status, 200);
    assert.equal(await postKeys(keyOf(3), keyOf(4, 3), keyOf(5, 4)), 200);
    assert.deepEqual(alarms, []);
  });

  it('is not alarmed by a proof that leads nowhere, and takes the right one after it', async () => {
    assert.equal((await post(0, [], old.note)).status, 200);
    const { note } = await log.checkpoint();
    const { hashes } = await log.consistency(3, 7);
    for (const wrong of [
      [],
      junk(hashes.length),
      junk(1),
      junk(40),
      [...hashes, ...junk(1)],
      hashes.slice(1),
      [...junk(1), ...hashes.slice(1)],
      [...hashes.slice(0, -1), ...junk(1)],
    ])
      assert.equal((await post(3, wrong, note)).status, 422);
    assert.deepEqual([alarms, await hasAlarm()], [[], false]);
    assert.equal((await post(3, hashes, note)).status, 200);
  });

  it('is alarmed where what is signed proves a fork, once, however often it is sent', async () => {
    const forked = await openLog();
    await grow(forked, 6);
    const early = await forked.checkpoint();
    await grow(forked, 4);
    assert.equal((await post(0, [], old.note)).status, 200);
    const grown = [3, (await forked.consistency(3, 6)).hashes, early.note] as const;
    assert.equal((await post(...grown)).status, 422);
    const evidence = await readFile(join(kept(), ALARMS), 'utf8');
    assert(evidence.includes(old.note) && evidence.includes(early.note));
    for (let again = 0; again < 5; again += 1) assert.equal((await post(...grown)).status, 422);
    assert.equal(await readFile(join(kept(), ALARMS), 'utf8'), evidence);
    assert.equal(alarms.length, 1);
    clock.advance(3_600_000);
    await post(...grown);
    assert.equal(alarms.length, 2);

    await grow(log, 3);
    const ten = await log.checkpoint();
    assert.equal((await post(3, (await log.consistency(3, ten.size)).hashes, ten.note)).status, 200);
    const other = await post(ten.size, [], (await forked.checkpoint()).note);
    assert.deepEqual([other.status, other.type?.startsWith('text/plain')], [409, true]);
    assert.match(alarms.at(-1) ?? '', /10 entries has another root/);
  });

  it('keeps the log’s own signature, and nothing that others put behind it', async () => {
    const padded = `${old.note}— stranger.example ${toBase64(randomBytes(30_000))}\n`;
    assert.equal((await post(0, [], padded)).status, 200);
    assert.equal(await readFile(join(kept(), 'latest'), 'utf8'), old.note);
    const forked = await openLog();
    await grow(forked, 3);
    const { note } = await forked.checkpoint();
    for (let again = 0; again < 5; again += 1)
      await post(3, [], `${note}— stranger.example ${toBase64(randomBytes(30_000))}\n`);
    assert.equal((await readFile(join(kept(), ALARMS), 'utf8')).split(note).length, 2);
    assert((await stat(join(kept(), ALARMS))).size < 3_000);
  });

  it('keeps no more alarms than its disk is for', async () => {
    assert.equal((await post(0, [], old.note)).status, 200);
    await writeFile(join(kept(), ALARMS), 'x'.repeat(256 * 1024));
    const forked = await openLog();
    await grow(forked, 3);
    assert.equal((await post(3, [], (await forked.checkpoint()).note)).status, 409);
    assert.equal((await stat(join(kept(), ALARMS))).size, 256 * 1024);
    assert.equal(alarms.length, 1);
  });

  it('takes checkpoints again once its folder can be read', async () => {
    await writeFile(kept(), 'in the way');
    assert.equal((await post(0, [], old.note)).status, 500);
    await rm(kept());
    assert.equal((await post(0, [], old.note)).status, 200);
  });
});
