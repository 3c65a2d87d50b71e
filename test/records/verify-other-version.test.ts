import assert from 'node:assert/strict';
import Database from 'better-sqlite3-multiple-ciphers';
import { v4 as uuid } from 'uuid';
import { openKeys } from '../../server/records/keys/open-keys.ts';
import { recordsFile } from '../../server/records/open-records.ts';
import { openForWriting, unlock } from '../../server/records/sqlite/connection.ts';
import { opensWith } from '../../server/records/sqlite/snapshot.ts';
import { sentenceOf } from '../../server/records/verify/verdict-sentence.ts';
import { verifyFolder } from '../../server/records/verify/verify-folder.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { WITHOUT_NEWER_COLUMNS } from './earlier-version.ts';
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

  const openKeysOf = () =>
    openKeys({
      dataDir: kept.dataDir,
      ...kept.sources,
      dataExist: true,
      opensData: (key) => opensWith(recordsFile(kept.dataDir), key),
    });
  /** Past every rule of the store, as somebody would who has the data key. */
  const change = async (sql: string) => {
    const connection = new Database(recordsFile(kept.dataDir));
    unlock(connection, (await openKeysOf()).dataKey);
    connection.exec(sql);
    connection.close();
  };

  const assertOnlyTheLogIsRight = async (why: RegExp) => {
    const verdict = await verified();
    assert.deepEqual(verdict.findings, []);
    assert.match(
      sentenceOf(verdict),
      /^What could be checked is right: 5 entries are what was logged, and agree with 1 signed checkpoint\. /,
    );
    assert.match(
      verdict.notChecked ?? '',
      /^Not checked: what is listed, .*records\.db is of an earlier version/,
    );
    assert.match(verdict.notChecked ?? '', why);
  };

  it('is checked as far as its log goes where that was an earlier one; once it was brought up to date as a whole', async () => {
    await leftBy(-1);
    await assertOnlyTheLogIsRight(/once this one was started/);
    await (await kept.open()).close();
    const { findings, notChecked } = await verified();
    assert.deepEqual([findings, notChecked], [[], undefined]);
  });

  it('is checked without what its version did not have yet', async () => {
    await leftBy(-1);
    await change(WITHOUT_NEWER_COLUMNS);
    await assertOnlyTheLogIsRight(/once this one was started/);
    await change(`UPDATE entries SET fields = json_set(fields, '$.reason', 'another') WHERE seq = 1`);
    const verdict = await verified();
    assert.match(sentenceOf(verdict), /^One thing is not as logged, among 5 entries of the log /);
    assert.match(
      verdict.findings[0]?.what ?? '',
      /^Log entry 1 \(session\.created, .*\) is not what was logged/,
    );
    assert.match(verdict.notChecked ?? '', /^Not checked: /);
  });

  it('is checked as far as its log goes where a start was stopped that brings it up to date', async () => {
    await leftBy(-1);
    const { dataKey } = await openKeysOf();
    assert.throws(
      () =>
        openForWriting({ file: recordsFile(kept.dataDir), key: dataKey }, ({ standing }) => {
          if (standing === 'under-way') throw new Error('stopped');
        }),
      /stopped/,
    );
    await assertOnlyTheLogIsRight(/start this version, which goes on with it/);
    await (await kept.open()).close();
    assert.deepEqual((await verified()).findings, []);
  });

  it('is refused where that was a newer one, or one without a log', async () => {
    await leftBy(1);
    await assert.rejects(verified(), { name: 'OtherVersion', message: /records\.db is of a newer version/ });
    await change('PRAGMA user_version = 3');
    await assert.rejects(verified(), {
      name: 'OtherVersion',
      message: /kept no log that this one can check/,
    });
  });
});
