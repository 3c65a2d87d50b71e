import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { v4 as uuid } from 'uuid';
import { missingEntries } from '../../protocol/proof/whole-session.ts';
import { type NewEntry, type NewSessionEntry, RECORD_TYPES } from '../../protocol/record.ts';
import type { KeepingKind } from '../../protocol/retention.ts';
import type { DatedKind } from '../../protocol/retention-kinds.ts';
import { goesEarly } from '../../protocol/session-numbering.ts';
import { matchExpression } from '../../server/records/session-words.ts';
import { type Connection, openForReading, openForWriting } from '../../server/records/sqlite/connection.ts';
import {
  DamagedLog,
  type LogKeys,
  loadFrontier,
  MerkleLog,
  WrongSigningKey,
} from '../../server/records/sqlite/merkle-log.ts';
import { teamsIn } from '../../server/records/sqlite/rule-teams.ts';
import { type EntryColumns, entryOf, toolBits } from '../../server/records/sqlite/tables.ts';
import type { Upgrade } from '../../server/records/sqlite/upgrade.ts';
import { type WriteOperations, writeOperations } from '../../server/records/sqlite/write-operations.ts';
import { logSigner } from '../../server/records/transparency/node-crypto.ts';
import { SignedStory } from '../protocol/proof/signed-story.ts';
import { assertFolded, figuresIn } from './assert-folded.ts';
import {
  begin,
  end,
  joined,
  laneClosed,
  laneOpened,
  note,
  passedOn,
  refusedControl,
  sentFile,
  started,
  TECHNICIAN,
  technicianNoted,
  watchedBy,
} from './stories.ts';

const [tove, tomas] = [TECHNICIAN.userId, uuid()];

const WORDS = ['toner', 'invoice', 'Zwän', '漢字', 'x'.repeat(300), 'a b c'];

const by = { userId: uuid(), name: 'Priya Privacy' };
const held = (sessionId: string, what: KeepingKind, day: number): NewEntry => ({
  type: 'retention.held',
  sessionId,
  by,
  what,
  until: new Date(Date.UTC(2026, 2, 1 + day)).toISOString(),
  reason: 'a claim',
});
const lifted = (sessionId: string, what: KeepingKind): NewEntry => ({
  type: 'retention.lifted',
  sessionId,
  by,
  what,
  reason: 'settled',
});

/** Undoes the schema's steps from the one of retention on. */
const WITHOUT_RETENTION = `
  DROP INDEX sessions_by_signatures;
  ALTER TABLE sessions DROP COLUMN signatures;
  DROP INDEX entries_about_receipt;
  DROP INDEX sessions_watched;
  ALTER TABLE sessions DROP COLUMN watcher_key;
  DROP INDEX sessions_by_platform;
  DROP INDEX sessions_by_active;
  DROP INDEX sessions_by_total;
  DROP TABLE session_parts;
  DROP TABLE session_technicians;
  DROP INDEX sessions_over;
  DROP INDEX sessions_kept;
  ALTER TABLE sessions DROP COLUMN held_until;
  ALTER TABLE sessions DROP COLUMN kept_until;
  ALTER TABLE sessions ADD COLUMN forgets_early INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX sessions_over ON sessions (ended_at) WHERE ended_at IS NOT NULL;
  CREATE INDEX sessions_that_forget_early ON sessions (ended_at) WHERE forgets_early = 1;`;

