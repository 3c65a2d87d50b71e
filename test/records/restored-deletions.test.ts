import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { BackupProblem } from '../../server/records/backup/backup-problem.ts';
import { deletionLedgerFile, LedgerProblem } from '../../server/records/deletion-ledger.ts';
import { KeyProblem } from '../../server/records/keys/key-problem.ts';
import { recordsFile } from '../../server/records/open-records.ts';
import { rulesEntry } from '../../server/records/recorded-rules.ts';
import { Retention } from '../../server/records/retention.ts';
import { openForWriting, unlock } from '../../server/records/sqlite/connection.ts';
import { MIGRATIONS } from '../../server/records/sqlite/migrations.ts';
import { verifyFolder } from '../../server/records/verify/verify-folder.ts';
import { Settings } from '../../server/settings/settings.ts';
import { openSettings } from '../../server/settings/settings-store.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { EVERYTHING, query } from './describe-record-store.ts';
import { WITHOUT_NEWER_COLUMNS } from './earlier-version.ts';
import { KeptFolder, type OpenedFolder } from './kept-folder.ts';
import { begin, contacted, end, signInFailed } from './stories.ts';

const DAY = 86_400_000;
const PHONE = '+44 20 7946 0018';

describe('a restore', function () {
  this.timeout(120_000); // each opens a store twice, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let kept: KeptFolder;
  let opened: OpenedFolder | undefined;

  const open = async () => {
    opened = await kept.open();
    return opened;
  };
  const close = async () => {
    await opened?.close();
    opened = undefined;
  };
  const backUp = (name = 'backup') => opened!.keeping.backUp(join(folder.path, name), undefined, 'test');
  const restore = async (name = 'backup', change = {}) => {
    await close();
    const restored = await kept.restore({ force: true, file: join(folder.path, name), ...change });
    await open();
    return restored;
  };
  const run = (given = {}) => {
    const parts = { store: opened!.store, clock: kept.clock, log: { info: () => {}, error: () => {} } };
    const settings = { current: () => Settings.parse(given) };
    return new Retention({ ...parts, settings }).run({ dryRun: false, by: 'test' });
  };
  const session = async (name: string, ended = true) => {
    const created = begin({ contact: { name }, detailsGiven: ['phone'] });
    const { sessionId } = created;
    await opened!.store.append([created, contacted(sessionId, { phone: PHONE })]);
    if (ended) await opened!.store.append([end(sessionId)]);
    return sessionId;
  };
  const foundBy = async (q: string) => (await opened!.store.sessions(query({ q }), EVERYTHING)).items.length;
  const wrong = async () =>
    (await verifyFolder({ ...kept.sources, dataDir: kept.dataDir })).findings.map(({ what }) => what);
  const ledgerFile = () => deletionLedgerFile(kept.dataDir);
  const changeLedger = async (change: (text: string) => string) =>
    writeFile(ledgerFile(), change(await readFile(ledgerFile(), 'utf8')));
  /** Ten sign-ins that went since the backup, and that a restore has deleted again. */
  const restoredOnce = async () => {
    await opened!.store.append(Array.from({ length: 10 }, () => signInFailed('a@x.org')));
    await backUp();
    kept.clock.advance(200 * DAY);
    await run();
    // By the clock of who restores nothing is due.
    kept.clock.advance(-200 * DAY);
    assert.equal((await restore()).deletedAgain, 10);
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
    kept = new KeptFolder(folder.path);
    await open();
  });
  afterEach(async () => {
    await close();
    await folder.remove();
  });

  it('tells how far it is while it reads the backup, and while it deletes again', async () => {
    await opened!.store.append(Array.from({ length: 1_200 }, () => signInFailed('a@x.org')));
    await backUp();
    kept.clock.advance(200 * DAY);
    await run();
    const told = new Map<string, number[]>();
    const onProgress = (work: string, { done, total }: { done: number; total: number }) =>
      told.set(work, [...(told.get(work) ?? []), done / total]);
    kept.clock.advance(-200 * DAY);
    assert.equal((await restore('backup', { onProgress })).deletedAgain, 1_200);
    assert.deepEqual([...told.keys()], ['Reading the backup', 'Deleting again what was deleted since']);
    for (const shares of told.values()) {
      assert(shares.length >= 3, shares.join());
      assert.deepEqual(
        shares,
        [...shares].sort((a, b) => a - b),
      );
      assert((shares.at(-1) ?? 0) > 0.95 && (shares.at(-1) ?? 0) <= 1, shares.join());
    }
  });

  describe('of records of another version', () => {
    /** Past the store, which may have it open: that keeps its own schema in mind. */
    const change = (key: Uint8Array, sql: string) => {
      const connection = new Database(recordsFile(kept.dataDir));
      unlock(connection, key);
      connection.exec(sql);
      connection.close();
    };

    it('tells how far it is while it brings earlier ones up to date', async () => {
      for (let count = 0; count < 10; count += 1) await session('Ada');
      change(opened!.keys.dataKey, `PRAGMA user_version = ${MIGRATIONS.length - 1}`);
      await backUp();
      const told: string[] = [];
      const onProgress = (work: string, { done, total }: { done: number; total: number }) => {
        if (!work.startsWith('Reading')) told.push(`${work}: ${done}/${total}`);
      };
      assert.equal((await restore('backup', { onProgress })).broughtUpToDate, true);
      const upgrade = 'Bringing the records up to date';
      assert.deepEqual(told, [`${upgrade}: 0/0`, `${upgrade}: 10/10`, `${upgrade}: 1/1`]);
      assert.equal((await opened!.store.sessions(query({}), EVERYTHING)).items.length, 10);
      await backUp('again');
      assert.equal((await restore('again')).broughtUpToDate, false);
    });

    it('and refuses those of a newer one, as a start does', async () => {
      await backUp();
      change(opened!.keys.dataKey, 'PRAGMA user_version = 999');
      await backUp('newer');
      await assert.rejects(restore('newer'), { name: 'BackupProblem', message: /restore it with that one/ });
      await assert.rejects(open(), { name: 'OtherVersion', message: /newer version.*go on with that one/ });
      await restore();
      assert.deepEqual(await wrong(), []);
    });

    it('keeps what those say that are moved aside', async () => {
      const sessionId = await session('Ada');
      await backUp();
      const { store, keys } = opened!;
      const until = '2030-01-01T23:59:59.999Z';
      const by = { userId: '01890000-0000-4000-8000-000000000004', name: 'Priya Privacy' };
      await store.append([{ type: 'retention.held', sessionId, by, what: 'hold', until, reason: 'A claim' }]);
      await close();
      change(keys.dataKey, WITHOUT_NEWER_COLUMNS);
      assert.equal((await restore()).keptAsDecided, 1);
    });
  });

  it('of a backup from before the last one deletes nothing that nobody deleted, when the next comes', async () => {
    await backUp('first');
    await opened!.store.append(Array.from({ length: 10 }, () => signInFailed('a@x.org')));
    kept.clock.advance(200 * DAY);
    await run();
    await backUp('second');
    await restore('first');
    for (let count = 0; count < 5; count += 1) await session('Precious');
    await backUp('third');
    // The certificate in it is of leaves that were other entries in the records which go.
    await restore('second');
    const { deletedAgain } = await restore('third');
    assert.equal(deletedAgain, 0);
    assert.equal(await foundBy('precious'), 5);
    assert.deepEqual(await wrong(), []);
  });

  it('from before a change of the signing key keeps the entry that tells the log of it', async () => {
    await opened!.store.append([signInFailed('a@x.org')]);
    await backUp();
    // The first entry behind the backup, whose number the new entry gets, is deleted again and again.
    await opened!.keeping.rotateSigningKey('test');
    kept.clock.advance(400 * DAY);
    await run();
    await close();
    const at = new Date(kept.clock.now()).toISOString();
    await kept.tellLedger({ at, rule: 'erasure', leaves: '0-9' });
    await restore();
    assert.deepEqual(await opened!.types('log.key-rotated'), ['log.key-rotated']);
    assert.match((await opened!.store.checkpoint()).vouchers?.join() ?? '', /^.{86}==$/);
    assert.deepEqual(await opened!.findings(), []);
    assert.match(await readFile(ledgerFile(), 'utf8'), /"restoredSize":1,/);
    // Whatever were asked for, what the log needs to prove itself would stay.
    await opened!.store.deleteLeaves([[0, 100]]);
    const stays = ['log.key-rotated', 'backup.restored'] as const;
    assert.deepEqual(await opened!.types(...stays), stays);
  });

  it('is found out when it names more than the deletion ledger told it to delete', async () => {
    const { store } = opened!;
    await store.append(Array.from({ length: 10 }, () => signInFailed('a@x.org')));
    const at = new Date(kept.clock.now()).toISOString();
    await kept.tellLedger({ at, rule: 'erasure', leaves: '0-3' });
    await kept.tellLedger({ at, era: 1, restoredEra: 0, restoredSize: 10 });
    const restored = { type: 'backup.restored', madeAt: at, era: 1, by: 'test' } as const;
    await store.deleteLeaves([[0, 4]]);
    await store.append([{ ...restored, leaves: '0-3' }]);
    assert.deepEqual(await wrong(), []);
    await store.deleteLeaves([[4, 5]]);
    await store.append([{ ...restored, leaves: '3-4' }]);
    assert.deepEqual(await wrong(), [
      'Log entry 12 tells of a restore that deleted again what the deletion ledger does not name.',
    ]);
  });

  it('keeps what was decided to be kept since the backup, and no longer what was let go since', async () => {
    const by = { userId: '01890000-0000-4000-8000-000000000009', name: 'Priya Privacy' };
    const [held, lifted] = [await session('Held'), await session('Lifted')];
    await session('Neither');
    const { store } = opened!;
    const until = '2030-01-01T23:59:59.999Z';
    const hold = (sessionId: string) =>
      store.append([{ type: 'retention.held', sessionId, by, what: 'hold', until, reason: 'A claim' }]);
    await hold(lifted);
    await backUp();
    await hold(held);
    await store.append([
      { type: 'retention.lifted', sessionId: lifted, by, what: 'hold', reason: 'The claim is settled' },
    ]);
    // Of a session that the backup does not hold there is nothing to keep.
    await hold(await session('Came later'));
    const retention = { 'session-record': 500 };
    await store.append([rulesEntry(Settings.parse({ retention }))]);
    // What only the file says may be anybody's.
    const settings = await openSettings(kept.dataDir);
    await settings.change({ retention: { ...settings.current().retention, 'session-record': 60 } });
    kept.clock.advance(400 * DAY);
    assert.equal((await restore('backup', { clockChecked: true })).keptAsDecided, 2);
    const found = async () =>
      [await foundBy('held'), await foundBy('lifted'), await foundBy('neither')].join(' ');
    assert.equal(await found(), '1 1 1', 'the longer period counts');
    const [changed] = await opened!.store.entries({ types: ['settings.changed'], limit: 1 });
    assert(changed?.type === 'settings.changed');
    assert.deepEqual(changed.changed, ['retention.session-record=500']);
    kept.clock.advance(101 * DAY);
    await run({ retention });
    assert.equal(await found(), '1 0 0');
    const { record } = await opened!.store.session(held, EVERYTHING);
    assert.deepEqual(record.retention.hold?.by, by);
    assert.deepEqual(await wrong(), []);
  });

  it('forgets the words of a session that was not over when the backup was made, and so they stay when it ends', async () => {
    const sessionId = await session('Quillon', false);
    await session('Perpetua', false);
    await backUp();
    await opened!.store.append([end(sessionId)]);
    kept.clock.advance(43 * DAY);
    await run();
    assert.equal(await foundBy('7946'), 1, 'the other one’s');
    await restore();
    assert.equal(await foundBy('quillon'), 1);
    assert.equal(await foundBy('7946'), 1);
    assert.deepEqual(await wrong(), []);
    // As the broker does with what it finds open.
    const open = (await opened!.store.openSessions()).map(([first]) => first!.sessionId);
    assert.equal(open.length, 2);
    await opened!.store.append(open.map((each) => end(each)));
    assert.equal(await foundBy('7946'), 1);
    assert.deepEqual(await wrong(), []);
  });

  it('leaves no byte of the words of a session that was not over when the backup was made', async () => {
    const sessionId = await session('Quillon', false);
    await backUp();
    await opened!.store.append([end(sessionId)]);
    kept.clock.advance(43 * DAY);
    await run();
    await restore();
    const { dataKey } = opened!.keys;
    await close();
    const file = join(kept.dataDir, 'records.db');
    const plain = openForWriting({ file, key: dataKey });
    plain.pragma('journal_mode = DELETE');
    plain.pragma(`rekey = ''`);
    plain.close();
    const text = (await readFile(file)).toString('latin1');
    assert(/quillon/i.test(text));
    for (const word of [PHONE, '7946', '442079460018', '02079460018']) assert(!text.includes(word), word);
  });

  it('goes by the moment at which it began, also where the clock is set wrong meanwhile', async () => {
    const sessionId = await session('Ada');
    await backUp();
    const begun = kept.clock.now();
    let looks = 0;
    const now = () => {
      looks += 1;
      return looks === 1 ? begun : begun + 4_000 * DAY;
    };
    const clock = { now, after: () => () => {} };
    assert.equal((await restore('backup', { clock })).overdue, 0);
    await opened!.store.session(sessionId, EVERYTHING);
    const [entry] = await opened!.store.entries({ types: ['backup.restored'], limit: 1 });
    assert.equal(entry?.at, new Date(begun).toISOString());
    assert.equal(looks, 1);
  });

  describe('by a clock that may be wrong', () => {
    const doubtful = (said: string, newest: string) => (error: unknown) =>
      error instanceof BackupProblem &&
      error.message.startsWith(
        `The clock of this computer says ${said} UTC, and the newest of the records that can be believed is of ${newest} UTC.`,
      ) &&
      error.message.includes('--clock-checked');

    it('is refused and deletes nothing, until somebody says that they looked at it', async () => {
      await session('Quillon');
      await backUp();
      await close();
      const files = await kept.files();
      kept.clock.advance(12 * 365 * DAY);
      await assert.rejects(kept.restore({ force: true }), doubtful('2038-02-27 09:00', '2026-03-02 09:00'));
      assert.deepEqual(await kept.files(), files);
      // What a wrong clock wrote before the restore vouches for nothing.
      await open();
      await opened!.store.append([signInFailed('a@x.org')]);
      await close();
      await assert.rejects(kept.restore({ force: true }), doubtful('2038-02-27 09:00', '2026-03-02 09:00'));
      kept.clock.advance(-12 * 365 * DAY + 3 * DAY);
      await restore();
      assert.equal(await foundBy('quillon'), 1);
      await close();
      kept.clock.advance(-3 * DAY - 7_200_000);
      await assert.rejects(kept.restore({ force: true }), doubtful('2026-03-02 07:00', '2026-03-05 09:00'));
      kept.clock.advance(400 * DAY);
      assert((await restore('backup', { clockChecked: true })).overdue > 0);
      assert.equal(await foundBy('quillon'), 0);
    });

    it('is none by the records that are moved aside, where they go on from the backup to this week', async () => {
      await session('Quillon');
      await backUp();
      for (let week = 0; week < 4; week += 1) {
        kept.clock.advance(6 * DAY);
        await opened!.store.append([signInFailed('a@x.org')]);
      }
      await restore();
      assert.equal(await foundBy('quillon'), 1);
    });

    it('is one by the records of a broker that was started on a new machine before', async () => {
      await session('Quillon');
      await backUp();
      await close();
      kept.clock.advance(12 * 365 * DAY);
      await rm(kept.dataDir, { recursive: true });
      await open();
      await opened!.store.append([signInFailed('a@x.org')]);
      await close();
      await assert.rejects(kept.restore({ force: true }), doubtful('2038-02-27 09:00', '2026-03-02 09:00'));
    });
  });

  describe('over a deletion ledger that somebody changed', () => {
    const forged = '{"at":"2026-03-02T09:00:00.000Z","rule":"sign-in-log","leaves":"11-15"}\n';

    it('is refused, and with --ledger-damaged obeys what checks, and says in the record what not', async () => {
      await restoredOnce();
      for (let count = 0; count < 3; count += 1) await session('Precious');
      await backUp('later');
      await close();
      await changeLedger((text) => text + forged);
      assert.match((await wrong()).join(), /^Line 3 of the deletion ledger \(deletions\.ndjson\) is damaged/);
      const options = { force: true, file: join(folder.path, 'later') };
      await assert.rejects(
        kept.restore(options),
        (error) => error instanceof LedgerProblem && /Line 3 .* --ledger-damaged/.test(error.message),
      );
      const { deletedAgain, notObeyed } = await restore('later', { ledgerDamaged: true });
      assert.deepEqual([deletedAgain, notObeyed], [0, 1]);
      assert.equal(await foundBy('precious'), 3);
      const [entry] = await opened!.store.entries({ types: ['backup.restored'], limit: 1 });
      assert(entry?.type === 'backup.restored');
      assert.deepEqual([entry.era, entry.ledgerLinesNotObeyed], [2, 1]);
      assert.deepEqual(await wrong(), []);
    });

    it('can go on from what the backup knows, where not even that is left', async () => {
      await restoredOnce();
      await backUp('later');
      await close();
      await changeLedger((text) => text.replace('"leaves":"0-9"', '"leaves":"0-1"'));
      const { notObeyed } = await restore('later', { ledgerDamaged: true });
      assert.equal(notObeyed, 1);
      assert.deepEqual(await wrong(), []);
      await close();
      await rm(ledgerFile());
      await writeFile(ledgerFile(), forged);
      await assert.rejects(
        kept.restore({ force: true, file: join(folder.path, 'later') }),
        (error) => error instanceof BackupProblem && /--ledger-damaged/.test(error.message),
      );
    });

    it('is found by verify, which names the line: an earlier era’s, the restore’s own, an end cut off', async () => {
      await restoredOnce();
      await close();
      const right = await readFile(ledgerFile(), 'utf8');
      const changes: [string, RegExp][] = [
        [right.replace('"leaves":"0-9"', '"leaves":"0-1"'), /^Line 1 of .*deletions\.ndjson/],
        [right.replace('"restoredSize":10', '"restoredSize":30'), /^Line 2 of .*deletions\.ndjson/],
        [`${right.split('\n')[0]}\n`, /^deletions\.ndjson does not know of the last restore/],
        ['', /^deletions\.ndjson does not know of the last restore/],
      ];
      for (const [changed, finding] of changes) {
        await writeFile(ledgerFile(), changed);
        const found = await wrong();
        assert.equal(found.length, 1, found.join());
        assert.match(found[0] ?? '', finding);
      }
      // What lost its end goes on as an era of its own, so that old numbers are not taken for new entries.
      await open();
      assert.deepEqual(await wrong(), []);
    });

    it('keeps the broker from starting on it, and is put right from a copy', async () => {
      await restoredOnce();
      await close();
      const right = await readFile(ledgerFile(), 'utf8');
      await changeLedger((text) => text.replace('"leaves":"0-9"', '"leaves":"0-1"'));
      await assert.rejects(open(), (error) => error instanceof LedgerProblem && /Line 1/.test(error.message));
      await writeFile(ledgerFile(), right);
      await open();
    });
  });

  describe('with a lost signing key', () => {
    const keyFile = () => join(dirname(kept.sources.keyFile), 'signing-key');
    const lost = { force: true, signingKeyLost: true };

    it('that fails leaves no key behind, so that it can be tried again', async () => {
      await backUp();
      await close();
      await rm(keyFile());
      // What is in the way lets it fail at its last step.
      const inTheWay = join(kept.dataDir, '.restored');
      await mkdir(join(inTheWay, 'something'), { recursive: true });
      await assert.rejects(kept.restore(lost), /ENOTEMPTY|EEXIST/);
      assert.equal(await kept.signingKey(), undefined);
      await rm(inTheWay, { recursive: true });
      await assert.rejects(kept.restore({ force: true }), KeyProblem);
      await kept.restore(lost);
      await open();
      assert.deepEqual(await opened!.types('log.key-rotated'), ['log.key-rotated']);
    });

    it('that was cut off before the new key was in place is ended by the next start', async () => {
      await backUp();
      await close();
      await rm(keyFile());
      await kept.restore(lost);
      await rename(keyFile(), `${keyFile()}.new`);
      await open();
      assert.deepEqual(await opened!.types('log.key-rotated'), ['log.key-rotated']);
      assert.notEqual(await kept.signingKey(), undefined);
    });
  });
});
