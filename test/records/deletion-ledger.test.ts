import assert from 'node:assert/strict';
import { appendFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkLedger,
  DeletionLedger,
  deletionLedgerFile,
  LedgerProblem,
  readDeletionLedger,
} from '../../server/records/deletion-ledger.ts';
import { deletionsFor, eraOf } from '../../server/records/deletions-since.ts';
import { type LedgerLine, writeLine } from '../../server/records/ledger-line.ts';
import { logSigner } from '../../server/records/transparency/node-crypto.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const at = '2026-03-02T09:00:00.000Z';
const deleted = (leaves: string) => ({ at, rule: 'session-record', leaves });
const restored = (era: number, restoredEra: number, restoredSize: number) => ({
  at,
  era,
  restoredEra,
  restoredSize,
});
const [first, second] = [1, 2].map((seed) => logSigner(Buffer.alloc(32, seed))) as [
  ReturnType<typeof logSigner>,
  ReturnType<typeof logSigner>,
];
const keys = [first, second].map(({ publicKey }) => Buffer.from(publicKey).toString('base64'));
const written = (lines: readonly LedgerLine[], signer = first, before = '') =>
  lines.map((line) => {
    before = writeLine(line, before, signer);
    return before;
  });

describe('the deletion ledger', () => {
  let folder: TemporaryFolder;
  let dataDir: string;
  let ledger: DeletionLedger;
  const lines = () => new DeletionLedger(dataDir, first).lines(keys);

  beforeEach(async () => {
    folder = await temporaryFolder();
    dataDir = join(folder.path, 'data');
    await mkdir(dataDir);
    ledger = new DeletionLedger(dataDir, first);
  });
  afterEach(() => folder.remove());

  it('keeps what was deleted, in order, for its owner only', async () => {
    assert.deepEqual(await lines(), []);
    await ledger.append([deleted('0-199,205')]);
    await ledger.append([deleted('300'), restored(1, 0, 250)]);
    const all = [deleted('0-199,205'), deleted('300'), restored(1, 0, 250)];
    assert.deepEqual(await ledger.lines(keys), all);
    assert.deepEqual(await lines(), all);
    assert.equal((await stat(deletionLedgerFile(dataDir))).mode & 0o777, 0o600);
  });

  it('passes over a line that a crash cut off at any place, and keeps the next one whole', async () => {
    const [whole = ''] = written([deleted('0-199,205')]);
    for (let length = 1; length < whole.length; length += 1) {
      await appendFile(deletionLedgerFile(dataDir), whole.slice(0, length));
      await ledger.append([deleted(`${length}`)]);
    }
    assert.equal((await lines()).length, whole.length - 1);
  });

  it('refuses what it does not know, naming the line', async () => {
    await ledger.append([deleted('1')]);
    const before = await readDeletionLedger(dataDir);
    for (const wrong of [{ ...deleted('1-'), x: 1 }, deleted('1-2-3'), { at }, deleted('')]) {
      const { problem, lines, text } = checkLedger(`${before}${JSON.stringify(wrong)}\n`, keys);
      assert.match(problem ?? '', /Line 2 .* is damaged/);
      assert.deepEqual([lines, text], [[deleted('1')], before]);
    }
    await assert.rejects(ledger.append([{ ...deleted('1'), rule: 'a } brace' }]));
  });

  describe('whose lines are signed', () => {
    const problemIn = (all: readonly string[]) => checkLedger(`${all.join('\n')}\n`, keys).problem ?? '';
    const all = written([deleted('0-9'), deleted('20'), restored(1, 0, 15), deleted('17')]);

    it('tells each change: another word, one taken out, two exchanged, one put in', () => {
      assert.equal(problemIn(all), '');
      const [one = '', two = '', three = '', four = ''] = all;
      const [forged = ''] = written([deleted('0-99')], logSigner(Buffer.alloc(32, 7)), four);
      const changes: [string[], number][] = [
        [[one.replace('0-9', '0-1'), two, three, four], 1],
        [[one, two, three.replace('15', '30'), four], 3],
        [[one, three, four], 2],
        [[two, three, four], 1],
        [[two, one, three, four], 1],
        [[one, two, two, three, four], 3],
        [[one, two, three, four, forged], 5],
        [[one, two, three, four, JSON.stringify(deleted('0-99'))], 5],
      ];
      for (const [changed, line] of changes)
        assert.match(problemIn(changed), new RegExp(`^Line ${line} of the deletion ledger`), `${line}`);
    });

    it('goes on under the key that comes after, and believes the one before no more', async () => {
      await ledger.append([deleted('0-9')]);
      ledger.signWith(second);
      await ledger.append([deleted('20')]);
      assert.equal((await lines()).length, 2);
      ledger.signWith(first);
      await ledger.append([deleted('30')]);
      await assert.rejects(
        lines(),
        (error) => error instanceof LedgerProblem && /^Line 3 .* is not signed by a key/.test(error.message),
      );
    });
  });

  describe('for a backup', () => {
    const whole = { size: 1000 };

    it('names all leaves, while nothing was ever restored', () => {
      assert.deepEqual(deletionsFor([deleted('0-9'), deleted('20')], { era: 0, ...whole }), [
        [0, 10],
        [20, 21],
      ]);
    });

    it('names none that the backup does not have: those numbers go to what is appended next', () => {
      assert.deepEqual(deletionsFor([deleted('0-9'), deleted('20')], { era: 0, size: 6 }), [[0, 6]]);
    });

    it('names of what came after a restore only what both logs have in common', () => {
      // Era 0 had 100 leaves; a backup of 40 was restored; in era 1 the leaves from 40 on are other entries.
      const ledger = [deleted('30-50'), restored(1, 0, 40), deleted('35-45')];
      assert.equal(eraOf(ledger), 1);
      assert.deepEqual(deletionsFor(ledger, { era: 1, ...whole }), [
        [30, 40],
        [35, 46],
      ]);
      // A backup of era 0 with all 100 leaves, restored after all.
      assert.deepEqual(deletionsFor(ledger, { era: 0, ...whole }), [
        [30, 51],
        [35, 40],
      ]);
    });

    it('follows restores of restores', () => {
      // Era 1 goes on from 40 leaves of era 0, era 2 from 60 of era 0 again: 1 and 2 share 40, 0 and 2 share 60.
      const ledger = [restored(1, 0, 40), deleted('50-70'), restored(2, 0, 60), deleted('30-80')];
      assert.deepEqual(deletionsFor(ledger, { era: 0, ...whole }), [[30, 60]]);
      assert.deepEqual(deletionsFor(ledger, { era: 1, ...whole }), [
        [50, 71],
        [30, 40],
      ]);
      assert.deepEqual(deletionsFor(ledger, { era: 2, ...whole }), [[30, 81]]);
    });
  });
});
