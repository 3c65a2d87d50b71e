import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../../server/settings/settings.ts';
import { LogDisagrees } from '../../server/witness/disagreement.ts';
import { httpWitness } from '../../server/witness/http-witness.ts';
import { CheckpointPublisher } from '../../server/witness/publisher.ts';
import type { Witness } from '../../server/witness/witness.ts';
import { signInFailed } from '../records/stories.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const RETRY_MS = 300_000;
const KIB = 1024;

/** Whoever answers at a witness's address may answer anything. */
describe('a witness that answers what it likes', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let clock: FakeClock;
  let log: SqliteRecordStore;
  let deaths: string[];
  let server: Server;
  let witness: Witness;
  let answer: (response: ServerResponse) => unknown;
  /** How much was taken of what was sent. */
  let sent: number;

  const grow = (entries: number) =>
    log.append(Array.from({ length: entries }, () => signInFailed('ada@example.com')));
  const prove = async (from: number, to: number) => (await log.consistency(from, to)).hashes;
  const show = async () => witness.show(await log.checkpoint(), prove);
  const size = (text: string) => (response: ServerResponse) =>
    response.writeHead(409, { 'Content-Type': 'text/x.tlog.size' }).end(text);
  /** Sends until nobody takes it any more. */
  const endless = (status: number, type: string) => (response: ServerResponse) => {
    response.writeHead(status, { 'Content-Type': type });
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * KIB, '1'))) sent += 64 * KIB;
    };
    response.on('drain', more);
    more();
  };
  const refusal = async (): Promise<Error> =>
    show().then(
      () => assert.fail('it was believed'),
      (error: Error) => error,
    );

  before(async () => {
    folder = await temporaryFolder();
    clock = new FakeClock();
    deaths = [];
    log = await openSqliteStore({
      file: join(folder.path, 'records.db'),
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 3),
      clock,
      periods: () => Settings.parse({}),
      onDeath: ({ message }) => void deaths.push(message),
    });
    await grow(50);
    server = createServer((request, response) => {
      response.on('error', () => {});
      request.resume().on('end', () => answer(response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    sent = 0;
    witness = httpWitness(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await log.close();
    await folder.remove();
  });

  it('has seen entries that are gone: that is said at each try, and not that it cannot be reached', async () => {
    answer = size('1000\n');
    for (let tries = 0; tries < 3; tries += 1) {
      const error = await refusal();
      assert(error instanceof LogDisagrees);
      assert.match(error.message, /has seen 1000 entries .*now has 50: entries are gone/);
    }
  });

  it('was shown a newer checkpoint by somebody else in between, which is no alarm', async () => {
    const before = await log.checkpoint();
    await grow(1);
    answer = size(`${before.size + 1}\n`);
    const shown = witness.show(before, prove);
    await assert.rejects(
      shown,
      (error: Error) => !(error instanceof LogDisagrees) && /shown a newer/.test(error.message),
    );
  });

  it('cannot make the broker look for a proof that there is none of', async () => {
    for (const none of [
      '1.5',
      '-1',
      '1e2',
      'Infinity',
      'NaN',
      ' 7',
      '07',
      '',
      '0x10',
      '7\n7',
      '7'.repeat(40),
    ]) {
      answer = size(none);
      const error = await refusal();
      assert(!(error instanceof LogDisagrees), none);
      assert.match(error.message, /answered with a size that is none/);
    }
    await assert.rejects(log.consistency(1.5, 8), /a tree has no such numbers of leaves: 1.5, 8/);
    await assert.rejects(log.consistency(-1, 8), /a tree has no such numbers of leaves: -1, 8/);
    assert.deepEqual(deaths, []);
    assert.equal((await log.consistency(4, 8)).hashes.length, 1);
  });

  it('fills no memory with an answer that never ends, and what it said by its status stands', async () => {
    for (const [status, type, said, disagrees] of [
      [200, 'text/plain', /more than 16 KiB/, false],
      [409, 'text/x.tlog.size', /more than 16 KiB/, false],
      [500, 'text/plain', /answered 500: 1{200}…$/, false],
      [409, 'text/plain', /says: 1{200}…$/, true],
      [422, 'text/plain', /says: 1{200}…$/, true],
    ] as const) {
      sent = 0;
      answer = endless(status, type);
      const error = await refusal();
      assert.match(error.message, said);
      assert.equal(error instanceof LogDisagrees, disagrees);
      // What the sockets on the way hold was sent too, and nobody keeps it.
      assert(sent < 16 * KIB * KIB, `${sent} bytes were taken`);
    }
  });

  it('is quoted on one line, without what moves a cursor or reads backwards', async () => {
    answer = (response) => response.writeHead(422).end('\n\u001b[2JALL\r\nIS\u202e WELL\u0007\u2028!\n');
    assert.match((await refusal()).message, / says: \[2JALL IS WELL !$/);
    answer = (response) => response.writeHead(422).end();
    assert.match((await refusal()).message, / says: nothing$/);
    answer = (response) => {
      response.writeHead(422, { 'Content-Length': 100 });
      response.write('it is written anew', () => response.destroy());
    };
    const cut = await refusal();
    assert(cut instanceof LogDisagrees, cut.message);
  });

  it('ends its alarm by agreeing, and not by being out of reach', async () => {
    const said: string[] = [];
    const note = (_: unknown, text: string) => void said.push(text);
    const publisher = new CheckpointPublisher({
      witnesses: [witness],
      transparency: log,
      clock,
      log: { warn: note, error: note } as unknown as ConstructorParameters<
        typeof CheckpointPublisher
      >[0]['log'],
    });
    const state = () => publisher.states()[0];
    let asked = 0;
    const answering = (how: (response: ServerResponse) => unknown) => (response: ServerResponse) => {
      asked += 1;
      how(response);
    };
    /** The next try comes when the one before it is over. */
    const again = async (how: (response: ServerResponse) => unknown) => {
      const before = asked;
      answer = answering(how);
      await until('it is asked again', () => {
        clock.advance(RETRY_MS);
        return asked > before;
      });
    };
    answer = answering(size('1000'));
    publisher.grown();
    await until('it disagrees', () => state()?.state === 'disagrees');
    await again((response) => response.destroy());
    await until('it cannot be reached', () =>
      said.includes('a witness cannot be reached; it is tried again'),
    );
    await again((response) => response.writeHead(500).end());
    await again(size('1000'));
    assert.equal(state()?.state, 'disagrees');
    assert.match(state()?.problem ?? '', /has seen 1000 entries/);
    assert.equal(said.filter((text) => text.startsWith('ALARM')).length, 1);

    await again((response) => response.writeHead(200).end());
    await until('it took it', () => state()?.state === 'took');
    assert.equal(state()?.problem, undefined);
    await publisher.close();
  });
});
