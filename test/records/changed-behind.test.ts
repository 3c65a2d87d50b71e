import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { hashCount } from '../../protocol/proof/tree-shape.ts';
import { recordsFile } from '../../server/records/open-records.ts';
import { type Connection, openForReading, openForWriting } from '../../server/records/sqlite/connection.ts';
import { verifyFolder } from '../../server/records/verify/verify-folder.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { KeptFolder, type OpenedFolder } from './kept-folder.ts';
import { begin, end, joined, signInFailed } from './stories.ts';

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
    assert.match((await wrong()).join(), /Entry 2 stands in the store, but not in the log\./);
  });
});
