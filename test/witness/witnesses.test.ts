import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseKeyText } from '../../protocol/proof/signed-note.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { sha256, verifySignature } from '../../server/records/transparency/node-crypto.ts';
import { Settings } from '../../server/settings/settings.ts';
import { ALARMS } from '../../server/witness/alarm-file.ts';
import { cosignatureBy, cosignerText, openCosigner } from '../../server/witness/cosignature.ts';
import { LogDisagrees } from '../../server/witness/disagreement.ts';
import { folderWitness } from '../../server/witness/folder-witness.ts';
import { addCheckpointBody, httpWitness } from '../../server/witness/http-witness.ts';
import { KeptLog } from '../../server/witness/kept-log.ts';
import { folderOf } from '../../server/witness/log-folder.ts';
import { openWitness } from '../../server/witness/open-witness.ts';
import { CheckpointPublisher } from '../../server/witness/publisher.ts';
import type { Witness } from '../../server/witness/witness.ts';
import { createWitnessServer } from '../../server/witness/witness-server.ts';
import { signInFailed } from '../records/stories.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

describe('witnesses', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let clock: FakeClock;
  let stores: SqliteRecordStore[];

  /** A log of its own, with the same key as all others here: as after a restored copy. */
  const openLog = async (name: string) => {
    const store = await openSqliteStore({
      file: join(folder.path, name, 'records.db'),
      key: Buffer.alloc(32, 1),
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
  const show = async (witness: Witness, store: SqliteRecordStore) =>
    witness.show(await store.checkpoint(), async (from, to) => (await store.consistency(from, to)).hashes);
  const place = () => join(folder.path, 'witness');

  beforeEach(async () => {
    folder = await temporaryFolder();
    clock = new FakeClock();
    stores = [];
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await folder.remove();
  });

  /** What every witness must do. */
  const watches = (make: () => Witness) => {
    it('keeps each checkpoint that proves that the log grew, also after a start', async () => {
      const store = await openLog('one');
      for (const entries of [3, 1, 200]) {
        await grow(store, entries);
        await show(make(), store);
      }
      const { origin, note, size } = await store.checkpoint();
      assert.equal(size, 204);
      const kept = await KeptLog.open(folderOf(place(), origin), clock);
      assert.equal(kept.newest?.note, note);
    });

    it('raises the alarm at a log that was written anew, and keeps both checkpoints', async () => {
      const [honest, forked] = [await openLog('honest'), await openLog('forked')];
      await grow(honest, 5);
      await show(make(), honest);
      await grow(forked, 9);
      await assert.rejects(show(make(), forked), LogDisagrees);
      const { origin, note } = await honest.checkpoint();
      const alarm = await readFile(join(folderOf(place(), origin), ALARMS), 'utf8');
      assert(alarm.includes(note) && alarm.includes((await forked.checkpoint()).note));
      await grow(honest, 1);
      await show(make(), honest);
    });

    it('raises the alarm at a log that lost its newest entries', async () => {
      const [whole, old] = [await openLog('whole'), await openLog('old')];
      await grow(whole, 9);
      await show(make(), whole);
      await grow(old, 5);
      await assert.rejects(show(make(), old), (error: Error) => {
        assert(error instanceof LogDisagrees);
        assert.match(error.message, /9 entries .*5: entries are gone/);
        return true;
      });
    });
  };

  describe('that is a folder', () => {
    beforeEach(() => mkdir(place()));
    watches(() => folderWitness(place(), clock));

    it('keeps both checkpoints of a log that lost its newest entries in its file ALARM', async () => {
      const [whole, old] = [await openLog('whole'), await openLog('old')];
      await grow(whole, 9);
      await show(folderWitness(place(), clock), whole);
      await grow(old, 5);
      await assert.rejects(show(folderWitness(place(), clock), old), LogDisagrees);
      const { origin, note } = await whole.checkpoint();
      const alarm = await readFile(join(folderOf(place(), origin), ALARMS), 'utf8');
      assert(alarm.includes(note) && alarm.includes((await old.checkpoint()).note), alarm);
    });

    it('raises the alarm also where what is said now cannot be kept', async () => {
      const [whole, old] = [await openLog('whole'), await openLog('old')];
      await grow(whole, 9);
      await show(folderWitness(place(), clock), whole);
      await mkdir(join(folderOf(place(), (await whole.checkpoint()).origin), ALARMS));
      await grow(old, 5);
      await assert.rejects(show(folderWitness(place(), clock), old), (error: Error) => {
        assert(error instanceof LogDisagrees);
        assert.match(error.message, /entries are gone.* could not be kept as evidence: EISDIR/);
        return true;
      });
    });

    it('forgets nothing when its newest checkpoint is taken away, or an older one put in its place', async () => {
      const [whole, old] = [await openLog('whole'), await openLog('old')];
      await grow(whole, 5);
      await show(folderWitness(place(), clock), whole);
      const latest = join(folderOf(place(), (await whole.checkpoint()).origin), 'latest');
      const older = await readFile(latest);
      await grow(whole, 4);
      await show(folderWitness(place(), clock), whole);
      await grow(old, 5);
      for (const change of [() => rm(latest), () => writeFile(latest, older)]) {
        await change();
        await assert.rejects(show(folderWitness(place(), clock), old), (error: Error) => {
          assert(error instanceof LogDisagrees);
          assert.match(error.message, /9 entries .*5: entries are gone/);
          return true;
        });
      }
      assert.equal((await show(folderWitness(place(), clock), whole)).from, 9);
    });

    it('agrees to nothing in a folder that is not there, as when a disk is not mounted', async () => {
      const store = await openLog('one');
      await grow(store, 3);
      const missing = join(folder.path, 'not', 'mounted');
      await assert.rejects(show(folderWitness(missing, clock), store), /is not there\. Its disk may not/);
      await assert.rejects(readdir(missing), { code: 'ENOENT' });
    });

    it('keeps one checkpoint for each hour', async () => {
      const store = await openLog('one');
      for (let hour = 0; hour < 3; hour += 1) {
        for (let count = 0; count < 3; count += 1) {
          await grow(store, 1);
          await show(folderWitness(place(), clock), store);
        }
        clock.advance(3_600_000);
      }
      const names = await readdir(folderOf(place(), (await store.checkpoint()).origin));
      assert.equal(names.filter((name) => /^\d{4}-/.test(name)).length, 3);
    });
  });

  describe('that is a program', () => {
    let server: Server;
    let url: string;
    let alarms: string[];
    let publicKey: Uint8Array;

    beforeEach(async () => {
      alarms = [];
      const store = await openLog('key');
      await grow(store, 1);
      const key = parseKeyText((await store.checkpoint()).keys[0] as string, sha256);
      assert(key);
      const cosigner = await openCosigner(place(), 'witness.example');
      publicKey = cosigner.publicKey;
      server = createWitnessServer({
        folder: place(),
        logs: [key],
        cosigner,
        clock,
        alarm: (message) => alarms.push(message),
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });

    watches(() => httpWitness(url));

    const post = (body: string) => fetch(`${url}/add-checkpoint`, { method: 'POST', body });

    it('signs what it has seen, with the time (C2SP tlog-cosignature)', async () => {
      const store = await openLog('one');
      await grow(store, 3);
      const { note } = await store.checkpoint();
      const answer = await post(addCheckpointBody(0, [], note));
      const [, name, encoded] = /^— (\S+) (\S+)\n$/.exec(await answer.text()) ?? [];
      assert.equal(name, 'witness.example');
      const bytes = Buffer.from(encoded ?? '', 'base64');
      const seconds = bytes.readBigUInt64BE(4);
      assert.equal(seconds, BigInt(Math.floor(clock.now() / 1000)));
      const text = note.slice(0, note.indexOf('\n\n') + 1);
      assert(
        verifySignature(
          publicKey,
          Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`),
          bytes.subarray(12),
        ),
      );
    });

    it('is said to agree only by its own key’s signature, of this checkpoint', async () => {
      const store = await openLog('one');
      await grow(store, 3);
      const cosigner = await openCosigner(place(), 'witness.example');
      const shownTo = async (address: string) => {
        const checkpoint = await store.checkpoint();
        return openWitness(address, clock).show(
          checkpoint,
          async (from, to) => (await store.consistency(from, to)).hashes,
        );
      };
      const { isVerified, cosignature: line } = await shownTo(`${url}#key=${cosignerText(cosigner)}`);
      assert.equal(isVerified, true);
      const { note } = await store.checkpoint();
      const text = note.slice(0, note.indexOf('\n\n') + 1);
      assert.equal(cosignatureBy(cosigner, text, line ?? ''), line);
      assert.equal(cosignatureBy(cosigner, text.replace('\n3\n', '\n4\n'), line ?? ''), undefined);
      assert.equal(cosignatureBy(cosigner, text, ''), undefined);
      assert.equal(cosignatureBy(cosigner, text, note.slice(note.indexOf('— '))), undefined);
      assert.deepEqual(await shownTo(url), { isVerified: false, from: 3 });
      const stranger = await openCosigner(join(folder.path, 'stranger'), 'witness.example');
      await assert.rejects(
        shownTo(`${url}#key=${cosignerText(stranger)}`),
        /not with a signature of the key/,
      );
    });

    it('answers as C2SP tlog-witness says to what does not fit, without an alarm', async () => {
      const store = await openLog('one');
      await grow(store, 3);
      const { note } = await store.checkpoint();
      assert.equal((await post('nonsense')).status, 400);
      assert.equal(
        (await post(addCheckpointBody(0, [], note.replace('countersign/', 'stranger/')))).status,
        404,
      );
      assert.equal((await post(addCheckpointBody(0, [], note.replace('\n3\n', '\n4\n')))).status, 403);
      assert.equal((await post('x'.repeat(100_000))).status, 413);
      assert.equal((await fetch(url)).status, 404);
      assert.equal((await post(addCheckpointBody(0, [], note))).status, 200);
      await grow(store, 1);
      const outdated = await post(addCheckpointBody(0, [], (await store.checkpoint()).note));
      assert.deepEqual(
        [outdated.status, outdated.headers.get('content-type'), await outdated.text()],
        [409, 'text/x.tlog.size', '3\n'],
      );
      assert.deepEqual(alarms, []);
    });
  });

  describe('that are shown checkpoints by the broker', () => {
    const shown: number[] = [];
    let failing: Error | undefined;
    let isVerifying = true;
    const beforehand = 1;
    const witness: Witness = {
      name: 'somewhere',
      async show({ size }) {
        if (failing) throw failing;
        shown.push(size);
        return { isVerified: isVerifying, from: beforehand };
      },
    };
    const said: string[] = [];
    const log = {
      warn: (_: unknown, text: string) => void said.push(text),
      error: (_: unknown, text: string) => void said.push(text),
    } as unknown as ConstructorParameters<typeof CheckpointPublisher>[0]['log'];

    it('get it also where the log could not be read at first, and does not grow', async () => {
      const store = await openLog('one');
      await grow(store, 1);
      let broken: Error | undefined = new Error('the disk is slow');
      const transparency = {
        checkpoint: async () => {
          if (broken) throw broken;
          return store.checkpoint();
        },
        consistency: store.consistency.bind(store),
      };
      failing = undefined;
      const publisher = new CheckpointPublisher({ witnesses: [witness], transparency, clock, log });
      const state = () => publisher.states()[0];
      publisher.grown();
      await until('it was tried', () => state()?.problem !== undefined);
      assert.match(state()?.problem ?? '', /could not be read, so it was not shown: the disk is slow/);
      assert.equal(said.at(-1), 'the newest checkpoint could not be read');
      broken = undefined;
      clock.advance(300_000);
      await until('it agrees', () => state()?.state === 'agrees');
      assert.equal(state()?.problem, undefined);
      await publisher.close();
      shown.length = 0;
    });

    it('are not said to agree where nothing shows that they kept it', async () => {
      const store = await openLog('one');
      await grow(store, 1);
      isVerifying = false;
      const publisher = new CheckpointPublisher({ witnesses: [witness], transparency: store, clock, log });
      publisher.grown();
      await until('it took it', () => publisher.states()[0]?.state === 'took');
      await publisher.close();
      isVerifying = true;
      shown.length = 0;
    });

    it('get the newest one, and again until they have it', async () => {
      const store = await openLog('one');
      failing = new Error('no route');
      const publisher = new CheckpointPublisher({ witnesses: [witness], transparency: store, clock, log });
      const state = () => publisher.states()[0];
      assert.equal(state()?.state, 'waiting');
      await grow(store, 1);
      publisher.grown();
      await until('it was tried', async () => state()?.state === 'unreachable');
      await grow(store, 1);
      publisher.grown();
      failing = undefined;
      clock.advance(300_000);
      await until('it agrees', async () => state()?.state === 'agrees');
      assert.deepEqual(shown, [2]);
      assert.equal(state()?.agreedSize, 2);

      failing = new LogDisagrees('it was written anew');
      publisher.grown();
      clock.advance(300_000);
      await until('it disagrees', async () => state()?.state === 'disagrees');
      assert.equal(said.at(-1), 'ALARM: it was written anew');
      await publisher.close();
    });

    it('are an alarm when they are out of reach for an hour, once, until they take it', async () => {
      const store = await openLog('one');
      await grow(store, 1);
      failing = new Error('no route');
      said.length = 0;
      const publisher = new CheckpointPublisher({ witnesses: [witness], transparency: store, clock, log });
      const state = () => publisher.states()[0];
      publisher.grown();
      await until('it was tried', () => state()?.state === 'unreachable');
      const since = new Date(clock.now()).toISOString();
      await until('an hour is over', () => {
        clock.advance(300_000);
        return state()?.state === 'silent';
      });
      assert(clock.now() - Date.parse(since) >= 3_600_000);
      assert.equal(state()?.problem, `It was not reached since ${since}: no route`);
      await publisher.close();
      assert.deepEqual(said, [
        'a witness cannot be reached; it is tried again',
        `ALARM: It was not reached since ${since}: no route`,
      ]);

      failing = undefined;
      const again = new CheckpointPublisher({ witnesses: [witness], transparency: store, clock, log });
      again.grown();
      await until('it agrees', () => again.states()[0]?.state === 'agrees');
      await again.close();
    });

    it('are not said to agree where they had nothing to compare with', async () => {
      const store = await openLog('one');
      await grow(store, 7);
      await mkdir(place());
      const witnesses = [folderWitness(place(), clock)];
      const publisher = new CheckpointPublisher({ witnesses, transparency: store, clock, log });
      const state = () => publisher.states()[0];
      publisher.grown();
      await until('it has it', () => state()?.state === 'first-seen');
      assert.deepEqual([state()?.agreedSize, state()?.beganWith], [7, 7]);
      assert.match(said.at(-1) ?? '', /sees this log for the first time/);
      await grow(store, 1);
      publisher.grown();
      await until('it agrees', () => {
        clock.advance(1_000);
        return state()?.state === 'agrees';
      });
      assert.deepEqual([state()?.agreedSize, state()?.beganWith], [8, 7], 'and with how many it began stays');
      await publisher.close();
    });

    it('are an alarm when what they kept was changed', async () => {
      const store = await openLog('one');
      await mkdir(place());
      await grow(store, 1);
      await show(folderWitness(place(), clock), store);
      await writeFile(join(folderOf(place(), (await store.checkpoint()).origin), 'latest'), 'nothing');
      const damaged = new CheckpointPublisher({
        witnesses: [folderWitness(place(), clock)],
        transparency: store,
        clock,
        log,
      });
      damaged.grown();
      await until('it says so', () => damaged.states()[0]?.state === 'damaged');
      assert.match(said.at(-1) ?? '', /^ALARM: .*latest was changed or is damaged/);
      await damaged.close();
    });
  });
});
