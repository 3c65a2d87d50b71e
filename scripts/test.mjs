// Runs mocha and ends with one line of its own counts. A run that executed no test, or left one out, has failed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
const countsFile = join(folder, 'counts.json');

const specs = process.argv.length > 2 ? process.argv.slice(2) : ['test/**/*.test.ts'];
const { status, signal } = spawnSync(
  process.execPath,
  ['node_modules/mocha/bin/mocha.js', '--reporter', 'scripts/counting-reporter.cjs', ...specs],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TEST_COUNTS_FILE: countsFile },
  },
);

let counts = { passes: 0, failures: 0, pending: 0 };
try {
  counts = JSON.parse(readFileSync(countsFile, 'utf8'));
} catch {
  console.error(`mocha ended before it reported (${signal ?? `exit code ${status}`}).`);
}
rmSync(folder, { recursive: true });

const ranNothing = counts.passes + counts.failures === 0;
if (ranNothing) console.error('No test ran.');
if (counts.pending > 0) console.error(`${counts.pending} tests were left out; none may be.`);
const failures =
  counts.failures + counts.pending + (ranNothing || (status !== 0 && counts.failures === 0) ? 1 : 0);
console.log(`${counts.passes} passed, ${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
