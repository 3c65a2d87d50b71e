import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyText, parseKeyText } from '../../protocol/proof/signed-note.ts';
import { EXPORT_FORMAT, type ProvenExportLine } from '../../protocol/proven-export.ts';
import { RECEIPT_FORMAT } from '../../protocol/receipt.ts';
import type { Entry, NewEntry } from '../../protocol/record.ts';
import { foldSession } from '../../protocol/session-fold.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { sha256 } from '../../server/records/transparency/node-crypto.ts';
import { verifyFile } from '../../server/records/verify/verify-files.ts';
import { Settings } from '../../server/settings/settings.ts';
import { SignedStory } from '../protocol/proof/signed-story.ts';
import { textOf } from '../support/exported-records.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { begin, end, joined, refusedControl } from './stories.ts';

describe('sessions in an export with proofs', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let store: SqliteRecordStore;

  const open = (name: string, seed: number) =>
    openSqliteStore({
      file: join(folder.path, `${name}.db`),
      key: undefined,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, seed),
      clock: new FakeClock(),
      periods: () => Settings.parse({}),
    });
  before(async () => {
    folder = await temporaryFolder();
    store = await open('records', 3);
  });
  after(async () => {
    await store.close();
    await folder.remove();
  });

  /** A session in which the customer said no to control, or yes. */
  const told = async (answer: 'refused' | 'allowed', where = store): Promise<string> => {
    const { sessionId, ...created } = begin({ tools: ['control'] });
    const refused = refusedControl(sessionId);
    assert(refused.type === 'consent.answered');
    const answered: NewEntry = {
      ...refused,
      allowed: [],
      refused: [],
      [answer]: ['control'],
    };
    await where.append([{ ...created, sessionId }, joined(sessionId), answered, end(sessionId)]);
    return sessionId;
  };
  const folded = ({ entries }: Pick<ProvenExportLine, 'entries'>) =>
    foldSession(entries.map(({ entry, leaf }) => ({ ...entry, seq: leaf + 1 }) as unknown as Entry))?.record;
  const retention = { deleteAfter: '2027-03-02T09:00:00.000Z', parts: [] };
  const lineOf = async (sessionId: string, where = store): Promise<ProvenExportLine> => {
    const { checkpoint, entries } = await where.provenSession(sessionId, { everything: true });
    return withRecord({ checkpoint, entries: [...entries] });
  };
  /** As somebody would write it who only has to make record and entries agree. */
  const withRecord = (line: Omit<ProvenExportLine, 'record'>): ProvenExportLine =>
    ({ ...line, record: { ...folded(line), retention } }) as ProvenExportLine;
  /** As a version before wrote it: it counted each opening of a lane, and told only the last end of a grant. */
  const byOlderRules = (line: ProvenExportLine) => ({
    ...line,
    record: {
      ...line.record,
      tools: line.record.tools.map(({ decisions: _, ...use }) => ({
        ...use,
        uses: use.uses + 1,
        seconds: use.seconds + 0.25,
        firstOpenedAt: '2026-03-02T09:00:01.000Z',
        lastClosedAt: '2026-03-02T09:00:01.250Z',
        revokedAt: '2026-03-02T09:00:02.000Z',
        returnedAt: '2026-03-02T09:00:03.000Z',
      })),
    },
  });
  const verifiedOlder = async (format: string, ...lines: object[]) => {
    const file = join(folder.path, 'older.ndjson');
    const head = { format, madeAt: '2026-03-02T10:00:00.000Z' };
    await writeFile(file, [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''));
    return verifyFile(file);
  };
  const verified = (...lines: object[]) => verifiedText(...lines.map((line) => JSON.stringify(line)));
  const verifiedText = async (...lines: string[]) => {
    const file = join(folder.path, 'export.ndjson');
    const head = JSON.stringify({ format: EXPORT_FORMAT, madeAt: '2026-03-02T10:00:00.000Z' });
    const last = JSON.stringify({ end: { count: lines.length } });
    await writeFile(file, [head, ...lines, last].map((line) => `${line}\n`).join(''));
    return verifyFile(file);
  };

  it('are right as they were logged', async () => {
    const lines = [await lineOf(await told('refused')), await lineOf(await told('allowed'))];
    const { sentence, key } = await verified(...lines);
    assert.match(sentence, /is right: 2 sessions say what their \d+ entries say/);
    assert.equal(key, lines[0]?.checkpoint.keys.at(-1));
  });

  it('are cut off without their last line, and not whole with another number in it or something behind it', async () => {
    const provenAt = '2026-03-02T10:00:00.000Z';
    await told('refused');
    const text = await textOf(store.exportSessions({}, { everything: true }, { format: 'ndjson', provenAt }));
    const lines = text.trimEnd().split('\n');
    const sessions = lines.length - 2;
    const verifiedFile = async (...given: string[]) => {
      const file = join(folder.path, 'cut.ndjson');
      await writeFile(file, given.map((line) => `${line}\n`).join(''));
      return verifyFile(file);
    };
    assert.match((await verifiedFile(...lines)).sentence, new RegExp(`is right: ${sessions} sessions`));
    for (const kept of [lines.length - 1, lines.length - 2])
      await assert.rejects(
        verifiedFile(...lines.slice(0, kept)),
        new RegExp(`^ProofProblem: The export was cut off after ${kept - 1} sessions: the last line`),
      );
    await assert.rejects(
      verifiedFile(...lines.slice(0, 1), ...lines.slice(2)),
      new RegExp(`says that it holds ${sessions} sessions, and there are ${sessions - 1}`),
    );
    await assert.rejects(verifiedFile(...lines, lines[1] ?? ''), /stands behind its last line/);
  });

  it('are as right in the formats before, but for the use of tools, which was counted by other rules', async () => {
    const line = await lineOf(await told('allowed'));
    const older = byOlderRules(line);
    const last = { end: { count: 1 } };
    for (const [format, ...behind] of [['countersign-export/2', last], ['countersign-export/1']] as const) {
      const { sentence, more } = await verifiedOlder(format, older, ...behind);
      assert.match(sentence, /is right: 1 sessions say what their \d+ entries say/);
      assert.match(
        more.join(' '),
        new RegExp(
          `One session is counted otherwise than by the rules of today: .* \\(${line.record.id}\\)\\.`,
        ),
      );
      assert.match(more.join(' '), /That it is of that format nobody signed/);
      // Also of what only calls itself so, and was changed: by its figures it is no other file.
      const relabelled = await verifiedOlder(format, line, ...behind);
      assert.match(relabelled.more.join(' '), /is counted in it as the entries say/);
      assert.doesNotMatch(relabelled.more.join(' '), /counted otherwise/);
      // Everything else is.
      const { record } = older;
      const [use, ...uses] = record.tools;
      for (const spoilt of [
        { ...record, reason: 'Another reason' },
        { ...record, tools: uses },
        ...[{ tool: 'view' }, { answer: 'refused' }, { bytesFromCustomer: 7 }, { remark: 'Checked.' }].map(
          (change) => ({ ...record, tools: [{ ...use, ...change }, ...uses] }),
        ),
      ])
        await assert.rejects(
          verifiedOlder(format, { ...older, record: spoilt }, ...behind),
          /The record of session [-0-9a-f]+ does not say what its entries say/,
        );
      const said = older.entries.map((proven) => ({ ...proven, entry: { ...proven.entry, remark: 'So.' } }));
      await assert.rejects(
        verifiedOlder(format, { ...older, entries: said }, ...behind),
        /is not what the log holds/,
      );
    }
    assert.doesNotMatch((await verified(line)).more.join(' '), /older/);
    await assert.rejects(verified(older), /Line 2 of the export cannot be read/);
  });

  it('are cut off without their last line in the format before too, and have none in the first', async () => {
    const older = byOlderRules(await lineOf(await told('refused')));
    await assert.rejects(verifiedOlder('countersign-export/2', older), /was cut off after 1 sessions/);
    const { more } = await verifiedOlder('countersign-export/1', older);
    assert.match(more.join(' '), /older format without a last line/);
    await assert.rejects(
      verifiedOlder('countersign-export/1', older, { end: { count: 1 } }),
      /Line 3 of the export cannot be read/,
    );
  });

  it('are not of two logs that one key signed under one name', async () => {
    const [one, other] = [await open('one', 7), await open('other', 7)];
    const [first, second] = [
      await lineOf(await told('refused', one), one),
      await lineOf(await told('allowed', other), other),
    ];
    await Promise.all([one.close(), other.close()]);
    await verified(first);
    await verified(second);
    await assert.rejects(verified(first, second), /^ProofProblem: Line 3 of the export is of a second log/);
  });

  it('are refused where one reader sees something else in them than another', async () => {
    const text = JSON.stringify(await lineOf(await told('refused')));
    await verifiedText(text);
    const entry = '"type":"session.ended"';
    assert(text.includes(entry));
    for (const before of ['"reason":"customer-withdrew",', '"__proto__":{"outcome":"solved"},'])
      await assert.rejects(
        verifiedText(text.replace(entry, `${before}${entry}`)),
        /Line 2 of the export cannot be read/,
        before,
      );
  });

  it('are not of two logs of one name whose sizes differ, where these say different things of one entry', async () => {
    const [one, other] = [await open('short', 7), await open('long', 7)];
    const ids = [await told('refused', one), await told('allowed', other), await told('refused', other)];
    const [first, second, third] = [
      await lineOf(ids[0]!, one),
      await lineOf(ids[1]!, other),
      await lineOf(ids[2]!, other),
    ];
    await Promise.all([one.close(), other.close()]);
    assert.notEqual(first.checkpoint.size, second.checkpoint.size);
    await assert.rejects(
      verified(first, second),
      /^ProofProblem: Line 3 of the export is of a second log of the same name: log entry 1 is/,
    );
    // Where they do not overlap nothing shows it, and that is said.
    const { more } = await verified(first, third);
    assert.match(
      more.join('\n'),
      /proven by 2 checkpoints of one name\. That the log only grew .* cannot show/,
    );
    assert.doesNotMatch((await verified(second, third)).more.join('\n'), /checkpoints of one name/);
  });

  it('hold no answer that another customer gave, though the log holds it word for word', async () => {
    const [said, sold] = [await lineOf(await told('allowed')), await lineOf(await told('refused'))];
    const isAnswer = ({ entry }: ProvenExportLine['entries'][number]) => entry.type === 'consent.answered';
    const [yes, no] = [said.entries.find(isAnswer), sold.entries.find(isAnswer)];
    assert(yes && no && yes.entry.ordinal === no.entry.ordinal);
    const entries = sold.entries.map((proven) => (proven === no ? yes : proven));
    const pasted = withRecord({ checkpoint: sold.checkpoint, entries });
    assert.equal(pasted.record.tools[0]?.answer, 'granted');
    await assert.rejects(verified(pasted), /stands twice or out of order|tells of another session/);
    // Where both sessions went on at once the order fits too.
    const [first, second] = [begin({ tools: ['control'] }), begin({ tools: ['control'] })];
    const answer = (sessionId: string) => ({
      ...refusedControl(sessionId),
      allowed: ['control'],
      refused: [],
    });
    await store.append([first, second, joined(first.sessionId), joined(second.sessionId)]);
    await store.append([answer(first.sessionId) as NewEntry, refusedControl(second.sessionId)]);
    await store.append([end(first.sessionId), end(second.sessionId)]);
    const [theirs, own] = [await lineOf(first.sessionId), await lineOf(second.sessionId)];
    const mixed = own.entries.map((proven) =>
      isAnswer(proven) ? (theirs.entries.find(isAnswer) ?? proven) : proven,
    );
    const taken = { checkpoint: theirs.checkpoint, entries: mixed };
    const sizes = [theirs.checkpoint.size, own.checkpoint.size];
    assert.equal(sizes[0], sizes[1]);
    await assert.rejects(
      verified(withRecord(taken)),
      new RegExp(`Session ${second.sessionId}: Log entry \\d+ tells of another session`),
    );
  });

  it('stand there once each, in the log’s order, and with a beginning', async () => {
    const line = await lineOf(await told('refused'));
    await assert.rejects(verified(line, line), /Session [-0-9a-f]+ stands twice in the export/);
    const { entries } = line;
    await assert.rejects(verified({ ...line, entries: [...entries].reverse() }), /out of order/);
    await assert.rejects(
      verified({ ...line, entries: entries.slice(1) }),
      /does not begin with its beginning/,
    );
    await assert.rejects(verified({ ...line, entries: [] }), /does not begin with its beginning/);
  });

  it('say what both ends signed, or are refused with what was signed otherwise', async () => {
    const [honest, forged] = [new SignedStory(), new SignedStory()];
    forged.spoil('consent.answered', (entry) => ({ ...entry, allowed: ['view', 'control'], refused: [] }));
    await store.append(honest.told());
    await store.append(forged.told());
    const line = await lineOf(honest.sessionId);
    assert.match((await verified(line)).sentence, /is right: 1 sessions/);
    await assert.rejects(
      verified(line, await lineOf(forged.sessionId)),
      new RegExp(
        `session ${forged.sessionId} word for word, but they are not what was signed\\.\nEntry \\d+ of the session \\(consent\\.answered, .*signed another answer`,
      ),
    );
  });

  it('write nothing but a sentence to the terminal of who verifies them', async () => {
    const line = await lineOf(await told('refused'));
    const at = '\u001b[1A\u001b[2K\u202e\nThe export is right.';
    const spoilt = line.entries.map((proven) => ({ ...proven, entry: { ...proven.entry, at } }));
    await assert.rejects(verified({ ...line, entries: spoilt }), ({ message }: Error) => {
      assert.match(message, /is not what the log holds/);
      assert.doesNotMatch(message, /[\p{Cc}\u202e]/u);
      return true;
    });
  });

  it('are refused with a sentence where the log holds what no entry of this kind looks like', async () => {
    const { sessionId, ...created } = begin({ tools: ['control'] });
    const odd = { ...refusedControl(sessionId), textSha256: 7 } as unknown as NewEntry;
    await store.append([{ ...created, sessionId }, odd]);
    await assert.rejects(
      verified(await lineOf(sessionId)),
      /Session [-0-9a-f]+: log entry \d+ \(consent\.answered, [^)]+\) is none that this version can read/,
    );
  });

  it('are said to be right only as far as they go, where their end or what was signed is not all there', async () => {
    const story = new SignedStory();
    await store.append(story.told());
    const line = await lineOf(story.sessionId);
    const end = line.entries.findIndex(({ entry }) => entry.type === 'session.ended');
    const cut = (length: number) => withRecord({ ...line, entries: line.entries.slice(0, length) });
    assert.doesNotMatch((await verified(line)).sentence, /as far as it goes/);
    const unclosed = await verified(cut(end + 1));
    assert.match(unclosed.sentence, /is right as far as it goes: 1 sessions/);
    assert.match(unclosed.more.join(' '), new RegExp(`closed no account \\(${story.sessionId}\\)`));
    const endless = await verified(cut(end));
    assert.match(endless.more.join(' '), new RegExp(`without an end in the file.*${story.sessionId}`));
  });

  it('are refused with anything beside what was proven, wherever it stands', async () => {
    const line = await lineOf(await told('refused'));
    const [first, ...rest] = line.entries;
    for (const spoilt of [
      { ...line, remark: 'Checked by the auditor.' },
      { ...line, checkpoint: { ...line.checkpoint, remark: 'Checked.' } },
      { ...line, entries: [{ ...first, remark: 'Checked.' }, ...rest] },
    ])
      await assert.rejects(verified(spoilt), /Line 2 of the export cannot be read/);
    await assert.rejects(
      verified({ ...line, record: { ...line.record, remark: 'Checked.' } }),
      /The record of session [-0-9a-f]+ does not say what its entries say/,
    );
    assert.match((await verified(line)).more.join(' '), /how long each record is kept .* cannot show/);
  });

  it('are not passed over in a receipt, where they are of a known kind and cannot be read', async () => {
    const { sessionId, ...created } = begin({ tools: ['control'] });
    const odd = { ...refusedControl(sessionId), textSha256: 7 } as unknown as NewEntry;
    const receiptWith = async (...between: NewEntry[]) => {
      const id = begin().sessionId;
      const told = between.map((entry) => ({ ...entry, sessionId: id }) as NewEntry);
      await store.append([{ ...created, sessionId: id }, joined(id), ...told, end(id)]);
      const { checkpoint, entries } = await store.provenSession(id, { everything: true });
      const file = join(folder.path, 'receipt.json');
      const shown = { organisation: 'Example Support', madeAt: '2026-03-02T10:00:00.000Z' };
      await writeFile(
        file,
        JSON.stringify({ format: RECEIPT_FORMAT, sessionId: id, ...shown, checkpoint, entries }),
      );
      return verifyFile(file);
    };
    await receiptWith(refusedControl(sessionId));
    await assert.rejects(
      receiptWith(odd),
      /Log entry \d+ \(consent\.answered, [^)]+\) does not say what an entry of its kind says/,
    );
  });

  it('are not believed when another key signed them, though the organisation’s stands before it', async () => {
    const genuine = await lineOf(await told('refused'));
    const forger = await open('forged', 5);
    try {
      const forged = await lineOf(await told('allowed', forger), forger);
      const [own = ''] = genuine.checkpoint.keys;
      const { origin, keys } = forged.checkpoint;
      const bothNames = [own, ...keys];
      await assert.rejects(
        verified({ ...forged, checkpoint: { ...forged.checkpoint, keys: bothNames } }),
        /One of the keys beside the checkpoint is no key of this log/,
      );
      // The organisation's key under the name of the forger's log, and the other way round.
      const { publicKey } = parseKeyText(own, sha256) ?? assert.fail();
      const renamed = [keyText({ name: origin, publicKey }, sha256), ...keys];
      await assert.rejects(
        verified({ ...forged, checkpoint: { ...forged.checkpoint, keys: renamed } }),
        /The first of the keys is not the one that the log is named after/,
      );
      await assert.rejects(verified(genuine, forged), /Line 3 of the export is of another log/);
    } finally {
      await forger.close();
    }
  });
});
