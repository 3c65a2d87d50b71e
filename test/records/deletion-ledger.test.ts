import assert from 'node:assert/strict';
import { appendFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  appendToDeletionLedger,
  deletionLedgerFile,
  LedgerProblem,
  parseDeletionLedger,
  readDeletionLedger,
} from '../../server/records/deletion-ledger.ts';
import { deletionsFor, eraOf } from '../../server/records/deletions-since.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const at = '2026-03-02T09:00:00.000Z';
const deleted = (leaves: string) => ({ at, rule: 'session-record', leaves });
const restored = (restoredEra: number, restoredSize: number) => ({ at, restoredEra, restoredSize });

describe('the deletion ledger', () => {
  let folder: TemporaryFolder;
  let dataDir: string;
  const lines = async () => parseDeletionLedger(await readDeletionLedger(dataDir));

  beforeEach(async () => {
    folder = await temporaryFolder();
    dataDir = join(folder.path, 'data');
    await mkdir(dataDir);
  });
  afterEach(() => folder.remove());

  it('keeps what was deleted, in order, for its owner only', async () => {
    assert.deepEqual(await lines(), []);
    await appendToDeletionLedger(dataDir, [deleted('0-199,205')]);
    await appendToDeletionLedger(dataDir, [deleted('300'), restored(0, 250)]);
    assert.deepEqual(await lines(), [deleted('0-199,205'), deleted('300'), restored(0, 250)]);
    assert.equal((await stat(deletionLedgerFile(dataDir))).mode & 0o777, 0o600);
  });

  it('passes over a line that a crash cut off at any place, and keeps the next one whole', async () => {
    const whole = JSON.stringify(deleted('0-199,205'));
    for (let length = 1; length < whole.length; length += 1) {
      await appendFile(deletionLedgerFile(dataDir), whole.slice(0, length));
      await appendToDeletionLedger(dataDir, [deleted(`${length}`)]);
    }
    assert.equal((await lines()).length, whole.length - 1);
  });

  it('refuses what it does not know, naming the line', async () => {
    await appendToDeletionLedger(dataDir, [deleted('1')]);
    for (const wrong of [{ ...deleted('1-'), x: 1 }, deleted('1-2-3'), { at }, deleted('')]) {
      const text = `${await readDeletionLedger(dataDir)}${JSON.stringify(wrong)}\n`;
      assert.throws(
        () => parseDeletionLedger(text),
        (error) => error instanceof LedgerProblem && /Line 2 /.test(error.message),
      );
    }
    await assert.rejects(appendToDeletionLedger(dataDir, [{ ...deleted('1'), rule: 'a } brace' }]));
  });

  describe('for a backup', () => {
    it('names all leaves, while nothing was ever restored', () => {
      assert.deepEqual(deletionsFor([deleted('0-9'), deleted('20')], 0), [
        [0, 10],
        [20, 21],
      ]);
    });

    it('names of what came after a restore only what both logs have in common', () => {
      // Era 0 had 100 leaves; a backup of 40 was restored; in era 1 the leaves from 40 on are other entries.
      const ledger = [deleted('30-50'), restored(0, 40), deleted('35-45')];
      assert.equal(eraOf(ledger), 1);
      assert.deepEqual(deletionsFor(ledger, 1), [
        [30, 40],
        [35, 46],
      ]);
      // A backup of era 0 with all 100 leaves, restored after all.
      assert.deepEqual(deletionsFor(ledger, 0), [
        [30, 51],
        [35, 40],
      ]);
    });

    it('follows restores of restores', () => {
      // Era 1 goes on from 40 leaves of era 0, era 2 from 60 of era 0 again: 1 and 2 share 40, 0 and 2 share 60.
      const ledger = [restored(0, 40), deleted('50-70'), restored(0, 60), deleted('30-80')];
      assert.deepEqual(deletionsFor(ledger, 0), [[30, 60]]);
      assert.deepEqual(deletionsFor(ledger, 1), [
        [50, 71],
        [30, 40],
      ]);
      assert.deepEqual(deletionsFor(ledger, 2), [[30, 81]]);
    });
  });
});
