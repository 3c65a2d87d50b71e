import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { v4 as uuid } from 'uuid';
import { type NewEntry, type NewSessionEntry, RECORD_TYPES } from '../../protocol/record.ts';
import { foldSession } from '../../server/records/session-record.ts';
import { matchExpression } from '../../server/records/session-words.ts';
import { type Connection, openForWriting } from '../../server/records/sqlite/connection.ts';
import { entryOf } from '../../server/records/sqlite/session-projection.ts';
import type { EntryColumns } from '../../server/records/sqlite/tables.ts';
import { type WriteOperations, writeOperations } from '../../server/records/sqlite/write-operations.ts';
import { begin, end, joined, laneClosed, laneOpened, note, sentFile } from './stories.ts';

const WORDS = ['toner', 'invoice', 'Zwän', '漢字', 'x'.repeat(300), 'a b c'];

/** What may happen in one of a few sessions, in any order, however little sense it makes. */
const happening = fc.record({
  session: fc.integer({ min: 0, max: 3 }),
  what: fc.constantFrom('join', 'note', 'open', 'close', 'file', 'end', 'delete', 'forget'),
  word: fc.constantFrom(...WORDS),
  repeat: fc.integer({ min: 1, max: 300 }),
});

describe('the projections of the SQLite store', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: string;
  let connection: Connection;
  let operations: WriteOperations;
  let clock = 0;

  const now = () => new Date(Date.UTC(2026, 2, 2) + clock++ * 1000).toISOString();
  const append = (entries: readonly NewEntry[]) =>
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

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-projection-'));
    connection = openForWriting({ file: join(folder, 'records.db') });
    operations = writeOperations(connection);
  });
  afterEach(async () => {
    connection.close();
    await rm(folder, { recursive: true });
  });

  const assertTrue = () => {
    const sessions = connection
      .prepare<[], { number: number; document: string; ended: string | null }>(
        'SELECT number, document, ended_at AS ended FROM sessions JOIN session_documents USING (number)',
      )
      .all();
    const entries = connection.prepare<[number], EntryColumns>(
      'SELECT seq, id, at, type, fields FROM entries WHERE session = ? ORDER BY seq',
    );
    for (const { number, document, ended } of sessions) {
      const folded = foldSession(entries.all(number).map(entryOf));
      assert.deepEqual(JSON.parse(document), JSON.parse(JSON.stringify(folded)));
      assert.equal(ended, folded?.record.endedAt ?? null);
    }
    // Fails when the index and what it was made of do not say the same.
    connection.exec(`INSERT INTO session_words (session_words) VALUES ('integrity-check')`);
    const found = connection
      .prepare<[string], number>('SELECT rowid FROM session_words WHERE session_words MATCH ?')
      .pluck();
    for (const word of WORDS)
      for (const number of found.all(matchExpression(word) ?? ''))
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
            forget: () => operations.deleteStep({ kind: 'chat-and-file-names', before: now() }),
            delete: () => {
              operations.deleteStep({ kind: 'session-record', before: now() });
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
    while (operations.deleteStep({ kind: 'session-record', before }).more);
    assertTrue();
    while (operations.forgetStep());
    assertTrue();
    const terms = connection
      .prepare(`SELECT count(*) FROM session_words WHERE session_words MATCH 'tuba OR harp'`)
      .pluck()
      .get();
    assert.equal(terms, 0);
  });
});
