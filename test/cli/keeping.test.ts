import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { COUNTERSIGN, type RunningBroker, startBroker } from '../support/broker.ts';

describe('countersign backup, restore and key', function () {
  this.timeout(180_000); // each command is a process of its own
  let broker: RunningBroker;

  async function countersign(...args: string[]) {
    const env = { ...process.env, ...broker.env };
    const child = spawn(process.execPath, [COUNTERSIGN, ...args], { env, cwd: broker.folder });
    child.stdin.end();
    const ended = once(child, 'exit');
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: (await ended)[0] as number, out, error };
  }
  before(async () => {
    broker = await startBroker();
  });
  after(() => broker.close());

  it('explains how they are meant, with 2', async () => {
    for (const args of [
      ['key'],
      ['key', 'rotate', '--data', '--signing'],
      ['key', 'rotate', '--lost'],
      ['backup'],
      ['backup', 'one', 'two'],
      ['restore', 'one', '--nonsense'],
    ]) {
      const { code, error } = await countersign(...args);
      assert.deepEqual([code, /^countersign: /.test(error)], [2, true], args.join(' '));
    }
  });

  describe('while a broker runs', () => {
    it('back up through it, into the folder of who asks', async () => {
      const { code, out, error } = await countersign('backup', 'first.backup');
      assert.equal(code, 0, error);
      assert.match(out, /first\.backup: \d+ bytes, SHA-256 [0-9a-f]{64}/);
      assert.match(out, /Only the key with the fingerprint [0-9a-f]{16} opens it/);
      assert((await stat(join(broker.folder, 'first.backup'))).size > 10_000);
      const again = await countersign('backup', 'first.backup');
      assert.deepEqual([again.code, /exists already/.test(again.error)], [1, true]);
    });

    it('read a backup through, and find it whole', async () => {
      const { code, out, error } = await countersign('restore', 'first.backup', '--check');
      assert.equal(code, 0, error);
      assert.match(out, /is whole: made 20\d\d-/);
    });

    it('replace the master key and the signing key, and the broker goes on and starts again', async () => {
      const master = await countersign('key', 'rotate');
      assert.equal(master.code, 0, master.error);
      assert.match(master.out, /The old one is kept as \S+key\.[0-9a-f]{16}/);
      const signing = await countersign('key', 'rotate', '--signing');
      assert.equal(signing.code, 0, signing.error);
      const keys = signing.out.match(/^ {2}countersign\/[0-9a-f]{32}\+[0-9a-f]{8}\+\S+$/gm);
      assert.equal(new Set(keys).size, 2, 'as `verify --key` takes them');
      assert.equal((await countersign('user', 'list')).code, 0);
      await broker.kill();
      broker = await broker.startAgain();
      assert.equal((await countersign('user', 'list')).code, 0);
    });

    it('tell what is wrong in words', async () => {
      const { code, error } = await countersign('key', 'rotate', '--new-key-file', '/');
      assert.equal(code, 1);
      assert.match(error, /\/ is a folder: name a file for the key/);
    });

    it('neither restore nor encrypt anew', async () => {
      for (const args of [
        ['restore', 'first.backup', '--force'],
        ['key', 'rotate', '--data'],
        ['key', 'rotate', '--signing', '--lost'],
      ]) {
        const { code, error } = await countersign(...args);
        assert.deepEqual([code, /Another Countersign process/.test(error)], [1, true], args.join(' '));
      }
    });
  });

  describe('while none runs', () => {
    before(() => broker.program.stop());

    it('restore over what is there only when told to, and say what follows for the log', async () => {
      const refused = await countersign('restore', 'first.backup');
      assert.deepEqual([refused.code, /--force/.test(refused.error)], [1, true]);
      const { code, out, error } = await countersign('restore', 'first.backup', '--force');
      assert.equal(code, 0, error);
      assert.match(out, /Witnesses .* will see that it shrank/);
      assert.match(out, /What was there before lies in \S+before-restore-\d+/);
    });

    it('do not obey a deletion ledger that somebody changed, and go on without it only when told to', async () => {
      const ledger = join(broker.env.COUNTERSIGN_DATA_DIR as string, 'deletions.ndjson');
      await appendFile(ledger, '{"at":"2026-03-02T09:00:00.000Z","rule":"erasure","leaves":"0"}\n');
      const refused = await countersign('restore', 'first.backup', '--force');
      assert.equal(refused.code, 1);
      assert.match(refused.error, /Line \d+ of the deletion ledger .* is damaged.* --ledger-damaged/);
      const { code, out, error } = await countersign(
        ...['restore', 'first.backup', '--force', '--ledger-damaged'],
      );
      assert.equal(code, 0, error);
      assert.match(out, /Of the deletion ledger 1 line was not obeyed/);
    });

    it('encrypt the records anew, and a broker starts on them', async () => {
      const { code, out, error } = await countersign('key', 'rotate', '--data');
      assert.equal(code, 0, error);
      assert.match(out, /encrypted anew: the data key was [0-9a-f]{16} and is [0-9a-f]{16}/);
      assert.equal((await countersign('backup', 'second.backup')).code, 0);
      broker = await broker.startAgain();
      assert.equal((await countersign('user', 'list')).code, 0);
    });

    it('tell the new key of a log whose key was lost, as witnesses take it', async () => {
      await broker.program.stop();
      await rm(join(broker.folder, 'signing-key'));
      const { code, out, error } = await countersign('key', 'rotate', '--signing', '--lost');
      assert.equal(code, 0, error);
      broker = await broker.startAgain();
      const { keys } = await (await fetch(`${broker.url}/api/v1/log/checkpoint`)).json();
      assert(out.includes(`signed from now on with\n  ${keys.at(-1)}\n`), out);
    });
  });
});
