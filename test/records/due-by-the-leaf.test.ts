import assert from 'node:assert/strict';
import { commitmentOf } from '../../protocol/proof/commitment.ts';
import { hashPosition } from '../../protocol/proof/tree-shape.ts';
import type { NewEntry } from '../../protocol/record.ts';
import { recordsFile } from '../../server/records/open-records.ts';
import { deletionRules } from '../../server/records/retention.ts';
import { type Connection, openForReading, openForWriting } from '../../server/records/sqlite/connection.ts';
import { LOGGED_COLUMNS, type LoggedColumns } from '../../server/records/sqlite/logged-entries.ts';
import { entryOf } from '../../server/records/sqlite/tables.ts';
import { hashing, sha256 } from '../../server/records/transparency/node-crypto.ts';
import { Settings } from '../../server/settings/settings.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { KeptFolder, type OpenedFolder } from './kept-folder.ts';
import { begin, end, joined, sentFile, signInFailed } from './stories.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const SOMEBODY = '01890000-0000-4000-8000-000000000009';
const exported: NewEntry = {
  type: 'record.exported',
  userId: SOMEBODY,
  address: '10.0.0.9',
  format: 'csv',
  proofs: false,
  filters: {},
  records: 50_000,
};
const held = (sessionId: string): NewEntry => ({
  type: 'retention.held',
  sessionId,
  by: { userId: SOMEBODY, name: 'Priya Privacy' },
  what: 'hold',
  until: '2030-01-01T23:59:59.999Z',
  reason: 'a claim',
});
const OVER_LONG_AGO = `UPDATE sessions SET ended_at = '2024-01-01T00:00:00.000Z';
  UPDATE session_parts SET ended_at = '2024-01-01T00:00:00.000Z';`;

