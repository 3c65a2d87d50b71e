import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rename, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { ControlCommand } from '../../server/cli/control-commands.ts';
import { askOwner, claimDataFolder, type DataFolderClaim } from '../../server/cli/control-socket.ts';
import { Refusal } from '../../server/refusal.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const LIST: ControlCommand = { type: 'user.list' };

describe('control socket', () => {
  let folder: TemporaryFolder;
  let claim: DataFolderClaim | undefined;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    await claim?.release();
    claim = undefined;
    await folder.remove();
  });

  const socket = () => join(folder.path, 'control.sock');

  /** What comes back for one raw line. */
  async function say(text: string): Promise<string> {
    const connection = connect(socket());
    connection.setEncoding('utf8');
    connection.on('error', () => {}); // hung up on while it writes
    connection.write(text);
    let heard = '';
    connection.on('data', (chunk) => (heard += chunk));
    await new Promise((resolve) => connection.on('close', resolve));
    return heard;
  }

  it('says which folder cannot be made, also where nothing ever can', async () => {
    const file = join(folder.path, 'a-file');
    await writeFile(file, '');
    for (const place of [file, join(file, 'below'), '/proc/nowhere/data'])
      await assert.rejects(claimDataFolder(place), {
        name: 'DataFolderProblem',
        message: /COUNTERSIGN_DATA_DIR: .* cannot be made/,
      });
  });

  it('brings a command to who owns the folder, and the answer back', async () => {
    claim = await claimDataFolder(folder.path);
    claim.serve(async (command) => ({ items: [command.type] }));
    assert.deepEqual(await askOwner(folder.path, LIST), { result: { items: ['user.list'] } });
  });

  it('brings back an answer of any length', async () => {
    claim = await claimDataFolder(folder.path);
    const items = ['ü'.repeat(300_000)];
    claim.serve(async () => ({ items }));
    assert.deepEqual(await askOwner(folder.path, LIST), { result: { items } });
  });

  it('answers that nobody owns a folder, before and after', async () => {
    assert.equal(await askOwner(folder.path, LIST), undefined);
    await (await claimDataFolder(folder.path)).release();
    assert.equal(await askOwner(folder.path, LIST), undefined);
  });

  it('is for this user only', async () => {
    claim = await claimDataFolder(folder.path);
    assert.equal((await stat(socket())).mode & 0o777, 0o600);
  });

  it('lets one process own a folder', async () => {
    claim = await claimDataFolder(folder.path);
    await assert.rejects(claimDataFolder(folder.path), { name: 'DataFolderInUse' });
  });

  /** Leaves its socket behind. `meanwhile`: while it lives. */
  async function killedOwner(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    const script = `require('node:net').createServer().listen(${JSON.stringify(socket())}, () => console.log('up'))`;
    const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(other.stdout, 'data');
    await meanwhile();
    other.kill('SIGKILL');
    await once(other, 'exit');
    assert((await stat(socket())).isSocket());
  }

  it('is taken over from a process that was killed', async () => {
    await killedOwner(() => assert.rejects(claimDataFolder(folder.path), { name: 'DataFolderInUse' }));
    claim = await claimDataFolder(folder.path);
  });

  it('is one process’s where several come at once, also to what a killed one left', async () => {
    for (const left of [async () => {}, killedOwner, killedOwner, killedOwner]) {
      await left();
      const came = await Promise.allSettled(Array.from({ length: 20 }, () => claimDataFolder(folder.path)));
      const [first, ...others] = came.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      assert(first);
      assert.equal(others.length, 0);
      for (const one of came)
        if (one.status === 'rejected') assert.equal((one.reason as Error).name, 'DataFolderInUse');
      first.serve(async () => ({ items: [] }));
      assert.deepEqual(await askOwner(folder.path, LIST), { result: { items: [] } });
      await first.release();
      assert.deepEqual(await readdir(folder.path), []);
    }
  });

  it('is held up by nobody who was killed as they took it', async () => {
    await killedOwner();
    // Such a one has the smallest of all names: whoever lives gives way to it.
    await rename(socket(), join(folder.path, 'claim-000000'));
    claim = await claimDataFolder(folder.path);
    assert.deepEqual(await readdir(folder.path), ['control.sock']);
  });

  it('is not taken from who is at it before, and listens under a name of theirs still', async () => {
    const ahead = createServer();
    const ticket = join(folder.path, 'claim-000000');
    await new Promise<void>((resolve) => ahead.listen(ticket, resolve));
    await assert.rejects(claimDataFolder(folder.path), { name: 'DataFolderInUse' });
    await rename(ticket, socket());
    await assert.rejects(claimDataFolder(folder.path), { name: 'DataFolderInUse' });
    assert.deepEqual(await readdir(folder.path), ['control.sock']);
    ahead.close();
    await once(ahead, 'close');
  });

  it('tells who asks to wait while its owner is not ready', async () => {
    claim = await claimDataFolder(folder.path);
    await assert.rejects(askOwner(folder.path, LIST), { name: 'DataFolderInUse' });
  });

  it('brings refusals back as they were, and of a defect only that there was one', async () => {
    claim = await claimDataFolder(folder.path);
    const defects: unknown[] = [];
    claim.serve(
      async (command) => {
        if (command.type === 'user.list') throw new Error('the inside');
        throw new Refusal('already-exists', 'in use', [{ path: 'email', message: 'in use' }]);
      },
      (error) => defects.push(error),
    );
    await assert.rejects(askOwner(folder.path, { type: 'api-key.list', email: 'a@example.com' }), {
      code: 'already-exists',
      details: [{ path: 'email', message: 'in use' }],
    });
    await assert.rejects(askOwner(folder.path, LIST), (error: Refusal) => {
      assert.equal(error.code, 'internal');
      assert.doesNotMatch(error.message, /inside/);
      return true;
    });
    assert.equal(defects.length, 1);
  });

  for (const [what, text] of [
    ['what is no JSON', 'hello\n'],
    ['an unknown command', '{"type":"user.promote"}\n'],
    ['fields that do not fit', '{"type":"user.change","email":"a@example.com","change":{"role":"root"}}\n'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      claim = await claimDataFolder(folder.path);
      claim.serve(async () => assert.fail('it was run'));
      const [greeting, answer] = (await say(text))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual([greeting.ready, answer.error.code], [true, 'request.invalid']);
    });
  }

  it('hangs up on a line that does not end', async () => {
    claim = await claimDataFolder(folder.path);
    claim.serve(async () => assert.fail('it was run'));
    assert.doesNotMatch(await say('x'.repeat(2 ** 20)), /ok|error/);
  });

  it('says what is wrong with a folder whose path is too long for a socket', async () => {
    const far = join(folder.path, 'x'.repeat(120));
    await assert.rejects(claimDataFolder(far), { name: 'DataFolderProblem', message: /shorter path/ });
  });

  it('is not taken over from a file of that name that is no socket', async () => {
    await writeFile(socket(), 'mine');
    claim = await claimDataFolder(folder.path);
    assert((await stat(socket())).isSocket());
  });
});
