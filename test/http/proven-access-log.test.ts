import assert from 'node:assert/strict';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCESS_EXPORT_FORMAT, ProvenAccessHead, ProvenAccessLine } from '../../protocol/proven-export.ts';
import { ReadingPolicy } from '../../protocol/reading-policy.ts';
import { instant } from '../../server/clock.ts';
import { provenAccessFile } from '../../server/http/access-export.ts';
import { openSqliteStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { verifyFile } from '../../server/records/verify/verify-files.ts';
import { Settings } from '../../server/settings/settings.ts';
import { begin, signInFailed } from '../records/stories.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

describe('who read what, exported with proofs', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let http: RunningHttp;
  let folder: TemporaryFolder;
  let audrey: Person;

  before(async () => {
    folder = await temporaryFolder();
    http = await startHttp();
    audrey = await http.person('auditor');
    // More than stand in one line.
    await http.access.store.append(Array.from({ length: 45 }, () => signInFailed('eve@example.org')));
  });
  beforeEach(() => http.access.fresh());
  after(async () => {
    await http.stop();
    await folder.remove();
  });

  const exported = (query = '', person = audrey) =>
    person.ask(`/api/v1/access-log/export?format=ndjson&proofs=true${query}`);
  const verified = async (text: string) => {
    const file = join(folder.path, 'who-read-what.ndjson');
    await writeFile(file, text);
    return verifyFile(file);
  };
  const all = async <Item>(items: AsyncIterable<Item>) => {
    const found: Item[] = [];
    for await (const item of items) found.push(item);
    return found;
  };
  const linesOf = (text: string) => text.trimEnd().split('\n');
  const provenIn = (text: string) =>
    linesOf(text)
      .slice(1, -1)
      .flatMap((line) => ProvenAccessLine.parse(JSON.parse(line)).entries);

  it('holds the entries as they were logged, newest first, which verify says of them', async () => {
    const { text, headers } = await exported();
    assert.equal(headers.get('content-type'), 'application/x-ndjson; charset=utf-8');
    assert.match(headers.get('content-disposition') ?? '', /filename=who-read-what-[-\d]+\.ndjson/);
    assert.equal(ProvenAccessHead.parse(JSON.parse(linesOf(text)[0] ?? '')).format, ACCESS_EXPORT_FORMAT);
    const entries = provenIn(text);
    const leaves = entries.map(({ leaf }) => leaf);
    assert.deepEqual(
      leaves,
      leaves.toSorted((a, b) => b - a),
    );
    const [newest] = entries;
    assert.deepEqual(
      [newest?.entry.type, newest?.entry.userId, newest?.entry.proofs],
      ['access-log.exported', audrey.user.id, true],
      'that it was exported is its newest entry',
    );
    assert(linesOf(text).length > 3);
    const { sentence, key, more } = await verified(text);
    assert.match(
      sentence,
      new RegExp(`of who read what is right: its ${entries.length} entries are word for`),
    );
    assert.equal(key, (await http.access.store.checkpoint()).keys.at(-1));
    assert.match(more.join(), /left out/);
    await assert.rejects(
      verified(text.slice(0, text.trimEnd().lastIndexOf('\n') + 1)),
      /The export was cut off after \d+ entries/,
    );
  });

  it('is right over a moment at which the clock was put back', async () => {
    const clock = new FakeClock();
    const store = await openSqliteStore({
      file: join(folder.path, 'put-back.db'),
      key: undefined,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 4),
      clock,
      periods: () => Settings.parse({}),
    });
    try {
      for (const [email, later] of [
        ['a', 5000],
        ['b', -3000],
        ['c', -2000],
        ['d', 0],
      ] as const) {
        await store.append([signInFailed(`${email}@example.org`)]);
        clock.advance(later);
      }
      let text = '';
      const entries = store.provenAccessEntries({ types: ['sign-in.failed'] });
      for await (const part of provenAccessFile(instant(clock), entries)) text += part;
      assert.deepEqual(
        provenIn(text).map(({ entry }) => entry.email),
        ['b', 'c', 'd', 'a'].map((name) => `${name}@example.org`),
      );
      assert.match((await verified(text)).sentence, /is right: its 4 entries/);
    } finally {
      await store.close();
    }
  });

  it('holds what was asked for, and nothing where that is nothing', async () => {
    const { text } = await exported('&kind=sign-in&person=eve@example.org');
    assert.deepEqual([...new Set(provenIn(text).map(({ entry }) => entry.type))], ['sign-in.failed']);
    const { text: none } = await exported('&person=nobody@example.org');
    const { sentence, key } = await verified(none);
    assert.match(sentence, /holds no entry, and its last line says the same/);
    assert.equal(key, undefined, 'nobody signed it');
    await assert.rejects(verified(`${linesOf(none)[0]}\n`), /was cut off after 0 entries/);
  });

  it('is not right with one word of it changed, an entry twice, or one of a session', async () => {
    const { text } = await exported('&kind=sign-in');
    await assert.rejects(
      verified(text.replace('eve@example.org', 'bob@example.org')),
      /is not what the log holds/,
    );
    const [head = '', first = '', second = ''] = linesOf(text);
    for (const lines of [`${first}\n${first}`, `${second}\n${first}`])
      await assert.rejects(verified(`${head}\n${lines}\n`), /stands behind an older one/);
    const line = JSON.parse(first);
    const [newest, ...older] = line.entries;
    const numbered = { ...line, entries: [{ ...newest, entry: { ...newest.entry, seq: 1 } }, ...older] };
    await assert.rejects(
      verified(`${head}\n${JSON.stringify(numbered)}\n`),
      /Line 2 of the export cannot be read/,
    );
    const twice = { ...line, entries: [line.entries[0], ...line.entries] };
    await assert.rejects(verified(`${head}\n${JSON.stringify(twice)}\n`), /stands twice in the export/);
    await assert.rejects(verified(`${head}\n{"entries":[]}\n`), /Line 2 of the export cannot be read/);
    const created = begin();
    await http.access.store.append([created]);
    const session = await http.access.store.provenSession(created.sessionId, { everything: true });
    await assert.rejects(
      verified(`${head}\n${JSON.stringify(session)}\n`),
      /\(session\.created, .*is in the log, and is none of who read what/,
    );
  });

  it('is not right with lines of another log', async () => {
    const other = await openSqliteStore({
      file: join(folder.path, 'other.db'),
      key: undefined,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 7),
      clock: new FakeClock(),
      periods: () => Settings.parse({}),
    });
    await other.append([signInFailed('eve@example.org')]);
    const lines: object[] = [];
    for await (const line of other.provenAccessEntries({ types: ['sign-in.failed'] })) lines.push(line);
    await other.close();
    const { text } = await exported('&kind=sign-in');
    assert.equal(lines.length, 1);
    const withoutEnd = linesOf(text).slice(0, -1).join('\n');
    await assert.rejects(
      verified(`${withoutEnd}\n${JSON.stringify(lines[0])}\n`),
      /is of another log than the lines before/,
    );
  });

  it('is not right with what two forks of one log hold at the same place', async () => {
    const clock = new FakeClock();
    const fork = (name: string) =>
      openSqliteStore({
        file: join(folder.path, name),
        key: undefined,
        cursorKey: Buffer.alloc(32, 2),
        signingSeed: Buffer.alloc(32, 5),
        clock,
        periods: () => Settings.parse({}),
      });
    const before = await fork('before.db');
    await before.append([begin()]);
    await before.close();
    await copyFile(join(folder.path, 'before.db'), join(folder.path, 'behind.db'));
    const linesOfFork = async (name: string, emails: readonly string[]) => {
      const store = await fork(name);
      try {
        for (const email of emails) {
          clock.advance(1000);
          await store.append([signInFailed(email)]);
        }
        return await all(store.provenAccessEntries({ types: ['sign-in.failed'] }));
      } finally {
        await store.close();
      }
    };
    // Newest first: all of the one goes before all of the other, and each is right by itself.
    const older = await linesOfFork('before.db', ['a@example.org', 'b@example.org']);
    const newer = await linesOfFork('behind.db', ['c@example.org', 'd@example.org', 'e@example.org']);
    const file = async (...lines: typeof older) => {
      const parts = (async function* () {
        yield* lines;
      })();
      return (await all(provenAccessFile(instant(clock), parts))).join('');
    };
    for (const lines of [older, newer])
      assert.match((await verified(await file(...lines))).sentence, /is right: its [23] entries/);
    await assert.rejects(
      verified(await file(...newer, ...older)),
      /is of a second log of the same name: its place in the log is that of another entry/,
    );
  });

  it('is NDJSON, and for who reads all that stands in an entry', async () => {
    const csv = await audrey.ask('/api/v1/access-log/export?format=csv&proofs=true');
    assert.deepEqual([csv.status, csv.json.error.details[0].path], [400, 'format']);
    const { settings } = http.access;
    for (const auditor of [{ contactDetails: false }, { sessions: 'none' }]) {
      await settings.change({ reading: ReadingPolicy.parse({ auditor }) });
      assert.equal((await exported()).status, 403, JSON.stringify(auditor));
    }
    await settings.change({ reading: ReadingPolicy.parse({}) });
    assert.deepEqual(await http.access.types(), [], 'what was refused was not read');
    assert.equal((await exported('', await http.person('admin'))).status, 403);
  });
});
