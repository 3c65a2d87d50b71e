import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function passes(script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
}

describe('source', function () {
  this.timeout(180_000);

  for (const project of ['tsconfig.json', 'console/tsconfig.json', 'test/tsconfig.json']) {
    it(`type-checks (${project})`, () => passes('node_modules/typescript/bin/tsc', '-p', project));
  }

  it('is formatted and free of lint', () => passes('node_modules/@biomejs/biome/bin/biome', 'check', '.'));

  it('names no registry host in the lock file', () => {
    const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
    assert.doesNotMatch(lock, /"resolved"/);
  });
});
