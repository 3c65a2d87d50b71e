import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { checkpointText } from '../../protocol/proof/checkpoint.ts';
import { commitmentOf } from '../../protocol/proof/commitment.ts';
import { EMPTY_FRONTIER, type Frontier, grow, rootOf } from '../../protocol/proof/merkle.ts';
import { signNote } from '../../protocol/proof/signed-note.ts';
import { hashCount } from '../../protocol/proof/tree-shape.ts';
import type { NewEntry } from '../../protocol/record.ts';
import { BackupProblem } from '../../server/records/backup/backup-problem.ts';
import { recordsFile } from '../../server/records/open-records.ts';
import { deletionRules } from '../../server/records/retention.ts';
import { type Connection, openForReading, openForWriting } from '../../server/records/sqlite/connection.ts';
import { type EntryColumns, entryOf } from '../../server/records/sqlite/tables.ts';
import { logKey, logOrigin } from '../../server/records/transparency/log-identity.ts';
import { hashing, logSigner, sha256 } from '../../server/records/transparency/node-crypto.ts';
import { verifyFolder } from '../../server/records/verify/verify-folder.ts';
import { Settings } from '../../server/settings/settings.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { KeptFolder, type OpenedFolder } from './kept-folder.ts';
import { begin, end, joined, sentFile, signInFailed } from './stories.ts';

const PAGE_BYTES = 4096;

