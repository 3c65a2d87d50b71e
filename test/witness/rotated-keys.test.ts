import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { toBase64 } from '../../protocol/proof/base64.ts';
import { voucherText } from '../../protocol/proof/key-chain.ts';
import { openCheckpoint } from '../../protocol/proof/proven-entry.ts';
import { keyText, type NoteKey, parseKeyText } from '../../protocol/proof/signed-note.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { logSigner, sha256, verifySignature } from '../../server/records/transparency/node-crypto.ts';
import { Settings } from '../../server/settings/settings.ts';
import { ALARMS } from '../../server/witness/alarm-file.ts';
import { openCosigner } from '../../server/witness/cosignature.ts';
import { LogDisagrees } from '../../server/witness/disagreement.ts';
import { folderWitness } from '../../server/witness/folder-witness.ts';
import { httpWitness } from '../../server/witness/http-witness.ts';
import { KeptLog } from '../../server/witness/kept-log.ts';
import { folderOf } from '../../server/witness/log-folder.ts';
import { KeptDamaged } from '../../server/witness/trusted-keys.ts';
import type { Witness } from '../../server/witness/witness.ts';
import { createWitnessServer } from '../../server/witness/witness-server.ts';
import { signInFailed } from '../records/stories.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const CRYPTO = { sha256, verify: verifySignature };
const seed = (number: number) => Buffer.alloc(32, number);
const said = (part: RegExp) => (error: unknown) => error instanceof LogDisagrees && part.test(error.message);