/** What may happen in one of a few sessions, in any order, however little sense it makes. */
const happening = fc.record({
  session: fc.integer({ min: 0, max: 3 }),
  what: fc.constantFrom(
    'join',
    'note',
    'open',
    'close',
    'file',
    'end',
    'delete',
    'forget',
    'hold',
    'lift',
    'fail',
    'restart',
    'pass',
  ),
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
  const deleteStep = (kind: DatedKind, before: string) => {
    const step = operations.deleteStep({ kind, before }, teamsIn(connection), now(), 15);
    log.checkpoint('2026-03-02T00:00:00.000Z');
    log.committed();
    return step;
  };
  const entriesOf = (number: number) =>
    connection
      .prepare<[number], EntryColumns>(
        'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
      )
      .all(number)
      .map(entryOf);
  const open = (keys: LogKeys = {}) => {
    connection = openForWriting({ file: join(folder, 'records.db') });
    log = new MerkleLog(connection, logSigner(Buffer.alloc(32, 3)), keys);
    operations = writeOperations(connection, log);
  };
  /** As before each field could be searched by itself. */
  const withoutFields = () =>
    connection.exec(
      `DROP INDEX sessions_by_choices; ALTER TABLE sessions DROP COLUMN refused_tools;
       ALTER TABLE sessions DROP COLUMN ended_by; DROP TABLE session_words;
       CREATE VIRTUAL TABLE session_words USING fts5 (words)`,
    );
  /** As before there was a log. */
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

  /** As if the file had been made before there were figures. */
  const dropFigures = () =>
    connection.exec(
      `DROP TABLE session_figures; DROP TABLE staff; DROP TABLE saved_views; ${WITHOUT_RETENTION}`,
    );

  const assertTrue = () => {
    assertFolded(connection);
    for (const { number } of connection.prepare<[], { number: number }>('SELECT number FROM sessions').all())
      missingEntries(entriesOf(number), goesEarly);
    // Fails when the index and what it was made of do not say the same.
    connection.exec(`INSERT INTO session_words (session_words) VALUES ('integrity-check')`);
    const found = connection
      .prepare<[string], number>('SELECT rowid FROM session_words WHERE session_words MATCH ?')
      .pluck();
    const exists = connection.prepare<[number]>('SELECT 1 FROM sessions WHERE number = ?');
    for (const word of WORDS)
      for (const number of found.all(matchExpression([{ typed: word }]) ?? ''))
        assert(exists.get(number), `${word} is found in a deleted session`);
  };

  it('are the fold of the entries, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 40 }), (story) => {
        const ids = new Map<number, string>();
        const joinedOnce = new Set<string>();
        const lane = uuid();
        for (const { session, what, word, repeat } of story) {
          const known = ids.get(session);
          const created = begin({ reason: word });
          const sessionId = known ?? created.sessionId;
          ids.set(session, sessionId);
          const happens: Record<typeof what, () => unknown> = {
            join: () => {
              if (!joinedOnce.has(sessionId)) append([joined(sessionId, word)]);
              joinedOnce.add(sessionId);
            },
            note: () => append([...note(sessionId, `${word} `.repeat(repeat))]),
            open: () => append([laneOpened(sessionId, 'view', lane)]),
            close: () => append([laneClosed(sessionId, 'view', lane, repeat % 2 ? [0, 0] : [1, repeat])]),
            file: () => append(sentFile(sessionId, word)),
            end: () => append([end(sessionId)]),
            pass: () =>
              append([
                passedOn(sessionId, { ...TECHNICIAN, name: word, userId: [tove, tomas][repeat % 2]! }),
              ]),
            hold: () => append([held(sessionId, word === 'toner' ? 'extension' : 'hold', repeat)]),
            lift: () => append([lifted(sessionId, 'hold')]),
            fail: () => {
              const before = log.state;
              const undone = connection.transaction(() => {
                append([...note(sessionId, 'taken back'), ...sentFile(sessionId, word)]);
                throw new Error('the disk is full');
              });
              assert.throws(undone, /the disk is full/);
              log.state = before;
              log.committed();
            },
            restart: () => {
              connection.close();
              open();
            },
            forget: () => deleteStep('chat-and-file-names', now()),
            delete: () => {
              deleteStep('session-record', now());
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

  it('give each entry its number in its session: in one append, after a restart, and after the newest was deleted', () => {
    const [one, other] = [begin(), begin()];
    const places = (number: number) =>
      entriesOf(number).map(({ type, ordinal, follows }) => [ordinal, type, ...(follows ?? [])].join(' '));
    append([one, technicianNoted(one.sessionId), other, ...sentFile(one.sessionId, 'a.zip')]);
    connection.close();
    open();
    append([technicianNoted(other.sessionId), end(other.sessionId), end(one.sessionId)]);
    append(note(one.sessionId, 'the cable'));
    deleteStep('contact-details', now());
    deleteStep('chat-and-file-names', now());
    const file = ['3 file.offered technician.noted', '5 file.accepted file.named'];
    const finished = ['6 file.finished', '7 file.finished'];
    const first = ['1 session.created', '2 technician.noted', ...file, ...finished, '8 session.ended'];
    assert.deepEqual(places(1), [...first, '9 session.noted']);
    assert.deepEqual(places(2), [
      '1 session.created',
      '2 technician.noted',
      '3 session.ended technician.noted',
    ]);
    connection.close();
    open();
    append([held(one.sessionId, 'hold', 3)]);
    append([laneOpened(one.sessionId, 'view', uuid())]);
    assert.deepEqual(places(1).slice(-3), [
      '9 session.noted',
      '11 retention.held',
      '12 lane.opened session.noted note.written retention.held',
    ]);
    assertTrue();
  });

  it('stay whole when many large texts come, go and are merged', () => {
    const sessions = Array.from({ length: 40 }, () => begin());
    for (const created of sessions) append([created, ...note(created.sessionId, 'tuba '.repeat(400))]);
    for (const { sessionId } of sessions) append([...note(sessionId, 'harp '.repeat(300)), end(sessionId)]);
    const before = now();
    append([begin()]);
    while (deleteStep('session-record', before).more);
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
    open({ isNew: true });
    assertTrue();
    append([...note(created.sessionId, 'toner')]);
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
    open({ isNew: true });
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

  it('know who watched a session that an earlier version recorded, also one that goes on', () => {
    const [over, going] = [begin(), begin()];
    const max = { name: 'Max Manager', userId: uuid() };
    append([over, ...watchedBy(over.sessionId, max), end(over.sessionId)]);
    append([going, ...watchedBy(going.sessionId, max)]);
    connection.exec(
      `DROP INDEX sessions_by_signatures; ALTER TABLE sessions DROP COLUMN signatures; DROP INDEX entries_about_receipt;
       DROP TABLE session_technicians; DROP INDEX sessions_watched; ALTER TABLE sessions DROP COLUMN watcher_key`,
    );
    const steps = connection.pragma('user_version', { simple: true }) as number;
    connection.pragma(`user_version = ${steps - 5}`);
    connection.close();
    open();
    assertTrue();
    const keys = connection.prepare('SELECT watcher_key FROM sessions').pluck().all();
    assert.equal(new Set(keys).size, 1);
    assert.match(String(keys[0]), /^ max manager [0-9a-f ]+$/);
  });

  it('know how far both ends signed a session that an earlier version recorded', () => {
    const [story, nobody] = [new SignedStory(), begin()];
    append(story.told());
    append([nobody, joined(nobody.sessionId), end(nobody.sessionId)]);
    connection.exec('DROP INDEX sessions_by_signatures; ALTER TABLE sessions DROP COLUMN signatures');
    const steps = connection.pragma('user_version', { simple: true }) as number;
    connection.pragma(`user_version = ${steps - 2}`);
    connection.close();
    open();
    assertTrue();
    const signed = connection.prepare('SELECT signatures FROM sessions ORDER BY number').pluck().all();
    assert.deepEqual(signed, ['signed', 'unsigned']);
  });

  it('say anew what tools were used for, where an earlier version counted every lane', () => {
    const [over, going] = [begin(), begin()];
    const lane = uuid();
    append([
      over,
      laneOpened(over.sessionId, 'view', lane),
      laneClosed(over.sessionId, 'view', lane, [0, 0]),
    ]);
    append([going, laneOpened(going.sessionId, 'view', uuid())]);
    append([end(over.sessionId)]);
    const [before, listed] = [figuresIn(connection), 'SELECT used_tools FROM sessions ORDER BY number'];
    const said = connection.prepare(listed).pluck().all();
    assert.deepEqual(said, [0, toolBits(['view'])]);
    connection.exec(
      `UPDATE sessions SET used_tools = 255; UPDATE session_figures SET slots = zeroblob(length(slots));
       UPDATE session_documents SET document = json_set(document, '$.record.tools', json('[]'))`,
    );
    const steps = connection.pragma('user_version', { simple: true }) as number;
    connection.pragma(`user_version = ${steps - 1}`);
    connection.close();
    const told: Upgrade[] = [];
    openForWriting({ file: join(folder, 'records.db') }, (upgrade) => told.push(upgrade)).close();
    assert.deepEqual(told, [
      { standing: 'begun', from: steps - 1, to: steps },
      { standing: 'under-way', sessions: 2, of: 2 },
      { standing: 'over', from: steps - 1, to: steps },
    ]);
    open();
    assertTrue();
    assert.deepEqual(connection.prepare(listed).pluck().all(), said);
    assert.deepEqual(figuresIn(connection), before);
  });

  it('go on where a start was stopped that says anew what tools were used for', () => {
    const file = join(folder, 'records.db');
    const count = 250;
    append(Array.from({ length: count }, () => begin()));
    connection.exec(
      `UPDATE sessions SET used_tools = 255;
       UPDATE session_documents SET document = json_set(document, '$.record.tools', json('[]'))`,
    );
    const steps = connection.pragma('user_version', { simple: true }) as number;
    connection.pragma(`user_version = ${steps - 1}`);
    connection.close();
    const stopped = new Error('stopped');
    assert.throws(
      () =>
        openForWriting({ file }, ({ standing }) => {
          if (standing === 'under-way') throw stopped;
        }),
      stopped,
    );
    connection = openForReading({ file });
    const left = () =>
      connection.prepare('SELECT count(*) FROM sessions WHERE used_tools = 255').pluck().get() as number;
    assert(left() > 0 && left() < count, `${left()} of ${count}`);
    assert.equal(connection.pragma('user_version', { simple: true }), steps, 'no older version opens it');
    const done = count - left();
    connection.close();
    const told: Upgrade[] = [];
    openForWriting({ file }, (upgrade) => told.push(upgrade)).close();
    assert.equal(told[0]?.standing, 'begun');
    assert(
      told.every((each) => each.standing !== 'under-way' || each.sessions > done),
      JSON.stringify(told),
    );
    assert.equal(told.at(-1)?.standing, 'over');
    open();
    assert.equal(left(), 0);
    assertTrue();
  });

  it('make leaves of the entries that an earlier version wrote, also where some were deleted', () => {
    const created = begin();
    append([begin(), created, joined(created.sessionId), end(created.sessionId)]);
    withoutLog();
    connection.exec('DELETE FROM entries WHERE seq = 1');
    connection.pragma('user_version = 3');
    connection.close();
    open({ isNew: true });
    assert.equal(log.state.size, 3);
    assert.deepEqual(connection.prepare('SELECT seq, length(salt) FROM entries').raw().all(), [
      [1, 32],
      [2, 32],
      [3, 32],
    ]);
    append([begin()]);
    assert.equal(loadFrontier(connection).size, 4);
  });

  it('make no leaves of entries that an earlier version wrote, with a key that may have signed others', () => {
    append([begin()]);
    withoutLog();
    connection.pragma('user_version = 3');
    connection.close();
    assert.throws(() => open(), DamagedLog);
  });

  it('make no leaves of what stands behind the log, though the key is new', () => {
    append([begin()]);
    connection.exec(
      `INSERT INTO entries (seq, id, at, type, keep, fields, salt) SELECT 2, 'x', at, type, keep, fields, salt FROM entries`,
    );
    connection.close();
    assert.throws(() => open({ isNew: true }), DamagedLog);
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
    const before = figuresIn(connection);
    dropFigures();
    connection.pragma('user_version = 6');
    connection.close();
    open();
    assert.deepEqual(figuresIn(connection), before);
    assertTrue();
  });
});
