import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../../agent/agent-error.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { startProgram } from '../support/program.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../support/virtual-display.ts';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

describe("The agent's package, as a customer's npx gets it", function () {
  this.timeout(60_000);
  let broker: RunningBroker;
  let display: VirtualDisplay;
  let folder: TemporaryFolder;

  before(async () => {
    [broker, display, folder] = await Promise.all([startBroker(), startVirtualDisplay(), temporaryFolder()]);
    const packed = await fetch(`${broker.url}/agent.tgz`);
    assert.equal(packed.status, 200);
    execFileSync('tar', ['xz', '-C', folder.path], { input: Buffer.from(await packed.arrayBuffer()) });
    await symlink(MODULES, join(folder.path, 'package', 'node_modules'));
  });
  after(async () => {
    await broker.close();
    await display.stop();
    await folder.remove();
  });

  it('depends on exactly what is tested here', async () => {
    const { dependencies } = JSON.parse(await readFile(join(folder.path, 'package/package.json'), 'utf8'));
    const { packages: locked } = JSON.parse(await readFile(join(MODULES, '../package-lock.json'), 'utf8'));
    assert(Object.keys(dependencies).length > 0);
    for (const [name, version] of Object.entries(dependencies)) {
      const versions = Object.keys(locked).filter((path) => path.endsWith(`node_modules/${name}`));
      assert(versions.map((path) => locked[path].version).includes(version), `${name} ${version}`);
      // Also what only these need: otherwise a customer gets whatever is newest that day.
      for (const path of versions)
        if (locked[path].version === version)
          for (const needed of Object.keys(locked[path].dependencies ?? {}))
            assert(needed in dependencies, `${name} needs ${needed}`);
    }
  });

  it('starts, finds the screen and reaches its broker', async () => {
    const program = startProgram(
      process.execPath,
      [
        join(folder.path, 'package/bin/countersign-agent.mjs'),
        ...['--server', broker.url, '--code', '123-456-789', '--display', display.display, '--no-open'],
      ],
      { env: { XAUTHORITY: '/dev/null' } },
    );
    assert.equal(await program.ended, EXIT.codeRefused, program.output());
    assert.match(program.output(), /This code does not work/);
  });
});