describe('a log whose signing key is replaced', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let clock: FakeClock;
  let store: SqliteRecordStore;
  let key: NoteKey;
  let close: (() => void)[];

  const place = () => join(folder.path, 'witness');
  const kept = () => folderOf(place(), key.name);
  const openLog = async (signingSeed = seed(1)) => {
    const opened = await openSqliteStore({
      file: join(folder.path, String(close.length), 'records.db'),
      cursorKey: seed(9),
      signingSeed,
      clock,
      periods: () => Settings.parse({}),
    });
    close.push(() => opened.close());
    await opened.append([signInFailed('ada@example.com')]);
    return opened;
  };
  const show = async (witness: Witness) =>
    witness.show(await store.checkpoint(), async (from, to) => (await store.consistency(from, to)).hashes);
  /** Key `to` takes the place of key `from`; `by` signs that, or nobody where it is `undefined`. */
  const rotate = async (from: number, to: number, by: number | undefined = from) => {
    const [old, next] = [logSigner(seed(from)), logSigner(seed(to))];
    await store.addSigningKey(seed(to));
    await store.append([
      {
        type: 'log.key-rotated',
        previousKey: toBase64(old.publicKey),
        key: toBase64(next.publicKey),
        ...(by !== 0 && { signature: toBase64(logSigner(seed(by)).sign(voucherText(next.publicKey))) }),
        by: 'test',
      },
    ]);
  };
  const NOBODY = 0;

  beforeEach(async () => {
    folder = await temporaryFolder();
    await mkdir(place());
    clock = new FakeClock();
    close = [];
    store = await openLog();
    key = parseKeyText((await store.checkpoint()).keys[0] as string, sha256) as NoteKey;
  });
  afterEach(async () => {
    for (const each of close.reverse()) await each();
    await folder.remove();
  });

  const follows = (make: () => Promise<Witness>) => {
    it('is followed from key to key, several at once, also after a start of the witness', async () => {
      await show(await make());
      await rotate(1, 2);
      await show(await make());
      await rotate(2, 3);
      await rotate(3, 4);
      await show(await make());
      const log = await KeptLog.open(kept(), clock, [key]);
      assert.equal(log.newest?.note, (await store.checkpoint()).note);
      assert.equal((await readFile(join(kept(), 'key'), 'utf8')).trim().split('\n').length, 4);
    });

    it('raises the alarm at a key that nobody vouched for, and at one that a stranger vouched for', async () => {
      await show(await make());
      const before = (await KeptLog.open(kept(), clock)).newest?.note;
      await rotate(1, 2, NOBODY);
      await assert.rejects(show(await make()), LogDisagrees);
      assert.equal((await KeptLog.open(kept(), clock)).newest?.note, before);
      store = await openLog();
      await rotate(1, 3, 7);
      await assert.rejects(show(await make()), LogDisagrees);
      assert.equal((await KeptLog.open(kept(), clock)).newest?.note, before);
    });

    it('raises the alarm at a fork that a stolen key vouches for, and goes on with the log', async () => {
      await store.append([signInFailed('ada@example.com')]);
      await show(await make());
      const honest = store;
      store = await openLog();
      await rotate(1, 5);
      await rotate(5, 6);
      await assert.rejects(show(await make()), said(/written anew/));
      store = honest;
      await rotate(1, 2);
      await show(await make());
    });
  };

  describe('and is kept in a folder', () => {
    follows(async () => folderWitness(place(), clock));

    it('raises the alarm when the key that was replaced signs again', async () => {
      await show(folderWitness(place(), clock));
      const old = store;
      await rotate(1, 2);
      await show(folderWitness(place(), clock));
      const { size } = await old.checkpoint();
      store = await openLog();
      while ((await store.checkpoint()).size <= size) await store.append([signInFailed('eve@example.com')]);
      await assert.rejects(show(folderWitness(place(), clock)), said(/which another one took the place of/));
    });

    it('raises the alarm at another log under another name, and keeps what it said', async () => {
      await show(folderWitness(place(), clock));
      store = await openLog(seed(8));
      await assert.rejects(show(folderWitness(place(), clock)), said(/and not .* which was seen before/));
      const evidence = await readFile(join(kept(), ALARMS), 'utf8');
      assert(evidence.includes((await store.checkpoint()).note));
    });

    it('goes on once a person says that the key is right', async () => {
      await show(folderWitness(place(), clock));
      await rotate(1, 2, NOBODY);
      await assert.rejects(
        show(folderWitness(place(), clock)),
        said(/no key that was seen before vouches for/),
      );
      const told = parseKeyText((await store.checkpoint()).keys[1] as string, sha256) as NoteKey;
      await KeptLog.open(kept(), clock, [told]);
      await show(folderWitness(place(), clock));
      await rotate(2, 3);
      await show(folderWitness(place(), clock));
    });

    it('does not believe a file of keys that was changed', async () => {
      await show(folderWitness(place(), clock));
      await rotate(1, 2);
      await show(folderWitness(place(), clock));
      const file = join(kept(), 'key');
      const text = await readFile(file, 'utf8');
      for (const changed of [
        text.replace('+', '-'),
        text.slice(0, -1),
        text.slice(0, -9),
        `${text}x\n`,
        '',
      ]) {
        await writeFile(file, changed);
        await assert.rejects(KeptLog.open(kept(), clock), KeptDamaged);
      }
    });
  });

  describe('and is shown to a program', () => {
    let alarms: string[];
    const program = async () => {
      alarms = [];
      const server = createWitnessServer({
        folder: place(),
        logs: [key],
        cosigner: await openCosigner(place(), 'witness.example'),
        clock,
        alarm: (message) => alarms.push(message),
      });
      server.listen(0, '127.0.0.1');
      close.push(() => {
        server.closeAllConnections();
        server.close();
      });
      await once(server, 'listening');
      return httpWitness(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    };
    follows(program);

    it('is told of by the broker alone where nobody vouches for its key: anybody can tell a program of keys', async () => {
      const witness = await program();
      await show(witness);
      await rotate(1, 2, NOBODY);
      await assert.rejects(show(witness), said(/takes no checkpoint under the key/));
      assert.deepEqual(alarms, []);
      await assert.rejects(readFile(join(kept(), ALARMS)), { code: 'ENOENT' });
    });
  });

  it('is verified with the first key and with the last, before and after, and not with one that came too late', async () => {
    const before = await store.checkpoint();
    await rotate(1, 2);
    await rotate(2, 3);
    const after = await store.checkpoint();
    const [first, , last] = after.keys.map((text) => parseKeyText(text, sha256)) as [
      NoteKey,
      NoteKey,
      NoteKey,
    ];
    assert.deepEqual(openCheckpoint(CRYPTO, before).key, first);
    assert.deepEqual(openCheckpoint(CRYPTO, before, first).key.publicKey, first.publicKey);
    for (const trusted of [undefined, first, last])
      assert.deepEqual(openCheckpoint(CRYPTO, after, trusted).key.publicKey, last.publicKey);
    assert.throws(() => openCheckpoint(CRYPTO, before, last), /not signed by the key that you gave/);
    const withKeys = { ...before, keys: after.keys, vouchers: after.vouchers };
    assert.throws(() => openCheckpoint(CRYPTO, withKeys, last), /older than that key/);
  });

  it('is not believed where the chain breaks, though the name fits', async () => {
    await rotate(1, 2);
    const { note, keys, vouchers } = await store.checkpoint();
    const broken = [
      { note, keys },
      { note, keys, vouchers: [''] },
      { note, keys, vouchers: [(vouchers?.[0] ?? '').replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))] },
    ];
    for (const each of broken) assert.throws(() => openCheckpoint(CRYPTO, each), /does not vouch for it/);
    assert.throws(() => openCheckpoint(CRYPTO, broken[0]!, key), /does not vouch for it/);
    const second = parseKeyText(keys[1] as string, sha256) as NoteKey;
    assert.equal(openCheckpoint(CRYPTO, broken[1]!, second).key.name, key.name);
    for (const each of [broken[0]!, broken[2]!])
      assert.throws(
        () => openCheckpoint(CRYPTO, each, second),
        /one voucher for each key|said to vouch for key 2/,
      );
  });

  it('has nothing beside the checkpoint that nothing proves: no key behind the one that signed, no voucher too many', async () => {
    const lone = await store.checkpoint();
    await rotate(1, 2);
    const chained = await store.checkpoint();
    const first = parseKeyText(lone.keys[0] as string, sha256) as NoteKey;
    const { publicKey } = logSigner(Buffer.alloc(32, 9));
    const stranger = keyText({ name: first.name, publicKey }, sha256);
    for (const { vouchers = [], ...shown } of [lone, chained]) {
      const beside = (keys: string[], more: string[]) => ({
        ...shown,
        keys: [...shown.keys, ...keys],
        vouchers: [...vouchers, ...more],
      });
      const forged = (vouchers[0] ?? Buffer.alloc(64).toString('base64')) as string;
      for (const voucher of ['', forged])
        assert.throws(
          () => openCheckpoint(CRYPTO, beside([stranger], [voucher])),
          /not the one that signed it/,
        );
      assert.throws(() => openCheckpoint(CRYPTO, beside([stranger], [])), /not the one that signed it/);
      for (const more of ['', forged])
        assert.throws(() => openCheckpoint(CRYPTO, beside([], [more])), /not one voucher for each key/);
      openCheckpoint(CRYPTO, beside([], []));
    }
    assert.throws(() => openCheckpoint(CRYPTO, { ...lone, keys: [] }, first), /not the one that signed it/);
  });
});