describe('a data folder that somebody changed while no broker ran', function () {
  this.timeout(120_000); // each opens a store twice, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let kept: KeptFolder;
  let opened: OpenedFolder | undefined;
  let dataKey: Uint8Array;
  const file = () => recordsFile(kept.dataDir);

  const open = async () => {
    opened = await kept.open();
    dataKey = opened.keys.dataKey;
    return opened.store;
  };
  const close = async () => {
    await opened?.close();
    opened = undefined;
  };
  /** With the key of the data, but not that of the log. */
  const tamper = (change: (connection: Connection) => void) => {
    const connection = openForWriting({ file: file(), key: dataKey });
    change(connection);
    connection.close();
  };
  /** Without any key: the first page of each of these, as it was in an older copy of the file. */
  const putBack = async (older: Buffer, ...tables: string[]) => {
    const connection = openForReading({ file: file(), key: dataKey });
    const roots = connection
      .prepare<[string], number>(
        'SELECT rootpage FROM sqlite_schema WHERE rootpage > 0 AND tbl_name IN (SELECT value FROM json_each(?))',
      )
      .pluck()
      .all(JSON.stringify(tables));
    connection.close();
    const bytes = await readFile(file());
    for (const page of roots)
      older.copy(bytes, (page - 1) * PAGE_BYTES, (page - 1) * PAGE_BYTES, page * PAGE_BYTES);
    await writeFile(file(), bytes);
  };
  const wrong = async () =>
    (await verifyFolder({ ...kept.sources, dataDir: kept.dataDir })).findings.map(({ what }) => what);
  const refused = { name: 'RecordsDamaged', message: /signed up to entry \d+.*countersign restore/ };

  beforeEach(async () => {
    folder = await temporaryFolder();
    kept = new KeptFolder(folder.path);
    await open();
  });
  afterEach(async () => {
    await close();
    await folder.remove();
  });

  it('is not signed: the last hour is taken out of the log, and its entries are changed', async () => {
    const { store } = opened!;
    await store.append([signInFailed('ada@example.com'), signInFailed('bob@example.com')]);
    kept.clock.advance(3_600_000);
    await store.append([signInFailed('eve@example.com'), signInFailed('eve@example.com')]);
    await close();
    tamper((connection) =>
      connection.exec(`DELETE FROM checkpoints WHERE size > 2; DELETE FROM log_hashes WHERE position >= ${hashCount(2)};
        DELETE FROM entries WHERE seq = 3; UPDATE entries SET seq = 3 WHERE seq = 4`),
    );
    const before = await wrong();
    await assert.rejects(open(), refused);
    assert.deepEqual(await wrong(), before);
  });

  it('is not signed: all of the log is taken out', async () => {
    await opened!.store.append([signInFailed('ada@example.com')]);
    await close();
    tamper((connection) =>
      connection.exec('DELETE FROM checkpoints; DELETE FROM log_hashes; DELETE FROM log_keys'),
    );
    await assert.rejects(open(), refused);
  });

  it('is not signed: without a key, old pages of the log are put back', async () => {
    await opened!.store.append([signInFailed('ada@example.com')]);
    await close();
    const older = await readFile(file());
    const created = begin();
    await (await open()).append([created, joined(created.sessionId), end(created.sessionId)]);
    await close();
    await putBack(older, 'log_hashes', 'checkpoints');
    await assert.rejects(open(), refused);
    assert.match((await wrong()).join(), /Log entry 2 stands in the store, but not in the log\./);
  });

  /** An entry is another one, and every hash is as if it had been logged so. @returns the tree that is there now */
  const logOtherwise = (connection: Connection, seq: number): Frontier => {
    connection
      .prepare(`UPDATE entries SET fields = replace(fields, 'ada@', 'eve@'), salt = ? WHERE seq = ?`)
      .run(Buffer.alloc(32, 7), seq);
    const put = connection.prepare('UPDATE log_hashes SET hash = ? WHERE position = ?');
    let [tree, position] = [EMPTY_FRONTIER, 0];
    for (const row of connection
      .prepare<[], EntryColumns & { salt: Buffer }>('SELECT * FROM entries ORDER BY seq')
      .all()) {
      const entry = entryOf(row) as unknown as Record<string, unknown>;
      const { frontier, complete } = grow(hashing, tree, hashing.leaf(commitmentOf(sha256, row.salt, entry)));
      for (const hash of complete) put.run(hash, position++);
      tree = frontier;
    }
    return tree;
  };
  /** Of each of three hours one, the first of which somebody wants to have been another. */
  const threeHours = async () => {
    for (const name of ['ada', 'bob', 'cyd']) {
      await opened!.store.append([signInFailed(`${name}@example.com`)]);
      kept.clock.advance(3_600_000);
    }
  };
  const otherTree = {
    name: 'RecordsDamaged',
    message: /hashes of 3 entries are not those.*countersign restore/,
  };

  it('is not signed: an entry and all hashes are other ones, and the last checkpoint would be written over', async () => {
    await threeHours();
    await close();
    const hour = new Date(kept.clock.now()).toISOString().slice(0, 13);
    tamper((connection) => {
      logOtherwise(connection, 1);
      connection.exec(`DELETE FROM checkpoints WHERE size < 3; UPDATE checkpoints SET hour = '${hour}'`);
    });
    const before = await wrong();
    assert.match(before.join(), /\(3 entries\) is not of this log/);
    await assert.rejects(open(), otherTree);
    assert.deepEqual(await wrong(), before);
  });

  it('is not signed: the last checkpoint is of the tree that is there, and another key signed it', async () => {
    await threeHours();
    await close();
    tamper((connection) => {
      const tree = logOtherwise(connection, 1);
      const first = connection.prepare<[], Buffer>('SELECT public_key FROM log_keys').pluck().get() as Buffer;
      const origin = logOrigin(first);
      const text = checkpointText({ origin, size: tree.size, root: rootOf(hashing, tree) });
      const { sign } = logSigner(Buffer.alloc(32, 9));
      connection
        .prepare('UPDATE checkpoints SET note = ? WHERE size = 3')
        .run(signNote(text, logKey(origin, first), sign, sha256));
    });
    await assert.rejects(open(), { name: 'RecordsDamaged', message: /not signed with the log’s last key/ });
  });

  it('is not signed: a checkpoint of fewer entries is said to be of all', async () => {
    await threeHours();
    await close();
    tamper((connection) =>
      connection.exec(
        'DELETE FROM checkpoints WHERE size = 3; UPDATE checkpoints SET size = 3 WHERE size = 2',
      ),
    );
    await assert.rejects(open(), otherTree);
  });

  it('is not signed where it comes back with a backup, and what is there stays', async () => {
    await threeHours();
    tamper((connection) => void logOtherwise(connection, 1));
    await opened!.keeping.backUp(kept.backup, undefined, 'test');
    await close();
    const before = await readFile(file());
    await assert.rejects(kept.restore({ force: true }), (error) => {
      assert(error instanceof BackupProblem);
      assert.match(error.message, /not as a broker left them.*Nothing was restored/);
      return true;
    });
    assert.deepEqual(await readFile(file()), before);
  });

  const OLD_ROWS = ['sessions', 'session_parts', 'session_documents'];
  const DAY = 86_400_000;
  const by = { userId: '01890000-0000-4000-8000-000000000009', name: 'Priya Privacy' };
  const hold = { by, what: 'hold', until: '2030-01-01T23:59:59.999Z', reason: 'a claim' } as const;
  const run = async () => {
    const { store } = opened!;
    const rules = deletionRules(Settings.parse({}), kept.clock.now());
    const counts = await store.deleteDue(rules, false);
    return Object.fromEntries(
      counts.filter(({ sessions }) => sessions > 0).map(({ kind, sessions }) => [kind, sessions]),
    );
  };
  /** Two sessions that were over; then `change` of the first, and the rows as they were before it. */
  const withOldRows = async (
    before: (sessionId: string) => NewEntry[],
    change: (id: string) => NewEntry[],
  ) => {
    const [first, second] = [begin(), begin()];
    const { store } = opened!;
    await store.append([first, ...sentFile(first.sessionId, 'a.pdf'), ...before(first.sessionId)]);
    await store.append([second, ...sentFile(second.sessionId, 'b.pdf'), end(second.sessionId)]);
    await close();
    const older = await readFile(file());
    await (await open()).append(change(first.sessionId));
    await close();
    await putBack(older, ...OLD_ROWS);
    kept.clock.advance(400 * DAY);
    return first.sessionId;
  };

  it('loses no session on hold, though old pages of the list do not know of the hold', async () => {
    const sessionId = await withOldRows(
      (id) => [end(id)],
      (id) => [{ type: 'retention.held', sessionId: id, ...hold }],
    );
    const store = await open();
    assert.deepEqual(await run(), { 'chat-and-file-names': 1, 'session-record': 1 });
    assert.deepEqual(kept.corrected, [sessionId]);
    const { record, entries } = await store.session(sessionId, { everything: true });
    assert.deepEqual([record.retention.hold?.reason, entries.at(-1)?.type], ['a claim', 'retention.held']);
    assert.deepEqual(await opened!.findings(), []);
    assert.deepEqual(await run(), {});
    assert.equal(kept.corrected.length, 1);
  });

  it('keeps no session too long, though old pages of the list do not know that it is over', async () => {
    const sessionId = await withOldRows(
      () => [],
      (id) => [end(id)],
    );
    const store = await open();
    assert.deepEqual(kept.corrected, [sessionId]);
    assert.deepEqual(await store.openSessions(), [], 'nor does it begin anew');
    assert.deepEqual(await opened!.findings(), []);
    assert.deepEqual(await run(), { 'chat-and-file-names': 2, 'session-record': 2 });
  });

  it('keeps no session too long, though old pages of the list still know a hold that was lifted', async () => {
    const sessionId = await withOldRows(
      (id) => [end(id), { type: 'retention.held', sessionId: id, ...hold }],
      (id) => [{ type: 'retention.lifted', sessionId: id, by, what: 'hold', reason: 'settled' }],
    );
    await open();
    assert.deepEqual(kept.corrected, [sessionId]);
    assert.deepEqual(await run(), { 'chat-and-file-names': 2, 'session-record': 2 });
  });
});
