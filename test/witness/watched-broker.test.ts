import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { checkpointText } from '../../protocol/proof/checkpoint.ts';
import { type NoteKey, parseKeyText, signNote } from '../../protocol/proof/signed-note.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { logSigner, sha256 } from '../../server/records/transparency/node-crypto.ts';
import { Settings } from '../../server/settings/settings.ts';
import { ALARMS } from '../../server/witness/alarm-file.ts';
import { LogDisagrees } from '../../server/witness/disagreement.ts';
import { KeptLog } from '../../server/witness/kept-log.ts';
import { FolderTaken, folderOf } from '../../server/witness/log-folder.ts';
import { BrokerWatch } from '../../server/witness/watch-broker.ts';
import { signInFailed } from '../records/stories.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const said = (part: RegExp) => (error: unknown) => error instanceof LogDisagrees && part.test(error.message);

describe('a broker that is watched from outside', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let stores: SqliteRecordStore[];
  let log: SqliteRecordStore;
  let server: Server;
  let broker: string;
  /** What the broker says of its checkpoint instead. */
  let lie: object;
  /** It proves nothing. */
  let isMute: boolean;
  /** What it does instead of answering. */
  let instead: ((response: ServerResponse) => unknown) | undefined;
  const clock = new FakeClock();

  const openLog = async (seed: number) => {
    const store = await openSqliteStore({
      file: join(folder.path, String(stores.length), 'records.db'),
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, seed),
      clock,
      periods: () => Settings.parse({}),
    });
    stores.push(store);
    await store.append([signInFailed('ada@example.com')]);
    return store;
  };
  const place = () => join(folder.path, 'witness', 'kept');
  /** As `--once` does: nothing is known but what is in the folder. */
  const look = (keys: readonly NoteKey[] = []) =>
    new BrokerWatch({ broker, folder: place(), keys, clock }).look();

  beforeEach(async () => {
    folder = await temporaryFolder();
    stores = [];
    lie = {};
    instead = undefined;
    isMute = false;
    log = await openLog(1);
    server = createServer(async (request, response) => {
      if (instead) {
        instead(response);
        return;
      }
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://broker');
      if (isMute && pathname.endsWith('/consistency')) {
        response.writeHead(503).end();
        return;
      }
      const [from, to] = ['from', 'to'].map((name) => Number(searchParams.get(name)));
      const answer = pathname.endsWith('/checkpoint')
        ? { ...(await log.checkpoint()), ...lie }
        : await log.consistency(from as number, to as number);
      response.end(JSON.stringify(answer));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    broker = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all(stores.map((store) => store.close()));
    await folder.remove();
  });

  it('may not begin a log anew under another name, also when no look remembers the one before', async () => {
    const { origin } = await log.checkpoint();
    await look();
    log = await openLog(8);
    for (let again = 0; again < 2; again += 1)
      await assert.rejects(look(), said(/and not .* which was seen before/));
    assert.deepEqual(await readdir(place()), [relative(place(), folderOf(place(), origin))]);
    assert((await readFile(join(folderOf(place(), origin), ALARMS), 'utf8')).includes('Said now:'));
  });

  it('may not do so by a name that no key of its stands for either', async () => {
    await look();
    log = await openLog(8);
    lie = { keys: [] };
    await assert.rejects(look(), said(/and not .* which was seen before/));
  });

  it('raises the alarm when its log shrank', async () => {
    await log.append([signInFailed('ada@example.com')]);
    await look();
    log = await openLog(1);
    await assert.rejects(look(), said(/entries are gone/));
  });

  it('raises the alarm when it never proves that its log grew, also when no look remembers the one before', async () => {
    const grow = () => log.append([signInFailed('ada@example.com')]);
    const unproven = async (times: number) => {
      isMute = true;
      for (let time = 0; time < times; time += 1) {
        await grow();
        await assert.rejects(look(), (error: Error) => {
          assert(!(error instanceof LogDisagrees), error.message);
          assert.match(error.message, /gave no proof that it begins with .* \(http.* answered 503\)/);
          return true;
        });
      }
      isMute = false;
    };
    await look();
    const { origin, note } = await log.checkpoint();
    await unproven(4);
    await look();
    await unproven(4);
    isMute = true;
    for (let again = 0; again < 2; again += 1)
      await assert.rejects(look(), said(/^This log does not prove that it grew: [56] times on end/));
    const alarm = await readFile(join(folderOf(place(), origin), ALARMS), 'utf8');
    assert(alarm.includes((await log.checkpoint()).note), alarm);
    assert(!alarm.includes(note), 'a newer one was proven since');
    isMute = false;
    assert.equal((await look()).size, (await log.checkpoint()).size, 'a proof ends it');
    await unproven(1);
  });

  it('does not put that alarm off by its old checkpoint, signed anew', async () => {
    await look();
    const { origin, note } = await log.checkpoint();
    const { publicKey, sign } = logSigner(Buffer.alloc(32, 1));
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    const again = signNote(`${text}once more\n`, { name: origin, publicKey }, sign, sha256);
    await log.append([signInFailed('ada@example.com')]);
    isMute = true;
    for (let time = 0; time < 4; time += 1) await assert.rejects(look(), /gave no proof that it begins/);
    lie = { note: again };
    await look();
    lie = {};
    await assert.rejects(look(), said(/^This log does not prove that it grew: 5 times on end/));
  });

  it('is not blamed for a log that did not grow', async () => {
    isMute = true;
    for (let time = 0; time < 6; time += 1) await look();
  });

  it('needs a folder of its own, also where a key of another log is told', async () => {
    await look();
    const other = await openLog(8);
    const key = parseKeyText((await other.checkpoint()).keys[0] as string, sha256) as NoteKey;
    await assert.rejects(look([key]), FolderTaken);
    await KeptLog.open(folderOf(place(), key.name), clock, [key]);
    await assert.rejects(look(), /several logs/);
  });

  it('fills no memory of who watches it with an answer that never ends', async () => {
    for (const status of [200, 500]) {
      let sent = 0;
      instead = (response) => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, '1'))) sent += 65_536;
        };
        response.writeHead(status).on('drain', more);
        more();
      };
      await assert.rejects(look(), status === 200 ? /more than 256 KiB/ : /answered 500/);
      // What the sockets on the way hold was sent too, and nobody keeps it.
      assert(sent < 16 * 2 ** 20, `${sent} bytes were taken`);
    }
  });

  it('leads who watches it nowhere else', async () => {
    let asked = 0;
    const other = createServer((_, response) => {
      asked += 1;
      response.end();
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    instead = (response) => response.writeHead(302, { Location: `http://127.0.0.1:${port}/` }).end();
    await assert.rejects(look(), /does not answer: unexpected redirect/);
    assert.equal(asked, 0);
    other.close();
  });

  it('is told of in one line, however long the name is that it gives its log', async () => {
    await look();
    const { publicKey, sign } = logSigner(Buffer.alloc(32, 8));
    const origin = `evil\u001b[2J${'x'.repeat(20_000)}`;
    const text = checkpointText({ origin, size: 1, root: new Uint8Array(32) });
    lie = { note: signNote(text, { name: origin, publicKey }, sign, sha256) };
    await assert.rejects(look(), (error: Error) => {
      assert(error instanceof LogDisagrees);
      assert.match(error.message, /^This is the log evil \[2Jx+…, and not /);
      return error.message.length < 500;
    });
  });

  it('cannot name its log so that anything is written outside of the folder', async () => {
    for (const origin of ['..', '.', '../../up', 'witness-key', `countersign/${'a'.repeat(32)}/..`, '/etc']) {
      const path = relative(place(), folderOf(place(), origin));
      assert.match(path, /^log_[0-9a-f]{32}$/, origin);
    }
    lie = { origin: '..' };
    await look();
    assert.deepEqual(await readdir(join(folder.path, 'witness')), ['kept']);
    lie = {};
    await look();
  });
});
