import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { v4 as uuid } from 'uuid';
import { type NewEntry, type NewSessionEntry, RECORD_TYPES } from '../../protocol/record.ts';
import { foldSession } from '../../protocol/session-fold.ts';
import {
  matchExpression,
  searchableWords,
  TELLS_WORDS,
  WORD_COLUMNS,
} from '../../server/records/session-words.ts';
import { type Connection, openForWriting } from '../../server/records/sqlite/connection.ts';
import { packFigures, SLOT_BYTES, SLOTS_A_CHUNK } from '../../server/records/sqlite/figures.ts';
import { loadFrontier, MerkleLog, WrongSigningKey } from '../../server/records/sqlite/merkle-log.ts';
import { type EntryColumns, entryOf, toolBits } from '../../server/records/sqlite/tables.ts';
import { type WriteOperations, writeOperations } from '../../server/records/sqlite/write-operations.ts';
import { logSigner } from '../../server/records/transparency/node-crypto.ts';
import {
  begin,
  end,
  joined,
  laneClosed,
  laneOpened,
  note,
  refusedControl,
  sentFile,
  started,
} from './stories.ts';

const WORDS = ['toner', 'invoice', 'Zwän', '漢字', 'x'.repeat(300), 'a b c'];

/** What may happen in one of a few sessions, in any order, however little sense it makes. */
const happening = fc.record({
  session: fc.integer({ min: 0, max: 3 }),
  what: fc.constantFrom('join', 'note', 'open', 'close', 'file', 'end', 'delete', 'forget', 'fail'),
  word: fc.constantFrom(...WORDS),
  repeat: fc.integer({ min: 1, max: 300 }),
});

