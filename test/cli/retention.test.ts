import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { openRecords } from '../../server/records/open-records.ts';
import { openSettings } from '../../server/settings/settings-store.ts';
import { begin, end, sentFile, signInFailed } from '../records/stories.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../bin/countersign.mjs', import.meta.url));

describe('countersign retention', function () {
  this.timeout(120_000); // each command is a process of its own

  let folder: TemporaryFolder;
  const place = () => ({ dataDir: join(folder.path, 'data'), keyFile: join(folder.path, 'key') });
  async function retention(...args: string[]) {
    const { dataDir, keyFile } = place();
    const env = { ...process.env, COUNTERSIGN_DATA_DIR: dataDir, COUNTERSIGN_KEY_FILE: keyFile };
    const child = spawn(process.execPath, [COMMAND, 'retention', ...args], { env });
    const ended = once(child, 'exit');
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: (await ended)[0] as number, out, error };
  }

  before(async () => {
    folder = await temporaryFolder();
    const settings = await openSettings(place().dataDir);
    // Two years ago, by the clock that the command will go by.
    const clock = new FakeClock(Date.now() - 2 * 365 * 86_400_000);
    const { store } = await openRecords({ ...place(), clock, settings });
    const created = begin();
    await store.append([created, ...sentFile(created.sessionId, 'driver.zip'), end(created.sessionId)]);
    await store.append([signInFailed('mallory@example.com')]);
    await store.close();
  });
  after(() => folder.remove());

  it('says what would go, then deletes it, then finds nothing', async () => {
    const planned = await retention('--dry-run');
    assert.equal(planned.code, 0, planned.error);
    assert.match(planned.out, /Session records .* UTC +6 +1\n/);
    assert.match(planned.out, /File names .* UTC +1 +1\n/);
    assert.match(planned.out, /Sign-in log .* UTC +1\n/);
    assert.match(planned.out, /Nothing was deleted/);

    const done = await retention();
    assert.match(done.out, /Deleted\./);
    assert.match((await retention('--dry-run')).out, /Nothing is due/);
  });

  it('names the key file when it is gone', async () => {
    const { keyFile } = place();
    await rename(keyFile, `${keyFile}.away`);
    const { code, error } = await retention('--dry-run');
    await rename(`${keyFile}.away`, keyFile);
    assert.equal(code, 1);
    assert(error.includes(keyFile), error);
    assert.doesNotMatch(error, /\n {4}at /);
  });
});
