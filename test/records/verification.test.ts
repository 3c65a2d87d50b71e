import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64 } from '../../protocol/proof/base64.ts';
import { toHex } from '../../protocol/proof/hex.ts';
import { voucherText } from '../../protocol/proof/key-chain.ts';
import { keyText, parseKeyText } from '../../protocol/proof/signed-note.ts';
import { successorDigestInput } from '../../protocol/proof/successor-digest.ts';
import type { NewEntry } from '../../protocol/record.ts';
import { type Connection, openForReading, openForWriting } from '../../server/records/sqlite/connection.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Thread } from '../../server/records/sqlite/thread.ts';
import { type LogSigner, logSigner, sha256 } from '../../server/records/transparency/node-crypto.ts';
import type { KeptCheckpoint } from '../../server/records/verify/checkpoint-checks.ts';
import { SESSION_COST } from '../../server/records/verify/sessions-pass.ts';
import { StoreVerification } from '../../server/records/verify/store-verification.ts';
import { sentenceOf } from '../../server/records/verify/verdict-sentence.ts';
import { verifyStore } from '../../server/records/verify/verify-store.ts';
import type { VerifyThread } from '../../server/records/verify/verify-worker.ts';
import { Settings } from '../../server/settings/settings.ts';
import { SignedStory } from '../protocol/proof/signed-story.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { begin, end, joined, note, passedOn, sentFile, signInFailed, TECHNICIAN } from './stories.ts';

const DAY = 86_400_000;