describe('what is due in a database that somebody changed with the key of the data', function () {
  this.timeout(120_000); // each opens a store, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let kept: KeptFolder;
  let opened: OpenedFolder;

  const withFile = <Result>(change: (connection: Connection) => Result): Result => {
    const connection = openForWriting({ file: recordsFile(kept.dataDir), key: opened.keys.dataKey });
    try {
      return change(connection);
    } finally {
      connection.close();
    }
  };
  const tamper = (change: string) => withFile((connection) => void connection.exec(change));
  /** Makes the export another entry, and its leaf's hash that one's. @returns what puts the hash back */
  const makeExportAnother = (change: { type: string; keep: string; at?: string }) =>
    withFile((connection) => {
      const row = connection
        .prepare<[], LoggedColumns>(`SELECT ${LOGGED_COLUMNS} FROM entries WHERE type = 'record.exported'`)
        .get() as LoggedColumns;
      const other = { ...row, fields: '{}', ...change };
      const entry = entryOf(other) as unknown as Record<string, unknown>;
      const leaf = hashing.leaf(commitmentOf(sha256, row.salt as Buffer, entry));
      const where = `WHERE position = ${hashPosition(0, row.seq - 1)}`;
      const was = connection.prepare<[], Buffer>(`SELECT hash FROM log_hashes ${where}`).pluck().get();
      connection.prepare(`UPDATE log_hashes SET hash = ? ${where}`).run(leaf);
      connection
        .prepare('UPDATE entries SET type = @type, keep = @keep, fields = @fields, at = @at WHERE seq = @seq')
        .run(other);
      return `UPDATE log_hashes SET hash = x'${was?.toString('hex')}' ${where}`;
    });
  /** Of each kind how many entries went. */
  const run = async () => {
    const counts = await opened.store.deleteDue(deletionRules(Settings.parse({}), kept.clock.now()), false);
    return Object.fromEntries(
      counts.filter(({ entries }) => entries > 0).map(({ kind, entries }) => [kind, entries]),
    );
  };
  const standing = (type: string) => {
    const connection = openForReading({ file: recordsFile(kept.dataDir), key: opened.keys.dataKey });
    const count = connection.prepare<[string], number>('SELECT count(*) FROM entries WHERE type = ?').pluck();
    const found = count.get(type);
    connection.close();
    return found;
  };
  const session = async (...more: ((sessionId: string) => NewEntry)[]) => {
    const created = begin();
    const { sessionId } = created;
    const told = [created, joined(sessionId), ...sentFile(sessionId, 'a.pdf'), end(sessionId)];
    await opened.store.append([...told, ...more.map((each) => each(sessionId))]);
    return sessionId;
  };
  const wrong = async () => (await opened.findings()).map(({ what }) => what).join('\n');

  beforeEach(async () => {
    folder = await temporaryFolder();
    kept = new KeptFolder(folder.path);
    opened = await kept.open();
  });
  afterEach(async () => {
    await opened.close();
    await folder.remove();
  });

  it('goes by what an entry is, not by the kind that it is filed as', async () => {
    await opened.store.append([signInFailed('ada@example.com'), exported, signInFailed('bob@example.com')]);
    kept.clock.advance(200 * DAY);
    tamper(`UPDATE entries SET keep = 'sign-in-log' WHERE type = 'record.exported'`);
    assert.deepEqual(await run(), { 'sign-in-log': 2 });
    assert.deepEqual(kept.damaged, ['log entry 2']);
    assert.equal(standing('record.exported'), 1);
    assert.deepEqual(await run(), {});
    assert.deepEqual(kept.damaged, ['log entry 2', 'log entry 2'], 'each run says so again');
  });

  it('goes by when an entry was logged, and the checkpoints that say so are missed', async () => {
    for (let day = 0; day < 3; day += 1) {
      await opened.store.append([signInFailed('ada@example.com')]);
      kept.clock.advance(DAY);
    }
    await opened.store.append([exported]);
    tamper(`UPDATE entries SET keep = 'search-words', at = '2025-01-01T00:00:00.000Z' WHERE type = 'record.exported';
      DELETE FROM checkpoints WHERE size < (SELECT max(size) FROM checkpoints)`);
    assert.deepEqual(await run(), {});
    assert.deepEqual(kept.damaged, ['log entry 4']);
    assert.match(await wrong(), /The checkpoint of 2026-03-02 09h UTC is gone, when log entry 1 was logged/);
  });

  it('goes by the leaf that the log was signed with, not by the one that lies in the file', async () => {
    await opened.store.append([signInFailed('ada@example.com'), exported]);
    for (let day = 0; day < 50; day += 1) {
      kept.clock.advance(DAY);
      await opened.store.append([signInFailed(`${day}@example.com`)]);
    }
    await opened.close();
    const putBack = makeExportAnother({ type: 'question.worded', keep: 'search-words' });
    opened = await kept.open();
    assert.deepEqual(await run(), {});
    assert.deepEqual(kept.damaged, ['log entry 2']);
    tamper(putBack);
    assert.match(await wrong(), /^Log entry 2 \(question\.worded, .*\) is not what was logged/);
  });

  it('is no entry of today that was made old together with its leaf', async () => {
    for (let day = 0; day < 50; day += 1) {
      await opened.store.append([signInFailed(`${day}@example.com`)]);
      kept.clock.advance(DAY);
    }
    await opened.store.append([exported]);
    kept.clock.advance(2 * HOUR);
    await opened.store.append([signInFailed('ada@example.com')]);
    await opened.close();
    const older = { type: 'question.worded', keep: 'search-words', at: '2026-03-02T09:00:00.000Z' };
    const putBack = makeExportAnother(older);
    opened = await kept.open();
    assert.deepEqual(await run(), {});
    assert.deepEqual(kept.damaged, [], 'by its place in the log it is of today, whatever it says');
    tamper(putBack);
    assert.match(await wrong(), /^Log entry 51 \(question\.worded, .*\) is not what was logged/);
  });

  it('is not dated by a checkpoint that is said to be of an older hour too, though its last entry is gone', async () => {
    await opened.store.append([signInFailed('ada@example.com')]);
    kept.clock.advance(2 * HOUR);
    await opened.store.append([exported]);
    kept.clock.advance(200 * DAY);
    assert.deepEqual(await run(), { 'sign-in-log': 1 });
    assert.equal(await wrong(), '');
    tamper(`INSERT INTO checkpoints SELECT '2026-02-01T08', size, note FROM checkpoints WHERE size = 1`);
    assert.equal(
      await wrong(),
      'The checkpoints of 2026-02-01 08h UTC and 2026-03-02 09h UTC all end with log entry 1, and no broker signs the same log again.',
    );
  });

  const CHANGES: Record<string, string> = {
    'its end is said to have been long ago': `UPDATE entries SET at = '2024-01-01T00:00:00.000Z' WHERE session = 2 AND type = 'session.ended'`,
    'the entry of its beginning is taken away':
      "UPDATE entries SET session = NULL WHERE session = 2 AND type = 'session.created'",
    'an entry of its is another one': `UPDATE entries SET fields = replace(fields, 'frontdesk', 'backdesk') WHERE session = 2`,
  };
  for (const [what, change] of Object.entries(CHANGES))
    it(`is no session of today of which ${what}`, async () => {
      await session();
      kept.clock.advance(400 * DAY);
      const sessionId = await session();
      tamper(`${change}; ${OVER_LONG_AGO}`);
      assert.deepEqual(await run(), { 'chat-and-file-names': 1, 'session-record': 7 }, 'the other one');
      assert.deepEqual(kept.damaged, [`session ${sessionId}`], 'is told of once in a run');
      assert.equal(standing('session.ended'), 1);
    });

  it('is no session on hold of which the entry of the hold is said to be another one', async () => {
    const sessionId = await session(held);
    kept.clock.advance(400 * DAY);
    tamper(`UPDATE entries SET type = 'session.noted' WHERE type = 'retention.held';
      UPDATE sessions SET held_until = NULL, kept_until = NULL`);
    assert.deepEqual(await run(), {});
    assert.deepEqual(kept.damaged, [`session ${sessionId}`]);
  });

  it('is no session of today whose entries are put among those of an old one', async () => {
    const older = await session();
    kept.clock.advance(400 * DAY);
    await session();
    tamper(`PRAGMA foreign_keys = OFF; UPDATE entries SET session = 1 WHERE session = 2;
      DELETE FROM sessions WHERE number = 2`);
    assert.deepEqual(await run(), {});
    assert.deepEqual(kept.damaged, [`session ${older}`]);
  });
});
