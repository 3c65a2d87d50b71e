import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, type Json } from '../../protocol/proof/canonical-json.ts';
import { commitmentOf } from '../../protocol/proof/commitment.ts';
import { DATED_KINDS } from '../../protocol/retention-kinds.ts';
import { DeletionLedger } from '../../server/records/deletion-ledger.ts';
import { committer } from '../../server/records/sqlite/commit.ts';
import { openForReading, openForWriting } from '../../server/records/sqlite/connection.ts';
import { MerkleLog } from '../../server/records/sqlite/merkle-log.ts';
import { teamsIn } from '../../server/records/sqlite/rule-teams.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { type EntryColumns, entryOf } from '../../server/records/sqlite/tables.ts';
import { writeOperations } from '../../server/records/sqlite/write-operations.ts';
import { logSigner, sha256 } from '../../server/records/transparency/node-crypto.ts';
import { Settings } from '../../server/settings/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { begin, contacted, end, joined, note, sentFile, signInFailed, TECHNICIAN } from './stories.ts';

const DAY = 86_400_000;

describe('the files of the SQLite store', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: string;
  let clock: FakeClock;
  let store: SqliteRecordStore;

  const open = async (key: Uint8Array | undefined) => {
    const ledger = new DeletionLedger(folder, logSigner(Buffer.alloc(32, 3)));
    store = await openSqliteStore({
      file: join(folder, 'records.db'),
      key,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 3),
      clock,
      periods: () => Settings.parse({}),
      onDeleted: (deletion) => ledger.append([deletion]),
    });
  };
  /** The names of files in which a word stands, in any case and in both encodings. */
  const filesWith = async (word: string) => {
    const found: string[] = [];
    for (const name of await readdir(folder)) {
      const bytes = await readFile(join(folder, name));
      const text = bytes.toString('latin1').toLowerCase();
      const wide = Buffer.from(word, 'utf16le').toString('latin1');
      if (text.includes(word.toLowerCase()) || text.includes(wide.toLowerCase())) found.push(name);
    }
    return found;
  };
  /** Of every entry that is there now, by its number. */
  const salts = (): Map<number, Buffer> => {
    const connection = openForReading({ file: join(folder, 'records.db') });
    const rows = connection.prepare<[], [number, Buffer]>('SELECT seq, salt FROM entries').raw().all();
    connection.close();
    return new Map(rows);
  };
  const saltsInFiles = async (wanted: Iterable<Buffer>) => {
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    return [...wanted].filter((salt) => files.some((bytes) => bytes.includes(salt))).length;
  };
  /**
   * Everything that could tell an entry, in every form in which it may lie somewhere: salt and commitment in bytes and as
   * text, the text that was hashed, and the fields as they are stored, each whole. Not the entry's id: with it this fails,
   * because the beginning of a deleted row can stay where a page was split (docs/retention.md, Known limit).
   */
  const tracesOf = (seqs: (seq: number) => boolean): Buffer[] => {
    const connection = openForReading({ file: join(folder, 'records.db') });
    const rows = connection
      .prepare<[], EntryColumns & { salt: Buffer }>('SELECT seq, id, at, type, fields, salt FROM entries')
      .all();
    connection.close();
    return rows
      .filter(({ seq }) => seqs(seq))
      .flatMap((row) => {
        const { seq: _, ...said } = entryOf(row);
        const commitment = Buffer.from(commitmentOf(sha256, row.salt, said));
        const bytes = [row.salt, commitment];
        const texts = bytes.flatMap((each) =>
          (['hex', 'base64', 'base64url'] as const).map((form) => each.toString(form).slice(0, 42)),
        );
        return [
          ...bytes,
          ...[...texts, canonicalJson(said as unknown as Json), row.fields].map((text) => Buffer.from(text)),
        ];
      });
  };
  /** How many of these stand in some file of the folder. */
  const found = async (traces: readonly Buffer[]) => {
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    return traces.filter((trace) => files.some((bytes) => bytes.includes(trace))).length;
  };
  const everyKind = (before: string) => DATED_KINDS.map((kind) => ({ kind, before }));
  const wholeSession = (marks: { contact: string; file: string; note: string; phone?: string }) => {
    const created = begin({ contact: { name: marks.contact }, detailsGiven: ['phone'] });
    const { sessionId } = created;
    return [
      created,
      contacted(sessionId, { phone: marks.phone ?? '+44 20 7946 0018' }),
      joined(sessionId),
      ...sentFile(sessionId, `${marks.file}.zip`),
      ...note(sessionId, marks.note),
      end(sessionId),
    ];
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-secrecy-'));
    clock = new FakeClock();
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('hold no known word, while it runs and when it is closed, and belong to their owner only', async () => {
    await open(Buffer.alloc(32, 1));
    await store.append(wholeSession({ contact: 'Quillon', file: 'zanzibar', note: 'xylophone' }));
    await store.append([signInFailed('mallory@example.com')]);
    for (const name of await readdir(folder))
      assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
    const words = [
      'Quillon',
      'zanzibar',
      'xylophone',
      'mallory',
      'CREATE TABLE',
      'SQLite format',
      'session.created',
    ];
    for (const word of words) assert.deepEqual(await filesWith(word), [], word);
    await store.close();
    for (const word of words) assert.deepEqual(await filesWith(word), [], word);
    await open(Buffer.alloc(32, 1));
  });

  it('hold nothing of a session that is due once it was deleted, not in rows, index, free pages or log', async () => {
    // Without encryption: otherwise nothing could be found before either.
    await open(undefined);
    for (let round = 0; round < 30; round += 1)
      await store.append(
        wholeSession({ contact: 'Quillon', file: 'zanzibar', note: `xylophone ${'tuba '.repeat(400)}` }),
      );
    await store.append([signInFailed('mallory@example.com')]);
    clock.advance(400 * DAY);
    await store.append(wholeSession({ contact: 'Perpetua', file: 'timbuktu', note: 'harpsichord' }));
    for (const word of ['Quillon', 'zanzibar', 'xylophone', 'tuba', 'mallory'])
      assert.notDeepEqual(await filesWith(word), [], word);

    const before = new Date(clock.now() - DAY).toISOString();
    const had = salts();
    assert.equal(await saltsInFiles(had.values()), had.size);
    await store.deleteDue(everyKind(before), false);
    const left = salts();
    const gone = [...had].filter(([seq]) => !left.has(seq)).map(([, salt]) => salt);
    assert(gone.length > 300);
    assert.equal(await saltsInFiles(gone), 0);
    assert.equal(await saltsInFiles(left.values()), left.size);
    for (const word of ['Quillon', 'zanzibar', 'xylophone', 'tuba', 'mallory'])
      assert.deepEqual(await filesWith(word), [], word);
    for (const word of ['Perpetua', 'timbuktu', 'harpsichord'])
      assert.notDeepEqual(await filesWith(word), [], word);
  });

  it('hold no salt, commitment, hashed text, index term, figure or view of what was deleted, in no form, ledger and log included', async () => {
    await open(undefined);
    const technician = {
      ...TECHNICIAN,
      userId: '0195f000-0000-7000-8000-00000000dead',
      name: 'Quentin Vole',
      team: 'Zwolle',
    };
    for (let round = 0; round < 10; round += 1) {
      const created = begin({
        technician,
        contact: { name: 'Quillon', company: 'Xanthippe Ltd' },
        reference: 'ZZ-0815',
        reason: 'jabberwock',
      });
      await store.append([
        created,
        joined(created.sessionId, 'Plan 9'),
        ...sentFile(created.sessionId, 'zanzibar.zip'),
        ...note(created.sessionId, 'xylophone'),
        end(created.sessionId),
      ]);
    }
    const view = {
      id: '0195f000-0000-4000-8000-000000000001',
      name: 'about Quillon',
      search: 'contact=Quillon&company=Xanthippe',
    };
    await store.putSavedView(technician.userId, { ...view, changedAt: new Date(clock.now()).toISOString() });
    const last = Math.max(...salts().keys());
    const erased = tracesOf(() => true);
    clock.advance(400 * DAY);
    await store.append(wholeSession({ contact: 'Perpetua', file: 'timbuktu', note: 'harpsichord' }));
    const newView = { id: '0195f000-0000-4000-8000-000000000002', name: 'mine', search: 'contact=Perpetua' };
    await store.putSavedView(TECHNICIAN.userId, {
      ...newView,
      changedAt: new Date(clock.now()).toISOString(),
    });
    const stays = tracesOf((seq) => seq > last).filter((trace) => trace.length === 32);
    assert((await found(erased)) >= 10 * 5, 'nothing could be found before either');

    const counts = await store.deleteDue(everyKind(new Date(clock.now() - DAY).toISOString()), false);
    assert.equal(counts.find(({ kind }) => kind === 'saved-views')?.entries, 1);
    assert.deepEqual(await store.savedViews(technician.userId), []);
    assert.equal((await store.savedViews(TECHNICIAN.userId)).length, 1);
    assert.equal(await found(erased), 0);
    assert((await found(stays)) > 0);
    const words = [
      'Quillon',
      'Xanthippe',
      'ZZ-0815',
      'zz0815',
      'jabberwock',
      'Plan 9',
      'zanzibar',
      'xylophone',
      'Quentin',
      'Vole',
      'Zwolle',
      '00000000dead',
    ];
    for (const word of words) assert.deepEqual(await filesWith(word), [], word);
    assert((await readdir(folder)).includes('deletions.ndjson'));
    await store.close();
    assert.equal(await found(erased), 0);
    for (const word of words) assert.deepEqual(await filesWith(word), [], word);
    await open(undefined);
  });

  it('hold nothing of a view that its user changed or deleted, once the next run has forgotten it', async () => {
    await open(undefined);
    const { userId } = TECHNICIAN;
    const view = { id: '0195f000-0000-4000-8000-000000000001', name: 'mine' };
    const keep = (search: string) =>
      store.putSavedView(userId, { ...view, search, changedAt: new Date(clock.now()).toISOString() });
    await keep('contact=Quillon');
    await keep('contact=Perpetua');
    assert.notDeepEqual(await filesWith('Quillon'), []);
    await store.deleteDue([], false);
    assert.deepEqual(await filesWith('Quillon'), []);
    assert.notDeepEqual(await filesWith('Perpetua'), []);
    await store.deleteSavedView(userId, view.id);
    await store.deleteDue([], false);
    assert.deepEqual(await filesWith('Perpetua'), []);
  });

  it('hold no file name once its period is over, while the session is still there', async () => {
    await open(undefined);
    for (let round = 0; round < 30; round += 1)
      await store.append(
        wholeSession({ contact: 'Perpetua', file: `zanzibar${round}`, note: 'harpsichord' }),
      );
    clock.advance(43 * DAY);
    assert.notDeepEqual(await filesWith('zanzibar'), []);
    await store.deleteDue(
      [{ kind: 'chat-and-file-names', before: new Date(clock.now()).toISOString() }],
      false,
    );
    assert.deepEqual(await filesWith('zanzibar'), []);
    assert.notDeepEqual(await filesWith('Perpetua'), []);
  });

  it('hold no contact detail and no note once their period is over, while the session is still there', async () => {
    await open(undefined);
    for (let round = 0; round < 30; round += 1)
      await store.append(
        wholeSession({
          contact: 'Perpetua',
          file: 'timbuktu',
          note: 'xylophone',
          phone: `+44 7700 9${round}555`,
        }),
      );
    clock.advance(43 * DAY);
    for (const word of ['xylophone', '+44 7700', '555']) assert.notDeepEqual(await filesWith(word), [], word);
    const before = new Date(clock.now()).toISOString();
    await store.deleteDue([{ kind: 'contact-details', before }], false);
    for (const word of ['xylophone', '+44 7700']) assert.deepEqual(await filesWith(word), [], word);
    for (const word of ['Perpetua', 'timbuktu']) assert.notDeepEqual(await filesWith(word), [], word);
  });

  it('do not grow for ever: pages of what was deleted are used again', async () => {
    await open(undefined);
    const pages: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      for (let session = 0; session < 20; session += 1)
        await store.append(
          wholeSession({ contact: 'Quillon', file: 'zanzibar', note: `xylophone ${'tuba '.repeat(700)}` }),
        );
      clock.advance(400 * DAY);
      await store.deleteDue(everyKind(new Date(clock.now()).toISOString()), false);
      pages.push((await stat(join(folder, 'records.db'))).size / 4096);
    }
    // What remains of each round are the hashes of its leaves and its certificates.
    const [, , third = 0] = pages;
    const grown = (pages.at(-1) ?? 0) - third;
    assert(grown < third / 2, `${pages.join(', ')} pages`);
  });

  it('hold nothing either when the deletion was interrupted before it was finished', async () => {
    await open(undefined);
    for (let round = 0; round < 10; round += 1)
      await store.append(wholeSession({ contact: 'Quillon', file: 'zanzibar', note: 'xylophone' }));
    await store.append(
      wholeSession({ contact: 'Perpetua', file: 'timbuktu', note: 'harpsichord' }).slice(0, -1),
    );
    await store.close();

    const connection = openForWriting({ file: join(folder, 'records.db') });
    const before = new Date(clock.now() + DAY).toISOString();
    const log = new MerkleLog(connection, logSigner(Buffer.alloc(32, 3)));
    const step = {
      name: 'deleteStep',
      args: [{ kind: 'session-record', before }, teamsIn(connection), before],
    } as const;
    committer({ connection, log, operations: writeOperations(connection, log) })([step], before);
    connection.close();
    assert.notDeepEqual(await filesWith('Quillon'), []);

    await open(undefined);
    await store.deleteDue([], false);
    for (const word of ['Quillon', 'zanzibar', 'xylophone'])
      assert.deepEqual(await filesWith(word), [], word);
    assert.notDeepEqual(await filesWith('Perpetua'), []);
  });
});