describe('the verification of a store', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: string;
  let clock: FakeClock;
  let store: SqliteRecordStore;
  const file = () => join(folder, 'records.db');

  const open = (signingSeed = Buffer.alloc(32, 3)) =>
    openSqliteStore({
      file: file(),
      // Plain, so that the test can do what somebody with the keys can.
      key: undefined,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed,
      clock,
      periods: () => Settings.parse({}),
    });
  const verify = (witnessed: readonly KeptCheckpoint[] = []) => {
    const connection = openForReading({ file: file() });
    try {
      const verification = new StoreVerification(connection, witnessed);
      while (verification.step());
      assert.equal(verification.progress.done, verification.progress.total);
      return verification.verdict();
    } finally {
      connection.close();
    }
  };
  const sentences = (witnessed?: readonly KeptCheckpoint[]) =>
    verify(witnessed).findings.map(({ what }) => what);
  const within = <Row>(query: string): Row[] => {
    const connection = openForReading({ file: file() });
    try {
      return connection.prepare<[], Row>(query).all();
    } finally {
      connection.close();
    }
  };
  const tamper = (change: (connection: Connection) => void) => {
    const connection = openForWriting({ file: file() });
    change(connection);
    connection.close();
  };

  const rotate = async (from: number, to: number, vouched = true) => {
    const [old, next] = [from, to].map((seed) => logSigner(Buffer.alloc(32, seed))) as [LogSigner, LogSigner];
    await store.addSigningKey(Buffer.alloc(32, to));
    const [previousKey, key] = [toBase64(old.publicKey), toBase64(next.publicKey)];
    const signature = vouched && { signature: toBase64(old.sign(voucherText(next.publicKey))) };
    await store.append([{ type: 'log.key-rotated', previousKey, key, ...signature, by: 'test' }]);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-verification-'));
    clock = new FakeClock();
    store = await open();
    for (let count = 0; count < 8; count += 1) {
      const created = begin({ contact: { name: `Customer ${count}` } });
      const { sessionId } = created;
      const story = [created, joined(sessionId), ...sentFile(sessionId, 'a.pdf'), ...note(sessionId, 'done')];
      await store.append(count === 7 ? story : [...story, end(sessionId)]);
      await store.append([signInFailed('eve@example.com')]);
      clock.advance(3_600_000);
    }
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('finds nothing in an honest one, while it is written and when it is closed', async () => {
    const { findings, entries, size, sessions, checkpoints } = verify();
    assert.deepEqual(findings, []);
    assert.equal(entries, size);
    assert.equal(sessions, 8);
    assert(checkpoints >= 8);
    await store.close();
    assert.deepEqual(sentences(), []);
    store = await open();
  });

  const TAMPERING: Record<string, { change: string; finds: RegExp }> = {
    'a word in an entry': {
      change: `UPDATE entries SET fields = replace(fields, 'Customer 3', 'Customer 4') WHERE type = 'session.created'`,
      finds: /^Log entry \d+ \(session\.created, [^)]+\) is not what was logged/,
    },
    'the time of an entry': {
      change: `UPDATE entries SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 5`,
      finds: /^Log entry 5 \(.*\) is not what was logged/,
    },
    'a salt': {
      change: 'UPDATE entries SET salt = zeroblob(32) WHERE seq = 7',
      finds: /^Log entry 7 .* is not what was logged/,
    },
    'when an entry is deleted': {
      change: `UPDATE entries SET keep = 'always' WHERE seq = 3`,
      finds: /^Log entry 3 .* filed as “always”/,
    },
    'whose session an entry tells of': {
      change: 'UPDATE entries SET session = 2 WHERE seq = 2',
      finds: /^Log entry 2 .* another session/,
    },
    'the order of entries': {
      change: `UPDATE entries SET seq = 1000 WHERE seq = 10; UPDATE entries SET seq = 10 WHERE seq = 11; UPDATE entries SET seq = 11 WHERE seq = 1000`,
      finds: /^Log entry 10 .* is not what was logged/,
    },
    'an entry that is taken out': {
      change: 'DELETE FROM entries WHERE seq = 9',
      finds: /^Log entry 9 is gone, and no certificate of deletion says why/,
    },
    'an entry that is put in': {
      change: `INSERT INTO entries (seq, id, at, type, keep, fields, salt) SELECT 9999, 'x', at, type, keep, fields, salt FROM entries WHERE type = 'sign-in.failed' LIMIT 1`,
      finds: /^Log entry 9999 stands in the store, but not in the log/,
    },
    'a hash of a leaf': {
      change: 'UPDATE log_hashes SET hash = zeroblob(32) WHERE position = 0',
      finds: /^Log entry 1 .* is not what was logged: it was changed, or its salt or hash was/,
    },
    'a hash above the leaves': {
      change: 'UPDATE log_hashes SET hash = zeroblob(32) WHERE position = 2',
      finds: /^The log’s hash over 2 entries up to log entry 2 is wrong/,
    },
    'all checkpoints away, and an entry with them': {
      change: `DELETE FROM checkpoints; UPDATE entries SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 5`,
      finds: /^Log entry 1 stands in the store, but not in the log/,
    },
    'the checkpoint of an hour away': {
      change: 'DELETE FROM checkpoints WHERE hour = (SELECT min(hour) FROM checkpoints)',
      finds:
        /^The checkpoint of 2026-03-02 09h UTC is gone, when log entry \d+ was logged: so nothing says how old is what was deleted\.$/,
    },
    'a checkpoint said to be of an older hour': {
      change: `INSERT INTO checkpoints SELECT '2026-02-01T09', size, note FROM checkpoints ORDER BY size DESC LIMIT 1`,
      finds:
        /^The checkpoint of 2026-02-01 09h UTC is of another hour: the last entry that it speaks of is of 2026-03-02T16/,
    },
    'all checkpoints away, and the entries': {
      change: 'DELETE FROM checkpoints; DELETE FROM entries',
      finds: /^The log has \d+ hashes more than a log of 0 entries/,
    },
    'a checkpoint’s root': {
      change: `UPDATE checkpoints SET note = replace(note, char(10) || size || char(10), char(10) || size || char(10) || 'A') WHERE hour = (SELECT min(hour) FROM checkpoints)`,
      finds: /^The checkpoint of .* is not signed by a key of this log/,
    },
    'a record that people read': {
      change: `UPDATE session_documents SET document = replace(document, 'Customer 3', 'Customer 4')`,
      finds: /^Session [-0-9a-f]+: its record does not say what its entries say/,
    },
    'how many entries a record has had': {
      change: `UPDATE session_documents SET document = replace(document, '"unnamed":', '"unnames":')`,
      finds: /^Session [-0-9a-f]+: How many entries it has had is not kept in a readable way/,
    },
    'which entries came last': {
      change: `UPDATE session_documents SET document = replace(document, '"unnamed":[]', '"unnamed":["note.written"]')`,
      finds: /^Session [-0-9a-f]+: How many entries it has had .* fits none that are there/,
    },
    'a row of the list': {
      change: `UPDATE sessions SET company = 'Another Ltd' WHERE number = 4`,
      finds: /^Session .* its row in the list \(company\) does not/,
    },
    'who had a session before it was passed on': {
      change: `INSERT INTO session_technicians (session, technician_id, team) VALUES (4, 'eve', '')`,
      finds: /^Session .* whose it was before it was passed on does not/,
    },
    'the words of the search': {
      change: `DELETE FROM session_words WHERE rowid = 4`,
      finds: /^Session .* what a search finds it by does not/,
    },
  };
  for (const [what, { change, finds }] of Object.entries(TAMPERING))
    it(`finds who changed ${what}`, () => {
      tamper((connection) => connection.pragma('foreign_keys = OFF') && connection.exec(change));
      const found = sentences();
      assert(
        found.some((sentence) => finds.test(sentence)),
        found.join('\n') || 'nothing was found',
      );
    });

  it('finds an entry that is there although a certificate says that it was deleted', async () => {
    await store.append([
      {
        type: 'retention.deleted',
        kind: 'sign-in-log',
        before: '2026-01-02T09:00:00.000Z',
        leaves: '6-7',
        entries: 2,
        sessions: 0,
      },
    ]);
    assert.deepEqual(
      sentences(),
      [7, 8].map((seq) => `Log entry ${seq} is there, and a certificate says that it was deleted.`),
    );
  });

  const MADE_UP: Record<string, { certificate: object; finds: RegExp }> = {
    'that counts what it does not name': {
      certificate: { entries: 3 },
      finds: /counts 3 entries and names 2/,
    },
    'that goes by no rule': { certificate: { kind: 'whim' }, finds: /goes by no rule that there is/ },
    'that deletes before its time': {
      certificate: { before: '2027-03-01T09:00:00.000Z' },
      finds: /goes by a day that was still to come/,
    },
    'that deletes what must be kept some days more': {
      // The last entries are of 2026-03-02.
      certificate: { before: '2026-02-01T09:00:00.000Z' },
      finds: /goes by the day 2026-02-01.* before the 30 days were over/,
    },
    'of session records that goes by the day before': {
      certificate: { kind: 'session-record', before: '2026-03-01T09:00:00.000Z' },
      finds: /goes by the day 2026-03-01.* before the 30 days were over/,
    },
    'that goes by no day': {
      certificate: { before: '2025-13-01T09:00:00.000Z' },
      finds: /goes by the day 2025-13-01/,
    },
    'of what came after it': {
      certificate: { leaves: '900-901' },
      finds: /speaks of entries that came after it/,
    },
    'by itself of what came after the day that it goes by': {
      certificate: { leaves: '15', entries: 1 },
      finds: /names log entry 16, which came after the day 2026-01-02/,
    },
    'of a session that ended after the day that it goes by': {
      certificate: { kind: 'session-record', leaves: '14-16', entries: 3, sessions: 1 },
      finds: /names 1 sessions, and no entry from before the day 2026-01-02/,
    },
    'of a restore that names what came after the backup': {
      certificate: { type: 'backup.restored', madeAt: '2026-03-02T08:00:00.000Z', era: 1, leaves: '16-40' },
      finds: /names log entry 41, which came after the backup of 2026-03-02T08/,
    },
    'of a restore of a backup that was still to be made': {
      certificate: { type: 'backup.restored', madeAt: '2027-01-01T09:00:00.000Z', era: 1 },
      finds: /speaks of a backup that was still to be made/,
    },
    'that nobody can read': { certificate: { leaves: 'all' }, finds: /does not say which entries went/ },
  };
  for (const [what, { certificate, finds }] of Object.entries(MADE_UP))
    it(`finds a certificate ${what}`, async () => {
      const honest = { type: 'retention.deleted', kind: 'sign-in-log', before: '2026-01-02T09:00:00.000Z' };
      const counts = { leaves: '6-7', entries: 2, sessions: 0 };
      await store.append([{ ...honest, ...counts, ...certificate } as NewEntry]);
      assert.match(sentences().join('\n'), finds);
    });

  it('takes a certificate that goes by the last day that its kind may go by', async () => {
    clock.advance(60 * DAY);
    const before = new Date(clock.now() - 30 * DAY).toISOString();
    const [deleted] = await store.deleteDue([{ kind: 'sign-in-log', before }], false);
    assert.equal(deleted?.entries, 8);
    assert.deepEqual(sentences(), []);
  });

  it('finds the end of a session cut off behind what ended it, also with a certificate for it', async () => {
    const story = new SignedStory();
    await store.append(story.told());
    const [{ first, last } = assert.fail()] = within<{ first: number; last: number }>(
      `SELECT min(seq) AS first, max(seq) AS last FROM entries WHERE session = 9
       AND seq > (SELECT seq FROM entries WHERE session = 9 AND type = 'session.ended')`,
    );
    tamper((connection) => connection.exec(`DELETE FROM entries WHERE seq BETWEEN ${first} AND ${last}`));
    const leaves = { leaves: `${first - 1}-${last - 1}`, entries: last - first + 1, sessions: 1 };
    const before = '2026-01-02T09:00:00.000Z';
    await store.append([{ type: 'retention.deleted', kind: 'session-record', before, ...leaves }]);
    assert.match(
      sentences().join('\n'),
      /Entry \d+ of the session is missing, behind the last one that is there/,
    );
  });

  it('finds an account and an API key that an old page of the file brought back', async () => {
    const [userId, keyId, by] = [randomUUID(), randomUUID(), 'test'];
    const createdAt = '2026-03-02T09:00:00.000Z';
    const user = { email: 'eve@example.org', name: 'Eve', role: 'auditor' as const, teams: [] };
    await store.append([{ type: 'user.added', userId, ...user, by }]);
    await store.addUser({ id: userId, ...user, passwordHash: 'x', disabled: false, createdAt });
    const key = { userId, keyId, name: 'night', expiresAt: '2027-03-02T09:00:00.000Z' };
    await store.append([{ type: 'api-key.added', ...key, by }]);
    await store.addApiKey({
      id: keyId,
      userId,
      name: 'night',
      keyHash: 'y',
      createdAt,
      expiresAt: key.expiresAt,
      revoked: false,
    });
    await store.append([
      { type: 'user.changed', userId, role: 'manager', disabled: true, by },
      { type: 'api-key.revoked', userId, keyId, by },
    ]);
    assert.deepEqual(sentences(), []);
    tamper((connection) =>
      connection.exec(`UPDATE users SET role = 'auditor', disabled = 0; UPDATE api_keys SET revoked = 0`),
    );
    const found = sentences().join('\n');
    assert.match(
      found,
      /^User [-0-9a-f]+ is kept with “disabled” false; log entry \d+ and those before it say true\.$/m,
    );
    assert.match(found, /^User [-0-9a-f]+ is kept with “role” auditor; .* say manager\.$/m);
    assert.match(
      found,
      /^API key [-0-9a-f]+ is good in the store, and log entry \d+ says that it was revoked\.$/m,
    );
  });

  describe('with a user and an API key that somebody wrote into the file', () => {
    const insert = (createdAt: string) => {
      const [userId, keyId] = [randomUUID(), randomUUID()];
      tamper((connection) => {
        connection
          .prepare(
            `INSERT INTO users (id, email, name, role, teams, password_hash, disabled, created_at)
             VALUES (?, 'x@example.com', 'X', 'auditor', '[]', 'h', 0, ?)`,
          )
          .run(userId, createdAt);
        connection
          .prepare(
            `INSERT INTO api_keys (id, user_id, name, key_hash, created_at, expires_at, revoked)
             VALUES (?, ?, 'k', 'h', ?, '2099-01-01T00:00:00.000Z', 0)`,
          )
          .run(keyId, userId, createdAt);
      });
      const behind = `is kept as of ${createdAt}; no entry says that it was added, and none was deleted that could have.`;
      return [`User ${userId} ${behind}`, `API key ${keyId} ${behind}`];
    };
    const added = async (): Promise<void> => {
      const user = { email: `${randomUUID()}@example.org`, name: 'Eve', role: 'auditor' as const, teams: [] };
      const [userId, createdAt] = [randomUUID(), new Date(clock.now()).toISOString()];
      await store.append([{ type: 'user.added', userId, ...user, by: 'test' }]);
      await store.addUser({ id: userId, ...user, passwordHash: 'x', disabled: false, createdAt });
    };
    const deleteAccessLog = async () => {
      const before = new Date(clock.now() - 365 * DAY).toISOString();
      await store.deleteDue([{ kind: 'access-log', before }], false);
    };

    it('finds both, also where they say to be older than the log, or of no day at all', async () => {
      await added();
      for (const createdAt of ['2026-03-02T09:00:00.000Z', '2001-01-01T00:00:00.000Z', 'some day']) {
        const expected = insert(createdAt);
        assert.deepEqual(sentences(), expected);
        tamper((connection) => connection.exec(`DELETE FROM api_keys; DELETE FROM users WHERE name = 'X'`));
      }
    });

    it('finds them by a day from which something else was deleted, and demands no entry that has gone', async () => {
      const began = new Date(clock.now()).toISOString();
      await added();
      clock.advance(200 * DAY);
      const later = new Date(clock.now()).toISOString();
      await store.append([signInFailed('tess@example.com')]);
      clock.advance(200 * DAY);
      await deleteAccessLog();
      await store.deleteDue(
        [{ kind: 'sign-in-log', before: new Date(clock.now() - 180 * DAY).toISOString() }],
        false,
      );
      assert.equal(within(`SELECT 1 FROM entries WHERE type IN ('user.added', 'sign-in.failed')`).length, 0);
      assert.deepEqual(sentences(), [], 'the entry of who was added then is gone with its time');
      const expected = insert(later);
      assert.deepEqual(sentences(), expected);
      tamper((connection) => connection.exec(`DELETE FROM api_keys; DELETE FROM users WHERE name = 'X'`));
      // What nothing finds: a day from which entries of the access log have gone.
      insert(began);
      assert.deepEqual(sentences(), []);
    });
  });

  it('names what is wrong elsewhere, however much somebody signs in a session of theirs', async () => {
    const story = new SignedStory();
    claimLanes(story, 150);
    await store.append(story.told());
    tamper((connection) => connection.exec(`UPDATE sessions SET company = 'Another Ltd' WHERE number = 8`));
    const found = sentences();
    assert(found.length < 20);
    assert.match(found.join('\n'), /its row in the list \(company\)/);
  });

  it('shows what is wrong with the log before a flood of wrong signatures and records, and counts each kind', async () => {
    const signed = Array.from({ length: 24 }, () => new SignedStory());
    for (const story of signed) {
      claimLanes(story, 6);
      await store.append(story.told());
    }
    tamper((connection) => {
      connection.exec(`UPDATE sessions SET company = 'Another Ltd'`);
      connection.exec('UPDATE log_hashes SET hash = zeroblob(32) WHERE position = 2');
      connection.exec('DELETE FROM entries WHERE seq = 9');
    });
    const { findings, findingCount, notAsSigned } = verify();
    const said = findings.map(({ what }) => what);
    const last = said.pop() ?? '';
    assert.equal(said.length, 100);
    const kinds: [RegExp, string][] = [
      [/^The log’s hash over 2 entries/, 'of hashes'],
      [/^Log entry 9 is gone/, 'of deletions'],
      [/its row in the list \(company\)/, 'of records of sessions'],
      [/is not what was signed/, 'of what was signed'],
    ];
    const places = kinds.map(([what]) => said.findIndex((sentence) => what.test(sentence)));
    assert(!places.includes(-1), said.join('\n'));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      'the log first',
    );
    assert.equal(notAsSigned, signed.length);
    const total = Number(/^100 of (\d+) findings are shown: /.exec(last)?.[1]);
    for (const [, kind] of kinds) assert.match(last, new RegExp(`\\d+ ${kind}[,.]`));
    const counted = [...last.slice(last.indexOf(':')).matchAll(/(\d+) of /g)].map(([, count]) =>
      Number(count),
    );
    assert.equal(
      counted.reduce((sum, count) => sum + count, 0),
      total,
    );
    assert.equal(findingCount, total - (counted.at(-1) ?? 0), 'what was signed otherwise is none of the log');
    assert.match(last, /(1[2-9]\d|[2-9]\d\d) of what was signed/, 'all of them count, also those not kept');
  });

  it('finds what is wrong with the sessions behind one that cannot be read', () => {
    tamper((connection) => {
      connection.exec(`UPDATE entries SET fields = 'x' WHERE seq = (SELECT min(seq) FROM entries)`);
      connection.exec(`UPDATE sessions SET company = 'Another Ltd' WHERE number = 4`);
    });
    const found = sentences().join('\n');
    assert.match(found, /^The store cannot be read at session [-0-9a-f]+: /m);
    assert.match(found, /^Session .* its row in the list \(company\) does not/m);
  });

  it('takes a session that was passed on by a yes, and finds who passed it on without one', async () => {
    const created = begin();
    const { sessionId } = created;
    const passed = passedOn(sessionId, { ...TECHNICIAN, userId: randomUUID(), name: 'Ben Second' });
    assert(passed.type === 'session.passed');
    const { passingId, technician: successor } = passed;
    const asked = {
      type: 'passing.asked',
      sessionId,
      passingId,
      successor,
      expiresAt: created.codeExpiresAt,
    } as const;
    const successorSha256 = toHex(sha256(successorDigestInput(passingId, successor)));
    const yes = { type: 'passing.answered', sessionId, passingId, allowed: true, mode: 'person' } as const;
    await store.append([
      created,
      joined(sessionId),
      asked,
      { ...yes, successorSha256 },
      passed,
      end(sessionId),
    ]);
    assert.deepEqual(sentences(), []);
    const other = begin();
    await store.append([
      other,
      joined(other.sessionId),
      passedOn(other.sessionId, successor),
      end(other.sessionId),
    ]);
    const [found, ...more] = verify().findings;
    assert.equal(found?.session, other.sessionId);
    assert.match(
      found?.what ?? '',
      /is not what was signed\. Entry \d+ of the session \(session\.passed, .*signed nothing of the kind/,
    );
    assert.deepEqual(more, []);
  });

  it('finds who wrote another answer than the customer signed, and names the session', async () => {
    const honest = new SignedStory();
    await store.append(honest.told());
    assert.deepEqual(sentences(), []);
    const forged = new SignedStory();
    forged.spoil('consent.answered', (entry) => ({ ...entry, allowed: ['view', 'control'], refused: [] }));
    await store.append(forged.told());
    const verdict = verify();
    const { findings, findingCount, notAsSigned } = verdict;
    assert.deepEqual([findingCount, notAsSigned], [0, 1]);
    assert.match(sentenceOf(verdict), /^All is as logged, but 1 session is not what was signed: \d+ entries/);
    assert.deepEqual(
      findings.map(({ session }) => session),
      [forged.sessionId],
    );
    assert.match(
      findings[0]?.what ?? '',
      /^Session [-0-9a-f]+ is not what was signed\. Entry \d+ of the session \(consent\.answered, [^)]+\): the customer’s computer signed another answer\.$/,
    );
  });

  it('finds a log that was written anew by somebody who has the keys, by a checkpoint that a witness kept', async () => {
    const kept = { note: (await store.checkpoint()).note, named: 'The checkpoint of a witness' };
    await store.close();
    await rm(folder, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), 'countersign-verification-'));
    store = await open();
    for (let count = 0; count < 100; count += 1) await store.append([signInFailed('eve@example.com')]);
    assert.deepEqual(sentences(), []);
    assert.match(sentences([kept]).join(), /The checkpoint of a witness .* is not of this log/);
  });

  it('finds an old copy that was put back, by a checkpoint that a witness kept', async () => {
    const before = openForReading({ file: file() });
    const copy = before.serialize();
    before.close();
    await store.append([begin()]);
    const kept = { note: (await store.checkpoint()).note, named: 'The checkpoint of a witness' };
    await store.close();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(file(), copy);
    store = await open();
    assert.deepEqual(sentences(), []);
    assert.match(
      sentences([kept]).join(),
      /The checkpoint of a witness speaks of \d+ entries, this log has \d+/,
    );
  });

  it('finds a log that another key signed', async () => {
    const note = (await store.checkpoint()).note;
    tamper((connection) => {
      connection.exec('DELETE FROM log_keys');
      connection.prepare('INSERT INTO log_keys (public_key, since) VALUES (?, 0)').run(Buffer.alloc(32, 9));
    });
    assert.match(sentences([{ note, named: 'It' }]).join(), /is not signed by a key of this log/);
  });

  const KEYS: Record<string, { change: string; finds: RegExp }> = {
    'who signs the log': {
      change: 'UPDATE log_keys SET public_key = zeroblob(32) WHERE number = 2',
      finds: /^The log’s key .* is named by no entry that puts it in force/,
    },
    'since when a key signs': {
      change: 'UPDATE log_keys SET since = since - 1 WHERE number = 2',
      finds: /^The log’s key .* is named by no entry that puts it in force/,
    },
    'that a key was replaced': {
      change: 'DELETE FROM log_keys WHERE number = 2',
      finds: /^Log entry \d+ puts the key .* in force, and the log does not know it/,
    },
    'what the key before signed': {
      change: `UPDATE entries SET fields = json_set(fields, '$.signature', 'AAAA') WHERE type = 'log.key-rotated'`,
      finds: /^Log entry \d+ puts the key .* in force, and the key before it did not sign that/,
    },
  };
  for (const [what, { change, finds }] of Object.entries(KEYS))
    it(`finds who changed ${what}`, async () => {
      await rotate(3, 4);
      assert.deepEqual(sentences(), []);
      tamper((connection) => connection.exec(change));
      const found = sentences();
      assert(
        found.some((sentence) => finds.test(sentence)),
        found.join('\n') || 'nothing was found',
      );
    });

  it('says of a key that nobody vouches for that only the operator’s word does, unless the reader knows it', async () => {
    await rotate(3, 4, false);
    await rotate(4, 5);
    assert.match(
      sentences().join(),
      /^Log entry \d+ puts the key .* nothing but the operator’s word vouches/,
    );
    const { keys } = await store.checkpoint();
    const verifyWith = (text: string | undefined) => {
      const connection = openForReading({ file: file() });
      const verification = new StoreVerification(connection, [], {
        trusted: parseKeyText(text ?? '', sha256),
      });
      while (verification.step());
      connection.close();
      return verification.verdict().findings.length;
    };
    assert.deepEqual(keys.map(verifyWith), [1, 0, 0]);
    const stranger = keyText({ name: 'countersign/other', publicKey: Buffer.alloc(32, 1) }, sha256);
    assert.equal(verifyWith(stranger), 2);
  });

  it('finds the same on two threads as on one', async () => {
    await store.close();
    const database = { file: file() };
    const onTwoThreads = async () => {
      const connection = openForReading(database);
      const told: number[] = [];
      const onProgress = ({ done, total }: { done: number; total: number }) => told.push(total - done);
      const verdict = await verifyStore(connection, database, { sessionsForAThread: 1, onProgress });
      connection.close();
      assert(told.every((left) => left >= 0));
      return verdict;
    };
    assert.deepEqual(await onTwoThreads(), verify());
    tamper((connection) => {
      connection.exec(
        `UPDATE session_documents SET document = replace(document, 'Customer 3', 'Customer 4')`,
      );
      connection.exec(`UPDATE entries SET fields = replace(fields, 'Customer 5', 'Customer 6')`);
    });
    const found = await onTwoThreads();
    assert.deepEqual(found, verify());
    assert(found.findingCount > 1);
    store = await open();
  });

  it('counts work so that its end is as far off as it says: a session is many entries, the file is its pages', () => {
    const connection = openForReading({ file: file() });
    const pages = connection.pragma('page_count', { simple: true }) as number;
    const verification = new StoreVerification(connection);
    const { total } = verification.progress;
    const told: number[] = [];
    do told.push(verification.progress.done);
    while (verification.step());
    const { size, sessions } = verification.verdict();
    connection.close();
    assert.equal(total, pages + size + sessions * SESSION_COST);
    assert.deepEqual(told.slice(0, 2), [0, pages]);
    assert(told.includes(pages + size));
    assert.deepEqual(
      told,
      [...told].sort((a, b) => a - b),
    );
  });

  it('does not mind entries that are appended while it goes on', async () => {
    const connection = openForReading({ file: file() });
    const verification = new StoreVerification(connection);
    verification.step();
    await store.append([begin(), signInFailed('eve@example.com')]);
    while (verification.step());
    connection.close();
    assert.deepEqual(verification.verdict().findings, []);
  });

  it('lets go of the store between its steps, so that what is deleted meanwhile is forgotten at once', async () => {
    clock.advance(400 * DAY);
    await store.append([begin()]);
    const connection = openForReading({ file: file() });
    const verification = new StoreVerification(connection, [], { isLive: true });
    for (let steps = 0; steps < 4; steps += 1) verification.step();
    const before = new Date(clock.now() - 31 * DAY).toISOString();
    const [deleted] = await store.deleteDue([{ kind: 'session-record', before }], false);
    assert(deleted && deleted.entries > 0);
    // But for the page that says that all is forgotten.
    assert((await stat(`${file()}-wal`)).size < 2 * 4_200, 'the write-ahead log was emptied');
    while (verification.step());
    connection.close();
    assert.deepEqual(verification.verdict().findings, []);
  });

  it('takes less of a busy machine than the relay, in a thread of its own', async () => {
    const niceOf = async (task: string) => {
      const stat = await readFile(`/proc/self/task/${task}/stat`, 'utf8').catch(() => '');
      // The 19th field; the second is a name, in brackets, that may hold spaces.
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    };
    const nices = async () => Promise.all((await readdir('/proc/self/task')).map(niceOf));
    const own = await niceOf(String(process.pid));
    const script = new URL('../../server/records/verify/verify-worker.mjs', import.meta.url);
    const thread = new Thread<VerifyThread>(script, { file: file() }, { restartDelayMs: 0, onDeath() {} });
    await thread.ready();
    await thread.call('begin');
    assert((await nices()).includes(Math.min(19, own + 10)));
    assert.equal(await niceOf(String(process.pid)), own);
    while (!(await thread.call('goOn', 50)).isOver);
    assert.deepEqual((await thread.call('verdict')).findings, []);
    await thread.close();
  });

  it('finds an entry that was put before the first one', () => {
    tamper((connection) =>
      connection.exec(
        `INSERT INTO entries (seq, id, at, type, keep, fields, salt) SELECT -1, 'x', at, type, keep, fields, salt FROM entries WHERE type = 'sign-in.failed' LIMIT 1`,
      ),
    );
    assert.deepEqual(sentences(), ['Log entry -1 stands in the store, but not in the log.']);
  });

  it('takes it that entries are gone where certificates of deletion name them', async () => {
    clock.advance(400 * DAY);
    await store.append([begin()]);
    const before = new Date(clock.now() - 31 * DAY).toISOString();
    for (const kind of ['chat-and-file-names', 'session-record', 'sign-in-log'] as const)
      await store.deleteDue([{ kind, before }], false);
    const { findings, size, entries, deleted } = verify();
    assert.deepEqual(findings, []);
    assert(deleted > 40, `${deleted} are gone`);
    assert.equal(size, entries + deleted);
    tamper((connection) => connection.exec(`DELETE FROM entries WHERE type = 'session.noted' AND seq > 1`));
    assert.match(sentences().join(), /is gone, and no certificate|are gone, and no certificate/);
  });

  it('is not taken in by a certificate for an entry that no rule deletes before its session', async () => {
    const before = new Date(clock.now() - 2 * DAY).toISOString();
    const leaves = { leaves: '1', entries: 1, sessions: 1 };
    await store.append([{ type: 'retention.deleted', kind: 'contact-details', before, ...leaves }]);
    tamper((connection) => {
      connection.exec('DELETE FROM entries WHERE seq = 2');
      const { number, document } = connection
        .prepare<[], { number: number; document: string }>('SELECT * FROM session_documents WHERE number = 1')
        .get() as { number: number; document: string };
      const { computer: _, agent: __, joinedAt: ___, ...record } = JSON.parse(document).record;
      const changed = JSON.stringify({ ...JSON.parse(document), record });
      connection.prepare('UPDATE session_documents SET document = ? WHERE number = ?').run(changed, number);
    });
    assert.match(
      sentences().join('\n'),
      /Session [-0-9a-f]+: Entry 2 of the session is missing, between entry 1 \(session\.created, [^)]+\) and entry 3 \(file\.offered, [^)]+\), and nothing says that it may be\./,
    );
  });

  it('names what is gone without a certificate as one range', () => {
    clock.advance(DAY);
    tamper((connection) =>
      connection.exec(`DELETE FROM entries WHERE type = 'sign-in.failed' OR seq BETWEEN 3 AND 5`),
    );
    assert(sentences().includes('Log entries 3 to 5 are gone, and no certificate of deletion says why.'));
  });
});

/** The customer's end signs so many ends of lanes that never were. */
function claimLanes(story: SignedStory, times: number): void {
  for (let count = 0; count < times; count += 1)
    story.says('customer', {
      type: 'tool.stopped',
      tool: 'view',
      laneId: randomUUID(),
      sent: 1,
      received: 9,
    });
}
