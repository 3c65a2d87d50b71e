import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import { openKeys } from '../../server/records/keys/open-keys.ts';
import { recordsFile } from '../../server/records/open-records.ts';
import { openForWriting } from '../../server/records/sqlite/connection.ts';
import { opensWith } from '../../server/records/sqlite/snapshot.ts';
import { verifyFolder } from '../../server/records/verify/verify-folder.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { KeptFolder } from './kept-folder.ts';
import { begin, end, joined, laneClosed, laneOpened } from './stories.ts';

describe('a data folder of another version', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let kept: KeptFolder;

  beforeEach(async () => {
    folder = await temporaryFolder();
    kept = new KeptFolder(folder.path);
  });
  afterEach(() => folder.remove());

  const verified = () => verifyFolder({ dataDir: kept.dataDir, ...kept.sources });
  /** As a version so many steps before this one, or after it, left it: it counted every lane. */
  const leftBy = async (steps: number) => {
    const { store, keys, close } = await kept.open();
    const { sessionId, ...created } = begin();
    const lane = uuid();
    await store.append([
      { sessionId, ...created },
      joined(sessionId),
      laneOpened(sessionId, 'view', lane),
      laneClosed(sessionId, 'view', lane, [0, 0]),
      end(sessionId),
    ]);
    await close();
    const connection = openForWriting({ file: recordsFile(kept.dataDir), key: keys.dataKey });
    const version = connection.pragma('user_version', { simple: true }) as number;
    connection.exec(
      `UPDATE session_documents SET document = json_set(document, '$.record.tools[0].uses', 1);
       PRAGMA user_version = ${version + steps}`,
    );
    connection.close();
  };

  it('is not said to be forged where that was an earlier one; once it was brought up to date it is verified', async () => {
    await leftBy(-1);
    await assert.rejects(verified(), {
      name: 'OtherVersion',
      message: /records\.db is of an earlier version/,
    });
    await (await kept.open()).close();
    assert.deepEqual((await verified()).findings, []);
  });

  it('is not said to be forged where a start was stopped that brings it up to date', async () => {
    await leftBy(-1);
    const { dataKey } = await openKeys({
      dataDir: kept.dataDir,
      ...kept.sources,
      dataExist: true,
      opensData: (key) => opensWith(recordsFile(kept.dataDir), key),
    });
    assert.throws(
      () =>
        openForWriting({ file: recordsFile(kept.dataDir), key: dataKey }, ({ standing }) => {
          if (standing === 'under-way') throw new Error('stopped');
        }),
      /stopped/,
    );
    await assert.rejects(verified(), { name: 'OtherVersion' });
    await (await kept.open()).close();
    assert.deepEqual((await verified()).findings, []);
  });

  it('is not said to be forged where that was a newer one', async () => {
    await leftBy(1);
    await assert.rejects(verified(), { name: 'OtherVersion', message: /records\.db is of a newer version/ });
  });
});
