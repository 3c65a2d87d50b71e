import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupProblem } from '../../server/records/backup/backup-problem.ts';
import { PIECE_BYTES, TAG_BYTES } from '../../server/records/backup/pieces.ts';
import { checkBackup } from '../../server/records/backup/restore-backup.ts';
import { backupKeys } from '../../server/records/keeping.ts';
import { KeyProblem } from '../../server/records/keys/key-problem.ts';
import { rulesEntry, settleRules } from '../../server/records/recorded-rules.ts';
import { openForWriting } from '../../server/records/sqlite/connection.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { EVERYTHING, query } from './describe-record-store.ts';
import { KeptFolder, type OpenedFolder } from './kept-folder.ts';
import { begin, end, joined, note, sentFile } from './stories.ts';

const DAY = 86_400_000;
const problem = (part: RegExp) => (error: unknown) =>
  error instanceof BackupProblem && part.test(error.message);

describe('a backup', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let kept: KeptFolder;
  let opened: OpenedFolder | undefined;

  const open = async (which = kept) => {
    opened = await which.open();
    return opened;
  };
  const close = async () => {
    await opened?.close();
    opened = undefined;
  };
  const contacts = async () =>
    (await opened!.store.sessions(query({ limit: 100 }), EVERYTHING)).items.map(({ contact }) => contact);
  /** Answers the leaf of each entry. */
  const session = async (name: string) => {
    const created = begin({ contact: { name } });
    const { sessionId } = created;
    const entries = await opened!.store.append([
      created,
      joined(sessionId),
      ...sentFile(sessionId, `${name}.zip`),
      ...note(sessionId, `about ${name} ${'and more '.repeat(3000)}`),
      end(sessionId),
    ]);
    return entries.map(({ seq }) => seq - 1);
  };
  const backUp = (target = kept.backup, keyFile?: string) => opened!.keeping.backUp(target, keyFile, 'Ada');
  const check = (file = kept.backup, keyFile?: string) =>
    checkBackup({ file, backupKeys: backupKeys(keyFile, kept.sources) });

  beforeEach(async () => {
    folder = await temporaryFolder();
    kept = new KeptFolder(folder.path);
    await open();
    for (const name of ['Quillon', 'Perpetua', 'Zanzibar']) await session(name);
  });
  afterEach(async () => {
    await close();
    await folder.remove();
  });

  it('brings everything back as it was, into an empty folder with the same keys', async () => {
    await opened!.store.addUser({
      id: 'u1',
      email: 'ada@example.com',
      name: 'Ada',
      role: 'admin',
      teams: [],
      passwordHash: 'x',
      disabled: false,
      createdAt: '2026-03-02T09:00:00.000Z',
    });
    const before = await contacts();
    const made = await backUp();
    const cookie = opened!.keys.deriveKey('cookie');
    await session('Afterwards');
    await close();
    await rm(kept.dataDir, { recursive: true });
    await mkdir(kept.dataDir);

    const restored = await kept.restore();
    const nothing = { deletedAgain: 0, overdue: 0, keptAsDecided: 0, notObeyed: 0, broughtUpToDate: false };
    assert.deepEqual(restored, { madeAt: '2026-03-02T09:00:00.000Z', ...nothing });
    await open();
    assert.deepEqual(await contacts(), before);
    assert.equal((await opened!.store.users()).length, 1);
    assert.deepEqual(await opened!.types('backup.made', 'backup.restored'), ['backup.restored']);
    const found = await opened!.store.sessions(query({ q: 'perpetua' }), EVERYTHING);
    assert.equal(found.items.length, 1);
    assert.notDeepEqual(opened!.keys.deriveKey('cookie'), cookie, 'sign-ins from before would hold');
    assert.equal(made.size, (await stat(kept.backup)).size);
  });

  it('is one file for its owner only, and the record says who made it and what it is', async () => {
    const made = await backUp();
    assert.equal((await stat(kept.backup)).mode & 0o777, 0o600);
    const [entry] = await opened!.store.entries({ types: ['backup.made'], limit: 1 });
    assert(entry?.type === 'backup.made');
    const sha256 = createHash('sha256')
      .update(await readFile(kept.backup))
      .digest('hex');
    assert.deepEqual([entry.by, entry.size, entry.sha256, made.sha256], ['Ada', made.size, sha256, sha256]);
    const left = await readdir(folder.path);
    assert.deepEqual(left.sort(), ['backup', 'data', 'secret']);
    assert(!(await kept.files()).some((name) => name.includes('snapshot')));
  });

  it('asks for the key that it needs when the named file is missing, and says where that lies', async () => {
    await backUp();
    const elsewhere = join(folder.path, 'elsewhere');
    const refused = async () => {
      const error = await check(kept.backup, elsewhere).catch((thrown: unknown) => thrown);
      assert(error instanceof KeyProblem);
      return error.message;
    };
    assert.match(
      await refused(),
      /elsewhere is missing\. The backup needs the key whose fingerprint is \S+\.$/,
    );
    const { retiredFile } = await opened!.keeping.rotateMasterKey(undefined, 'Ada');
    assert((await refused()).endsWith(`; it lies in ${retiredFile}.`));
  });

  it('holds no word of the record that can be read, nor do the files that are there while it is restored', async () => {
    await backUp();
    await close();
    await kept.restore({ force: true });
    for (const name of [kept.backup, ...(await kept.files()).map((name) => join(kept.dataDir, name))]) {
      if (!(await stat(name)).isFile()) continue;
      const text = (await readFile(name)).toString('latin1');
      for (const word of ['Quillon', 'Perpetua.zip', 'and more', 'CREATE TABLE', 'session.created'])
        assert(!text.includes(word), `${word} in ${name}`);
    }
  });

  it('is taken while entries are appended, and holds all that were acknowledged before', async () => {
    let appending = true;
    let appended = 3;
    const writer = (async () => {
      while (appending) {
        await opened!.store.append([begin()]);
        appended += 1;
      }
    })();
    const before = appended;
    await backUp();
    appending = false;
    await writer;
    assert(appended > before, 'nothing was appended meanwhile');
    assert.equal((await opened!.store.sessions(query(), EVERYTHING)).total, appended);
    await close();
    await kept.restore({ force: true });
    await open();
    const { total } = await opened!.store.sessions(query(), EVERYTHING);
    assert(total! >= before && total! <= appended, `${total} of ${before} to ${appended}`);
  });

  it('is of one moment: has the rules that its records say were in force, whoever changes them meanwhile', async () => {
    const { store, settings } = opened!;
    await settleRules(store, settings, { warn: () => {} });
    let changes = 0;
    let changing = true;
    const officer = (async () => {
      for (; changing; changes += 1)
        await settings.change({ organisation: `Harbour ${changes}` }, (next) =>
          store.append([rulesEntry(next)]),
        );
    })();
    await backUp();
    changing = false;
    await officer;
    assert(changes > 2, 'hardly anything was changed meanwhile');
    await close();
    await rm(kept.dataDir, { recursive: true });
    await mkdir(kept.dataDir);
    await kept.restore();
    const restored = await open();
    const [recorded] = await restored.store.entries({ types: ['rules.recorded'], limit: 1 });
    assert(recorded?.type === 'rules.recorded');
    assert.deepEqual(recorded.texts, rulesEntry(restored.settings.current()).texts);
  });

  it('does not write over a file that is there', async () => {
    await writeFile(kept.backup, 'mine');
    await assert.rejects(backUp(), problem(/exists already/));
    assert.equal(await readFile(kept.backup, 'utf8'), 'mine');
  });

  it('does not write over what came there meanwhile, nor through a link that somebody laid', async () => {
    const { store } = opened!;
    const append = store.append.bind(store);
    const victim = join(folder.path, 'victim');
    await writeFile(victim, 'mine');
    for (const name of [`${kept.backup}.partial`, kept.backup]) await symlink(victim, name);
    await assert.rejects(backUp(), problem(/exists already/));
    await rm(kept.backup);
    Object.assign(store, {
      append: async (...args: Parameters<typeof append>) => {
        await symlink(join(folder.path, 'nowhere'), kept.backup);
        return append(...args);
      },
    });
    await assert.rejects(backUp(), problem(/exists already: choose another name/));
    Object.assign(store, { append });
    assert.equal(await readlink(kept.backup), join(folder.path, 'nowhere'));
    await rm(kept.backup);
    await backUp();
    assert.equal(await readFile(victim, 'utf8'), 'mine');
    const beside = (await readdir(folder.path)).filter((name) => name.startsWith('backup'));
    assert.deepEqual(beside.sort(), ['backup', 'backup.partial']);
  });

  it('says where it cannot be written, and leaves nothing behind', async () => {
    await assert.rejects(backUp(join(folder.path, 'nowhere', 'backup')), problem(/cannot be written/));
    assert(!(await kept.files()).some((name) => name.includes('snapshot')));
  });

  it('is not made when the record cannot say so', async () => {
    const append = opened!.store.append.bind(opened!.store);
    opened!.store.append = async () => {
      throw Object.assign(new Error('full'), { code: 'record.unavailable' });
    };
    await assert.rejects(backUp(), /full/);
    opened!.store.append = append;
    assert.deepEqual((await readdir(folder.path)).sort(), ['data', 'secret']);
  });

  describe('under which key', () => {
    it('a key of its own can keep it, and then the master key does not open it', async () => {
      const keyFile = join(folder.path, 'backup-key');
      await assert.rejects(
        backUp(kept.backup, keyFile),
        (error) => error instanceof KeyProblem && /openssl rand/.test(error.message),
      );
      await writeFile(keyFile, Buffer.alloc(32, 7));
      const { wrappedBy } = await backUp(kept.backup, keyFile);
      await assert.rejects(check(), problem(new RegExp(`another key, whose fingerprint is ${wrappedBy}`)));
      assert.equal((await check(kept.backup, keyFile)).madeAt, '2026-03-02T09:00:00.000Z');
    });

    it('one from before a rotation of the master key is opened by the key that was kept', async () => {
      await backUp();
      const { retiredFile } = await opened!.keeping.rotateMasterKey(undefined, 'Ada');
      await check();
      await rm(retiredFile!);
      await assert.rejects(check(), problem(/another key/));
    });

    it('goes to a new machine with its key file alone, when the signing key is said to be lost', async () => {
      const keyFile = join(folder.path, 'backup-key');
      await writeFile(keyFile, Buffer.alloc(32, 7));
      await backUp(kept.backup, keyFile);
      await close();
      const machine = new KeptFolder(join(folder.path, 'machine'));
      await mkdir(machine.dataDir, { recursive: true });
      const elsewhere = { file: kept.backup };
      await assert.rejects(machine.restore(elsewhere, keyFile), /signing key file .* is missing/);
      await rm(dirname(machine.sources.keyFile), { recursive: true, force: true });
      await machine.restore({ ...elsewhere, signingKeyLost: true }, keyFile);
      await open(machine);
      assert.equal((await contacts()).length, 3);
      assert.deepEqual(await opened!.types('log.key-rotated'), ['log.key-rotated']);
    });
  });

  describe('that is damaged', () => {
    let bytes: Buffer;
    const checkBytes = async (damaged: Uint8Array) => {
      await writeFile(join(folder.path, 'changed'), damaged);
      return check(join(folder.path, 'changed'));
    };
    beforeEach(async () => {
      await backUp();
      bytes = await readFile(kept.backup);
    });
    const headerEnd = () => bytes.indexOf('\n', bytes.indexOf('\n') + 1) + 1;
    const piece = (index: number) => headerEnd() + index * (PIECE_BYTES + TAG_BYTES);

    it('is found out by one changed bit in every region, and told where', async () => {
      const pieces = Math.ceil((bytes.length - headerEnd()) / (PIECE_BYTES + TAG_BYTES));
      assert(pieces > 2);
      const header = bytes.subarray(0, headerEnd()).toString('latin1');
      const regions: [number, RegExp][] = [
        [0, /not a backup/],
        [header.indexOf('\n'), /not a backup/],
        [header.indexOf('madeAt'), /damaged in its header/],
        [header.indexOf('2026-') + 3, /damaged in its header/],
        [header.indexOf('"bytes":') + 8, /damaged in its header|cut off|behind its end/],
        [header.indexOf('wrappedBy":"') + 14, /another key.*or its header is damaged/],
        [header.indexOf('sealed":"') + 20, /damaged in its header/],
        [headerEnd() - 1, /damaged in its header/],
        [piece(0), /damaged in piece 1 of/],
        [piece(0) + PIECE_BYTES, /damaged in piece 1 of/],
        [piece(1) + 1000, /damaged in piece 2 of/],
        [piece(2) - 1, /damaged in piece 2 of/],
        [bytes.length - TAG_BYTES - 1, new RegExp(`damaged in piece ${pieces} of ${pieces}`)],
        [bytes.length - 1, new RegExp(`damaged in piece ${pieces} of ${pieces}`)],
      ];
      for (const [at, said] of regions) {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 1;
        await assert.rejects(checkBytes(damaged), problem(said), `bit at ${at}`);
      }
      await checkBytes(bytes);
    });

    it('is found out when it was cut off anywhere, or something was added', async () => {
      for (const length of [0, 10, headerEnd() - 5, headerEnd(), piece(1), piece(1) + 17, bytes.length - 1])
        await assert.rejects(checkBytes(bytes.subarray(0, length)), BackupProblem, `cut at ${length}`);
      await assert.rejects(checkBytes(Buffer.concat([bytes, Buffer.alloc(1)])), problem(/1 bytes behind/));
    });

    it('is found out when pieces changed places, or one was said twice', async () => {
      const cut = (index: number) => bytes.subarray(piece(index), piece(index + 1));
      const head = bytes.subarray(0, headerEnd());
      for (const order of [
        [1, 0],
        [0, 0],
      ])
        await assert.rejects(
          checkBytes(Buffer.concat([head, ...order.map(cut), bytes.subarray(piece(2))])),
          problem(/damaged in piece/),
        );
    });

    it('changes nothing in what is there', async () => {
      const before = await contacts();
      await close();
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(kept.backup, bytes);
      const files = await kept.files();
      await assert.rejects(kept.restore({ force: true }), problem(/damaged in piece/));
      assert.deepEqual(await kept.files(), files);
      await open();
      assert.deepEqual(await contacts(), before);
    });
  });

  describe('restored over records that are there', () => {
    it('is refused unless it is said that they go, and then moves them aside whole', async () => {
      await backUp();
      await session('Afterwards');
      await close();
      await assert.rejects(kept.restore(), problem(/--force/));
      const { aside } = await kept.restore({ force: true });
      assert.deepEqual((await readdir(aside!)).sort(), ['keys.json', 'records.db', 'settings.json']);
      await open();
      assert(!(await contacts()).includes('Afterwards'));
    });

    it('deletes again what was deleted since by decision, words and all, and what has come of age', async () => {
      await backUp();
      const { dataDir } = kept;
      const at = '2026-03-03T00:00:00.000Z';
      // Quillon's session, and the name of Perpetua's file, were erased since.
      await kept.tellLedger({ at, rule: 'erasure', leaves: '0-9' }, { at, rule: 'file names', leaves: '13' });
      await close();
      const restored = await kept.restore({ force: true });
      assert.equal(restored.deletedAgain, 11);
      await open();
      assert.deepEqual((await contacts()).sort(), ['Perpetua', 'Zanzibar']);
      const words = (q: string) => opened!.store.sessions(query({ q }), EVERYTHING);
      assert.equal((await words('quillon')).items.length, 0);
      assert.equal((await words('perpetua.zip')).items.length, 0);
      assert.equal((await words('zanzibar.zip')).items.length, 1);
      const [entry] = await opened!.store.entries({ types: ['backup.restored'], limit: 1 });
      assert(entry?.type === 'backup.restored' && entry.leaves === '0-9,13');
      assert.deepEqual(await opened!.findings(), []);
      // The ledger goes on, and knows that the log does not.
      assert.match(
        await readFile(join(dataDir, 'deletions.ndjson'), 'utf8'),
        /"era":1,"restoredEra":0,"restoredSize":30,/,
      );

      await close();
      kept.clock.advance(400 * DAY);
      assert.equal((await kept.restore({ force: true, clockChecked: true })).overdue > 0, true);
      await open();
      assert.deepEqual(await contacts(), []);
    });

    it('leaves no byte of what was deleted again', async () => {
      await backUp();
      const at = '2026-03-03T00:00:00.000Z';
      await kept.tellLedger({ at, rule: 'erasure', leaves: '0-9' });
      await close();
      await kept.restore({ force: true });
      const { keys } = await open();
      const { dataKey } = keys;
      await close();
      const plain = openForWriting({ file: join(kept.dataDir, 'records.db'), key: dataKey });
      plain.pragma('journal_mode = DELETE');
      plain.pragma(`rekey = ''`);
      plain.close();
      const text = (await readFile(join(kept.dataDir, 'records.db'))).toString('latin1');
      assert(text.includes('Perpetua'));
      assert(!/quillon/i.test(text));
    });

    it('refuses a deletion ledger that does not go on from the one in the backup', async () => {
      const at = '2026-03-03T00:00:00.000Z';
      await kept.tellLedger({ at, rule: 'erasure', leaves: '4' });
      await backUp();
      await writeFile(join(kept.dataDir, 'deletions.ndjson'), '');
      await kept.tellLedger({ at, rule: 'erasure', leaves: '7' });
      await close();
      await assert.rejects(kept.restore({ force: true }), problem(/does not go on from/));
    });
  });

  it('does not hold up a deletion: what was deleted meanwhile is forgotten when it is made', async () => {
    kept.clock.advance(400 * DAY);
    const before = new Date(kept.clock.now()).toISOString();
    const [, counts] = await Promise.all([
      backUp(),
      opened!.store.deleteDue([{ kind: 'session-record', before }], false),
    ]);
    assert.equal(counts[0]!.sessions, 3);
    assert.equal((await stat(join(kept.dataDir, 'records.db-wal'))).size < 10_000, true);
  });
});
