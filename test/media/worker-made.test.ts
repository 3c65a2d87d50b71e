import assert from 'node:assert/strict';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '../support/program.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('making the media worker', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const run = (root: string, code: string, cache: string): Program =>
    startProgram(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `const made = await import(${JSON.stringify(join(root, 'scripts/media-worker.mjs'))}); ${code}`,
      ],
      { env: { XDG_CACHE_HOME: cache, MEDIASOUP_WORKER_BIN: '' } },
    );

  it('stops no start where nothing can be kept: one line says so', async () => {
    // Where no worker has been put yet.
    await cp(join(ROOT, 'scripts/media-worker.mjs'), join(folder.path, 'scripts/media-worker.mjs'));
    await cp(join(ROOT, 'scripts/media-worker'), join(folder.path, 'scripts/media-worker'), {
      recursive: true,
    });
    const mediasoup = 'node_modules/mediasoup';
    await mkdir(join(folder.path, mediasoup), { recursive: true });
    await cp(join(ROOT, mediasoup, 'package.json'), join(folder.path, mediasoup, 'package.json'));
    const program = run(folder.path, 'made.offerMediaWorker();', '/dev/null/nowhere');
    assert.equal(await program.ended, 0);
    assert.match(
      program.output(),
      /^set-up: the media worker cannot be got ready \(.*\): pictures take .*\n$/,
    );
  });

  it('is one’s turn at a time, which ends with its process however that ends', async () => {
    const first = run(
      ROOT,
      "await made.inTurn(() => { console.log('mine'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });",
      folder.path,
    );
    await first.prints(/mine/);
    const others = [1, 2].map(() =>
      run(
        ROOT,
        "console.log('comes'); await made.inTurn(() => { console.log('begins'); console.log('ends'); });",
        folder.path,
      ),
    );
    for (const other of others) await other.prints(/comes/);
    for (const other of others) assert.doesNotMatch(other.output(), /begins/);
    await first.stop('SIGKILL');
    for (const other of others) assert.equal(await other.ended, 0);
    for (const other of others) assert.match(other.output(), /begins\nends/);
  });
});