describe('the projections of the SQLite store', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: string;
  let connection: Connection;
  let operations: WriteOperations;
  let log: MerkleLog;
  let clock = 0;

  const now = () => new Date(Date.UTC(2026, 2, 2) + clock++ * 1000).toISOString();
  const append = (entries: readonly NewEntry[]) => {
    operations.append(
      entries.map(({ type, ...fields }) => ({
        id: uuid(),
        at: now(),
        type,
        keep: RECORD_TYPES[type].keep,
        sessionId: (fields as NewSessionEntry).sessionId,
        fields: JSON.stringify(fields),
      })),
    );
    log.checkpoint('2026-03-02T00:00:00.000Z');
    log.committed();
  };
  const deleteStep = (rule: Parameters<WriteOperations['deleteStep']>[0]) => {
    const step = operations.deleteStep(rule, '2026-03-02T00:00:00.000Z');
    log.checkpoint('2026-03-02T00:00:00.000Z');
    log.committed();
    return step;
  };
  const open = () => {
    connection = openForWriting({ file: join(folder, 'records.db') });
    log = new MerkleLog(connection, logSigner(Buffer.alloc(32, 3)));
    operations = writeOperations(connection, log);
  };
  /** Before there was a log. */
  /** As before each field could be searched by itself. */
  const withoutFields = () =>
    connection.exec(
      `DROP INDEX sessions_by_choices; ALTER TABLE sessions DROP COLUMN refused_tools;
       ALTER TABLE sessions DROP COLUMN ended_by; DROP TABLE session_words;
       CREATE VIRTUAL TABLE session_words USING fts5 (words)`,
    );
  const withoutLog = () => {
    withoutFields();
    dropFigures();
    connection.exec(
      `DROP TABLE log_hashes; DROP TABLE checkpoints; DROP TABLE log_keys; ALTER TABLE entries DROP COLUMN salt`,
    );
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-projection-'));
    open();
  });
  afterEach(async () => {
    connection.close();
    await rm(folder, { recursive: true });
  });

  /** The slots that are not empty, by the number of their session. */
  const figuresStored = () =>
    connection
      .prepare<[], { chunk: number; slots: Buffer }>(
        'SELECT chunk, slots FROM session_figures ORDER BY chunk',
      )
      .all()
      .flatMap(({ chunk, slots }) =>
        Array.from({ length: SLOTS_A_CHUNK }, (_, index) => {
          const slot = slots.subarray(index * SLOT_BYTES, (index + 1) * SLOT_BYTES);
          return [chunk * SLOTS_A_CHUNK + index, slot] as const;
        }),
      )
      .filter(([, slot]) => slot.some((byte) => byte !== 0));
  /** As if the file had been made before there were figures. */
  const dropFigures = () =>
    connection.exec('DROP TABLE session_figures; DROP TABLE staff; DROP TABLE saved_views');

  const assertTrue = () => {
    const sessions = connection
      .prepare<[], { number: number; document: string | null; ended: string | null }>(
        `SELECT number, document, ended_at AS ended FROM sessions
         JOIN session_words ON session_words.rowid = number LEFT JOIN session_documents USING (number)`,
      )
      .all();
    assert.equal(sessions.length, connection.prepare('SELECT count(*) FROM sessions').pluck().get());
    const entries = connection.prepare<[number], EntryColumns>(
      'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
    );
    const wordsOf = connection.prepare<[number], Record<string, string>>(
      `SELECT ${WORD_COLUMNS.join(', ')} FROM session_words WHERE rowid = ?`,
    );
    const figures = new Map(figuresStored());
    assert.deepEqual(
      [...figures.keys()],
      sessions.map(({ number }) => number),
    );
    for (const { number, document, ended } of sessions) {
      const told = entries.all(number).map(entryOf);
      const folded = foldSession(told);
      assert(folded);
      const over = folded.record.endedAt !== undefined;
      assert.equal(ended, folded.record.endedAt ?? null);
      const stored = figures.get(number);
      assert.deepEqual(stored, packFigures(folded, stored?.readUIntLE(12, 3) ?? 0));
      assert.deepEqual(JSON.parse(document ?? 'null'), over ? JSON.parse(JSON.stringify(folded)) : null);
      const lastWord = told.map(({ type }) => TELLS_WORDS.has(type)).lastIndexOf(true);
      const spoken = over ? folded : foldSession(told.slice(0, lastWord + 1));
      assert.deepEqual({ ...wordsOf.get(number) }, spoken && searchableWords(spoken.record));
    }
    // Fails when the index and what it was made of do not say the same.
    connection.exec(`INSERT INTO session_words (session_words) VALUES ('integrity-check')`);
    const found = connection
      .prepare<[string], number>('SELECT rowid FROM session_words WHERE session_words MATCH ?')
      .pluck();
    for (const word of WORDS)
      for (const number of found.all(matchExpression([{ typed: word }]) ?? ''))
        assert(
          sessions.some((session) => session.number === number),
          `${word} is found in a deleted session`,
        );
  };

  it('are the fold of the entries, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 40 }), (story) => {
        const ids = new Map<number, string>();
        const lane = uuid();
        for (const { session, what, word, repeat } of story) {
          const known = ids.get(session);
          const created = begin({ reason: word });
          const sessionId = known ?? created.sessionId;
          ids.set(session, sessionId);
          const happens: Record<typeof what, () => unknown> = {
            join: () => append([joined(sessionId, word)]),
            note: () => append([note(sessionId, `${word} `.repeat(repeat))]),
            open: () => append([laneOpened(sessionId, 'view', lane)]),
            close: () => append([laneClosed(sessionId, 'view', lane, [1, repeat])]),
            file: () => append(sentFile(sessionId, word)),
            end: () => append([end(sessionId)]),
            fail: () => {
              const undone = connection.transaction(() => {
                append([note(sessionId, 'taken back'), ...sentFile(sessionId, word)]);
                throw new Error('the disk is full');
              });
              assert.throws(undone, /the disk is full/);
            },
            forget: () => deleteStep({ kind: 'chat-and-file-names', before: now() }),
            delete: () => {
              deleteStep({ kind: 'session-record', before: now() });
              const left = connection.prepare<[], string>('SELECT id FROM sessions').pluck().all();
              for (const [key, id] of ids) if (!left.includes(id)) ids.delete(key);
            },
          };
          if (known === undefined) append([created]);
          happens[what]();
        }
        assertTrue();
        while (operations.forgetStep());
        operations.forgotten();
        assertTrue();
      }),
      { numRuns: 25 },
    );
  });

  it('stay whole when many large texts come, go and are merged', () => {
    const sessions = Array.from({ length: 40 }, () => begin());
    for (const created of sessions) append([created, note(created.sessionId, 'tuba '.repeat(400))]);
    for (const { sessionId } of sessions) append([note(sessionId, 'harp '.repeat(300)), end(sessionId)]);
    const before = now();
    append([begin()]);
    while (deleteStep({ kind: 'session-record', before }).more);
    assertTrue();
    while (operations.forgetStep());
    assertTrue();
    const terms = connection
      .prepare(`SELECT count(*) FROM session_words WHERE session_words MATCH 'tuba OR harp'`)
      .pluck()
      .get();
    assert.equal(terms, 0);
  });

  it('cost an append no more in a long session than in a short one', () => {
    const long = begin();
    const short = begin();
    append([long, joined(long.sessionId)]);
    for (let i = 0; i < 300; i += 1) append(sentFile(long.sessionId, `report ${i}.pdf`));
    append([short, joined(short.sessionId)]);
    const pagesWritten = (sessionId: string) => {
      const pages = () => (connection.pragma('wal_checkpoint(NOOP)') as { log: number }[])[0]?.log ?? 0;
      const before = pages();
      for (let i = 0; i < 20; i += 1) append(sentFile(sessionId, `another ${i}.pdf`));
      return pages() - before;
    };
    const [inLong, inShort] = [pagesWritten(long.sessionId), pagesWritten(short.sessionId)];
    assert(inLong <= inShort + 20, `${inLong} pages in the long session, ${inShort} in the short one`);
    append([end(long.sessionId)]);
    assertTrue();
  });

  it('take up sessions that an earlier version left open with their documents', () => {
    const created = begin();
    append([created, joined(created.sessionId)]);
    connection.exec(`INSERT INTO session_documents (number, document) SELECT number, '{}' FROM sessions`);
    withoutLog();
    connection.exec('ALTER TABLE sessions DROP COLUMN active_seconds');
    connection.pragma('user_version = 1');
    connection.close();
    open();
    assertTrue();
    append([note(created.sessionId, 'toner')]);
    append([end(created.sessionId)]);
    assertTrue();
  });

  it('know the length of sessions that an earlier version listed without it', () => {
    const created = begin();
    append([created]);
    append([started(created.sessionId)]);
    append([end(created.sessionId)]);
    withoutLog();
    connection.exec('ALTER TABLE sessions DROP COLUMN active_seconds');
    connection.pragma('user_version = 2');
    connection.close();
    open();
    assert.equal(connection.prepare('SELECT active_seconds FROM sessions').pluck().get(), 1);
  });

  it('find by their fields what an earlier version could only find by all words', () => {
    const created = begin();
    append([created, joined(created.sessionId), refusedControl(created.sessionId)]);
    append([...sentFile(created.sessionId, 'kept.zip'), end(created.sessionId)]);
    withoutFields();
    dropFigures();
    connection.exec(
      'DROP INDEX entries_by_type; DROP INDEX entries_by_user; DROP INDEX entries_by_author; DROP INDEX entries_by_email; DROP INDEX entries_about_session',
    );
    connection.pragma('user_version = 4');
    connection.close();
    open();
    assertTrue();
    const row = connection.prepare('SELECT refused_tools, ended_by FROM sessions').raw().get();
    assert.deepEqual(row, [toolBits(['control']), 'technician']);
  });

  it('make leaves of the entries that an earlier version wrote, also where some were deleted', () => {
    const created = begin();
    append([begin(), created, joined(created.sessionId), end(created.sessionId)]);
    withoutLog();
    connection.exec('DELETE FROM entries WHERE seq = 1');
    connection.pragma('user_version = 3');
    connection.close();
    open();
    assert.equal(log.state.size, 3);
    assert.deepEqual(connection.prepare('SELECT seq, length(salt) FROM entries').raw().all(), [
      [1, 32],
      [2, 32],
      [3, 32],
    ]);
    append([begin()]);
    assert.equal(loadFrontier(connection).size, 4);
  });

  it('refuse a key that the log was not signed with', () => {
    append([begin()]);
    assert.throws(() => new MerkleLog(connection, logSigner(Buffer.alloc(32, 4))), WrongSigningKey);
  });

  it('count sessions that were recorded before there were figures', () => {
    const [going, over] = [begin(), begin()];
    for (let round = 0; round < 130; round += 1) append([begin()]);
    append([going, started(going.sessionId), laneOpened(going.sessionId, 'view', uuid())]);
    append([over, started(over.sessionId), end(over.sessionId)]);
    const before = figuresStored();
    dropFigures();
    connection.pragma('user_version = 6');
    connection.close();
    open();
    assert.deepEqual(figuresStored(), before);
    assertTrue();
  });
});
