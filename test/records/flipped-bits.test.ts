import assert from 'node:assert/strict';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkReceipt } from '../../protocol/proof/receipt.ts';
import { ProvenExportLine } from '../../protocol/proven-export.ts';
import { Receipt } from '../../protocol/receipt.ts';
import { makeReceipt } from '../../server/records/receipt.ts';
import { type Connection, openForReading, openForWriting } from '../../server/records/sqlite/connection.ts';
import { openSqliteStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { sha256, verifySignature } from '../../server/records/transparency/node-crypto.ts';
import { StoreVerification } from '../../server/records/verify/store-verification.ts';
import { verifyFile } from '../../server/records/verify/verify-files.ts';
import { verifyFolder } from '../../server/records/verify/verify-folder.ts';
import { Settings } from '../../server/settings/settings.ts';
import { folderWitness } from '../../server/witness/folder-witness.ts';
import { KeptLog } from '../../server/witness/kept-log.ts';
import { folderOf } from '../../server/witness/log-folder.ts';
import { textOf } from '../support/exported-records.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Seeded } from '../support/seeded.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { EVERYTHING } from './describe-record-store.ts';
import { KeptFolder } from './kept-folder.ts';
import { begin, end, joined, note, sentFile, signInFailed } from './stories.ts';

const DAY = 86_400_000;
const PAGE = 4096;
/** A bound by which figures are found sooner: it may be later than any of them. */
const BOUND = 'session_figures';
/** What stands in the database and is no part of the record: no entry says what it must be. Encryption guards it too. */
const NOT_OF_THE_RECORD = [
  'users',
  'sign_ins',
  'api_keys',
  'saved_views',
  'unfinished',
  'probe',
  'sqlite_sequence',
];
/** For people to read, and said to be unproven in docs/receipt-format.md. */
const UNPROVEN = ['organisation', 'madeAt', 'withheld'];

describe('one flipped bit', function () {
  this.timeout(120_000); // a store starts two threads, and each bit is verified anew
  let folder: TemporaryFolder;
  let kept: KeptFolder;
  let clock: FakeClock;
  let receipt: string;
  let exported: string;
  let witness: string;
  let dataKey: Uint8Array;
  const place = (name: string) => join(folder.path, name);

  /** Sessions, one that goes on, a deletion with its certificate. */
  const fill = async (store: Awaited<ReturnType<KeptFolder['open']>>['store'], time: FakeClock) => {
    let last = '';
    for (let count = 0; count < 5; count += 1) {
      const created = begin({ contact: { name: `Customer ${count}` } });
      const { sessionId } = created;
      const story = [created, joined(sessionId), ...sentFile(sessionId, 'a.pdf'), ...note(sessionId, 'done')];
      await store.append(count === 4 ? story : [...story, end(sessionId)]);
      await store.append([signInFailed('eve@example.com')]);
      if (count === 1) {
        time.advance(43 * DAY);
        await store.deleteDue(
          [{ kind: 'chat-and-file-names', before: new Date(time.now() - DAY).toISOString() }],
          false,
        );
      }
      if (count < 4) last = sessionId;
    }
    return last;
  };

  before(async () => {
    folder = await temporaryFolder();
    clock = new FakeClock();
    await mkdir(place('witness'));
    kept = new KeptFolder(place('home'), clock);
    const opened = await kept.open();
    const { store } = opened;
    const show = async () =>
      folderWitness(place('witness'), clock).show(
        await store.checkpoint(),
        async (from, to) => (await store.consistency(from, to)).hashes,
      );
    await store.append([signInFailed('eve@example.com')]);
    await show();
    const sessionId = await fill(store, clock);
    await opened.keeping.rotateSigningKey('test');
    await show();
    const proven = await store.provenSession(sessionId, EVERYTHING);
    receipt = place('receipt.json');
    const made = makeReceipt(sessionId, proven, {
      organisation: 'Example',
      madeAt: new Date(clock.now()).toISOString(),
    });
    await writeFile(receipt, JSON.stringify({ ...made, entries: made.entries.slice(0, 3) }));
    exported = place('export.ndjson');
    const provenAt = new Date(clock.now()).toISOString();
    const file = { format: 'ndjson', provenAt } as const;
    await writeFile(exported, await textOf(store.exportSessions({}, EVERYTHING, file)));
    witness = folderOf(place('witness'), proven.checkpoint.origin);
    // As a kill leaves it: what was committed last stands in the write-ahead log only.
    await cp(kept.dataDir, place('killed'), { recursive: true });
    await opened.close();
    dataKey = opened.keys.dataKey;
    leaveFreePages(join(kept.dataDir, 'records.db'), dataKey);
  });
  after(() => folder.remove());

  /** With the bit flipped: what `check` finds, if anything; it is flipped back. A stack trace is no sentence. */
  async function flipped(
    file: string,
    byte: number,
    bit: number,
    check: () => Promise<string[]>,
  ): Promise<string[]> {
    const bytes = await readFile(file);
    const changed = Buffer.from(bytes);
    changed[byte] = (changed[byte] ?? 0) ^ (1 << bit);
    await writeFile(file, changed, { flush: false });
    try {
      const found = await check().catch((error: Error) => {
        const known = [
          'KeyProblem',
          'ProofProblem',
          'KeptDamaged',
          'RecordsDamaged',
          'LedgerProblem',
          'LogDisagrees',
          'SettingsProblem',
        ];
        assert(known.includes(error.name), `byte ${byte} of ${basename(file)}: ${error.stack}`);
        return [error.message];
      });
      for (const sentence of found) assert.match(sentence, /^\S.*[.)]$/s, sentence);
      return found;
    } finally {
      await writeFile(file, bytes, { flush: false });
    }
  }
  const findingsIn = (dataDir: string) => async () =>
    (await verifyFolder({ dataDir, keyFile: kept.sources.keyFile })).findings.map(({ what }) => what);
  const places = (random: Seeded, count: number, size: number) =>
    Array.from({ length: count }, () => [random.below(size), random.below(8)] as const);
  const dump = (connection: Connection): string => {
    const tables = connection
      .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .pluck()
      .all()
      .filter((table) => !NOT_OF_THE_RECORD.includes(table));
    return tables
      .map((table) => [
        table,
        connection
          .prepare(`SELECT ${table === BOUND ? 'chunk, slots' : '*'} FROM "${table}"`)
          .raw()
          .all(),
      ])
      .map((rows) => JSON.stringify(rows))
      .join('\n');
  };

  it('is found in a data folder that is right without it', async () => {
    assert.deepEqual(await findingsIn(kept.dataDir)(), []);
    assert.deepEqual(await findingsIn(place('killed'))(), []);
  });

  it('is found in each page of the encrypted database, free ones too, by its number', async () => {
    const file = join(kept.dataDir, 'records.db');
    const { length } = await readFile(file);
    const random = new Seeded(1);
    for (let page = 1; page <= length / PAGE; page += 1) {
      const byte = (page - 1) * PAGE + random.below(PAGE);
      const found = await flipped(file, byte, random.below(8), findingsIn(kept.dataDir));
      const said = found.join();
      // Without its first page a file cannot be told from one of another key.
      if (page > 1 || !/is damaged at its beginning/.test(said))
        assert.match(
          said,
          new RegExp(`^Page ${page} of the database is damaged: |is damaged in page ${page},`),
          `byte ${byte}: ${said}`,
        );
    }
  });

  it('is found in each byte of the database that is not encrypted', async () => {
    const file = join(kept.dataDir, 'records.db');
    for (let byte = 0; byte < 24; byte += 1)
      for (const bit of [0, 1, 5, 7]) {
        const found = await flipped(file, byte, bit, findingsIn(kept.dataDir));
        assert(found.length > 0, `bit ${bit} of byte ${byte}`);
      }
  });

  it('is named with the table or index that stands in that page of the database, or as in none', async () => {
    const file = join(kept.dataDir, 'records.db');
    const connection = openForReading({ file, key: dataKey });
    const used = connection
      .prepare<[], { page: number; name: string }>('SELECT pageno AS page, name FROM dbstat')
      .all();
    connection.close();
    const nameOf = new Map(used.map(({ page, name }) => [page, name]));
    const pages = (await readFile(file)).length / PAGE;
    const free = Array.from({ length: pages }, (_, index) => index + 1).filter((page) => !nameOf.has(page));
    const entries = used.find(({ name }) => name === 'entries')?.page ?? 0;
    assert(free.length > 0 && entries > 0);
    const sentence = async (page: number) =>
      (await flipped(file, (page - 1) * PAGE + 100, 2, findingsIn(kept.dataDir)))[0];
    assert.equal(
      await sentence(entries),
      `Page ${entries} of the database is damaged: there stand parts of the table entries.`,
    );
    for (const page of free)
      assert.equal(
        await sentence(page),
        `Page ${page} of the database is damaged: no table and no index stands there, so that nothing is lost that could be read.`,
      );
  });

  it('is found in a plain database, or changed nothing that can be read of the record', async () => {
    const time = new FakeClock();
    const file = place('plain/records.db');
    const store = await openSqliteStore({
      file,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 3),
      clock: time,
      periods: () => Settings.parse({}),
    });
    await fill(store, time);
    await store.close();
    const look = (): { found: string[]; dumped: string } => {
      let connection: Connection | undefined;
      try {
        connection = openForReading({ file });
        const verification = new StoreVerification(connection);
        while (verification.step());
        const found = verification.verdict().findings.map(({ what }) => what);
        return { found, dumped: found.length === 0 ? dump(connection) : '' };
      } catch (error) {
        assert((error as Error).name === 'SqliteError', (error as Error).stack);
        return { found: [`It is damaged: ${(error as Error).message}.`], dumped: '' };
      } finally {
        connection?.close();
      }
    };
    const right = look();
    assert.deepEqual(right.found, []);
    const { length } = await readFile(file);
    let noticed = 0;
    for (const [byte, bit] of places(new Seeded(2), 150, length)) {
      const found = await flipped(file, byte, bit, async () => {
        const seen = look();
        const at = [...seen.dumped].findIndex((character, index) => character !== right.dumped[index]);
        if (seen.found.length === 0)
          assert(
            seen.dumped === right.dumped,
            `byte ${byte}: unnoticed in …${seen.dumped.slice(Math.max(0, at - 200), at + 40)}… was …${right.dumped.slice(Math.max(0, at - 20), at + 40)}`,
          );
        return seen.found;
      });
      noticed += Number(found.length > 0);
    }
    assert(noticed > 15, `only ${noticed} were noticed`);
  });

  it('is found in the write-ahead log that a kill left behind', async () => {
    const file = join(place('killed'), 'records.db-wal');
    const { length } = await readFile(file);
    assert(length > 10 * PAGE);
    for (const [byte, bit] of [
      [3, 0],
      [12, 1],
      [17, 2],
      [30, 3],
      [40, 4],
      ...places(new Seeded(3), 20, length),
    ] as const) {
      await rm(join(place('killed'), 'records.db-shm'), { force: true });
      const found = await flipped(file, byte, bit, findingsIn(place('killed')));
      assert(
        found.some((sentence) => sentence.includes('records.db-wal')),
        `byte ${byte}: ${found.join()}`,
      );
    }
  });

  it('is found in the keys, the key ring and the deletion ledger beside it, by the name of the file', async () => {
    const random = new Seeded(4);
    for (const name of ['keys.json', 'deletions.ndjson']) {
      const file = join(kept.dataDir, name);
      const { length } = await readFile(file);
      for (let byte = 0; byte < length; byte += 2) {
        const found = await flipped(file, byte, random.below(8), findingsIn(kept.dataDir));
        assert(
          found.join().includes(name) || /deletion ledger/.test(found.join()),
          `byte ${byte} of ${name}: ${found.join()}`,
        );
      }
    }
    const { keyFile } = kept.sources;
    await copyFile(keyFile, place('key'));
    for (let byte = 0; byte < 32; byte += 1) {
      const found = await flipped(place('key'), byte, random.below(8), async () =>
        (await verifyFolder({ dataDir: kept.dataDir, keyFile: place('key') })).findings.map(
          ({ what }) => what,
        ),
      );
      assert.match(found.join(), /is not the key that .*keys\.json was made with/);
    }
  });

  it('is found in what a witness keeps', async () => {
    const random = new Seeded(5);
    for (const name of ['key', 'latest']) {
      const file = join(witness, name);
      const { length } = await readFile(file);
      for (let byte = 0; byte < length; byte += 2) {
        const found = await flipped(file, byte, random.below(8), async () => {
          await (await KeptLog.open(witness, clock)).all();
          return [];
        });
        assert(found.join().includes(witness), `byte ${byte} of ${name}`);
      }
    }
  });

  it('is found in every byte of a receipt, but for when and by whom it was made', async () => {
    const proven = (text: string) => {
      const parsed = Receipt.safeParse(JSON.parse(text)).data as Record<string, unknown> | undefined;
      return JSON.stringify(parsed, (key, value) => (UNPROVEN.includes(key) ? undefined : value));
    };
    const text = await readFile(receipt, 'utf8');
    const random = new Seeded(6);
    const verified = (bytes: Buffer) => {
      const changed = bytes.toString('utf8');
      try {
        checkReceipt({ sha256, verify: verifySignature }, Receipt.parse(JSON.parse(changed)));
      } catch {
        return;
      }
      assert.equal(proven(changed), proven(text), changed);
    };
    for (let byte = 0; byte < text.length; byte += 1) {
      const bytes = Buffer.from(text);
      bytes[byte] = (bytes[byte] ?? 0) ^ (1 << random.below(8));
      verified(bytes);
    }
    for (const [byte, bit] of places(random, 30, text.length))
      await flipped(receipt, byte, bit, async () => {
        await verifyFile(receipt);
        assert.equal(proven(await readFile(receipt, 'utf8')), proven(text), `byte ${byte}`);
        return [];
      });
  });

  it('is found in an export with proofs, but for when it was made and how long its records are kept', async () => {
    const proven = (text: string) => {
      const lines = text
        .split('\n')
        .slice(1, -2)
        .map((line) => ProvenExportLine.parse(JSON.parse(line)));
      return JSON.stringify(
        lines.map(({ record: { retention, ...record }, ...line }) => ({ record, ...line })),
      );
    };
    const text = await readFile(exported, 'utf8');
    for (const [byte, bit] of places(new Seeded(7), 150, text.length))
      await flipped(exported, byte, bit, async () => {
        await verifyFile(exported);
        assert.equal(proven(await readFile(exported, 'utf8')), proven(text), `byte ${byte}`);
        return [];
      });
  });
});

/** As a deletion leaves them behind. */
function leaveFreePages(file: string, key: Uint8Array): void {
  const connection = openForWriting({ file, key });
  connection.exec('CREATE TABLE gone (bytes BLOB)');
  const add = connection.prepare('INSERT INTO gone VALUES (randomblob(3000))');
  for (let count = 0; count < 10; count += 1) add.run();
  connection.exec('DROP TABLE gone');
  connection.pragma('wal_checkpoint(TRUNCATE)');
  connection.close();
}
