import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { checkLedger, deletionLedgerFile, readDeletionLedger } from '../../server/records/deletion-ledger.ts';
import { Retention } from '../../server/records/retention.ts';
import { Settings } from '../../server/settings/settings.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { EVERYTHING, query } from './describe-record-store.ts';
import { KeptFolder, type OpenedFolder } from './kept-folder.ts';
import { begin, contacted, end, sentFile, signInFailed } from './stories.ts';

const DAY = 86_400_000;

describe('what retention deletes', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let kept: KeptFolder;
  let opened: OpenedFolder;

  const run = () => {
    const parts = { store: opened.store, clock: kept.clock, log: { info: () => {}, error: () => {} } };
    const settings = { current: () => Settings.parse({}) };
    return new Retention({ ...parts, settings }).run({ dryRun: false, by: 'test' });
  };
  const session = async (name: string) => {
    const created = begin({ contact: { name }, detailsGiven: ['phone'] });
    await opened.store.append([
      created,
      contacted(created.sessionId, { phone: '+44 20 7946 0018' }),
      ...sentFile(created.sessionId, `${name}.zip`),
      end(created.sessionId),
    ]);
  };
  const ledgerText = () => readDeletionLedger(kept.dataDir);
  const ledger = async () => {
    const { lines, problem } = checkLedger(await ledgerText(), await opened.store.logKeys());
    assert.equal(problem, undefined);
    return lines;
  };
  const certificates = async () => (await opened.store.certificates({ limit: 100 })).reverse();
  const foundBy = async (q: string) => (await opened.store.sessions(query({ q }), EVERYTHING)).items.length;

  /** A folder lies where the ledger is written, from when a run has looked what stands in it. */
  const whileTheLedgerFails = async (work: () => Promise<void>) => {
    const { store } = opened;
    const certificates = store.certificates.bind(store);
    Object.assign(store, {
      certificates: async (...args: Parameters<typeof certificates>) => {
        const page = await certificates(...args);
        await mkdir(deletionLedgerFile(kept.dataDir));
        return page;
      },
    });
    await work();
    Object.assign(store, { certificates });
    await rm(deletionLedgerFile(kept.dataDir), { recursive: true });
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
    kept = new KeptFolder(folder.path);
    opened = await kept.open();
    await session('Quillon');
    kept.clock.advance(10 * DAY);
    await session('Perpetua');
  });
  afterEach(async () => {
    await opened.close();
    await folder.remove();
  });

  it('stands in the ledger too, leaf by leaf, and the whole verifies', async () => {
    kept.clock.advance(360 * DAY);
    await run();
    const lines = (await certificates()).map(({ at, kind, leaves }) => ({ at, rule: kind, leaves }));
    assert.equal(lines.length, 3);
    assert.deepEqual(await ledger(), lines);
    assert.deepEqual(await opened.findings(), []);
  });

  it('stays deleted when a backup from before is restored, although its time has not come again', async () => {
    await opened.keeping.backUp(kept.backup, undefined, 'test');
    kept.clock.advance(43 * DAY);
    await run();
    await opened.close();
    // The restored broker’s clock is wrong: by it nothing is due.
    kept.clock.advance(-43 * DAY);
    await kept.restore({ force: true, clockChecked: true });
    opened = await kept.open();
    assert.equal(await foundBy('quillon.zip'), 0);
    assert.equal(await foundBy('quillon'), 1);
    assert.deepEqual(await opened.findings(), []);
  });

  it('reaches the ledger with the next run when the disk was full, without a restart', async () => {
    await opened.store.append([signInFailed('old@x.org')]);
    kept.clock.advance(400 * DAY);
    await whileTheLedgerFails(async () => assert.rejects(run()));
    assert.deepEqual([(await certificates()).length, await ledger()], [1, []]);
    await run();
    const lines = (await certificates()).map(({ at, kind, leaves }) => ({ at, rule: kind, leaves }));
    assert(lines.length > 1);
    assert.deepEqual(await ledger(), lines);
  });

  it('is certified on page after page, none left out, also after the clock was set back', async () => {
    kept.clock.advance(400 * DAY);
    await run();
    kept.clock.advance(-400 * DAY);
    await opened.store.append([signInFailed('late@x.org')]);
    kept.clock.advance(200 * DAY);
    await run();
    const pages: number[] = [];
    for (let before: number | undefined; ; ) {
      const [certificate] = await opened.store.certificates({ before, limit: 1 });
      if (certificate === undefined) break;
      pages.push(certificate.seq);
      before = certificate.seq;
    }
    const all = await opened.types('retention.deleted');
    assert(all.length > 2);
    assert.equal(pages.length, all.length);
    assert.equal((await ledger()).length, all.length);
  });

  it('stays deleted when the disk was full and a backup from before is restored over it at once', async () => {
    await opened.keeping.backUp(kept.backup, undefined, 'test');
    kept.clock.advance(43 * DAY);
    await whileTheLedgerFails(async () => assert.rejects(run()));
    await opened.close();
    // By the clock of the restored broker nothing is due.
    kept.clock.advance(-43 * DAY);
    await kept.restore({ force: true, clockChecked: true });
    opened = await kept.open();
    assert.equal(await foundBy('7946'), 0);
    assert.deepEqual(await opened.findings(), []);
  });

  it('reaches the ledger at the next start when a kill came in between', async () => {
    kept.clock.advance(43 * DAY);
    await run();
    const told = await ledger();
    const [first] = (await ledgerText()).split('\n');
    await opened.close();
    await rm(deletionLedgerFile(kept.dataDir));
    opened = await kept.open();
    assert.deepEqual(await ledger(), told);

    await opened.close();
    await writeFile(deletionLedgerFile(kept.dataDir), `${first}\n`);
    opened = await kept.open();
    assert.deepEqual(await ledger(), told);
    await opened.close();
    opened = await kept.open();
    assert.deepEqual(await ledger(), told, 'nothing is told twice');
  });
});
