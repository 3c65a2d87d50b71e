// Runs mocha and ends with one line of its own counts. A run that executed no test, or left one out, has failed. All tests
// run in two processes side by side: those with displays and browsers, and those that wait for disks. Each has half of a
// small machine that way, and the second one's report follows the first one's. What failed is told once more at the end.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));

/** Folders of test/ whose tests drive no display and no browser; those that lie in test/ itself do neither. */
const BESIDE = [
  '.',
  ...['access', 'cli', 'consent', 'http', 'lanes', 'protocol', 'records', 'sessions', 'settings'],
  ...['signalling', 'witness'],
];

const named = process.argv.slice(2);
const groups = named.length > 0 ? [named] : allSpecs();

function allSpecs() {
  const specs = readdirSync(join(root, 'test'), { recursive: true })
    .filter((path) => path.endsWith('.test.ts'))
    .sort();
  const isBeside = (path) => BESIDE.includes(path.includes(sep) ? path.split(sep)[0] : '.');
  return [specs.filter((path) => !isBeside(path)), specs.filter(isBeside)].map((group) =>
    group.map((path) => join('test', path)),
  );
}

/** @returns passes and failures; what was left out counts as failed. */
async function run(specs, index) {
  const countsFile = join(folder, `counts-${index}.json`);
  const report = index === 0 ? 'inherit' : openSync(join(folder, `report-${index}`), 'w');
  const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', 'scripts/counting-reporter.cjs', ...specs];
  const child = spawn(process.execPath, mocha, {
    cwd: root,
    stdio: ['ignore', report, report],
    env: { ...process.env, TEST_COUNTS_FILE: countsFile },
  });
  const [status, signal] = await new Promise((resolve) => child.once('exit', (...how) => resolve(how)));
  if (report !== 'inherit') closeSync(report);

  let counts = { passes: 0, failures: 0, pending: 0, failed: [] };
  const problems = [];
  try {
    counts = JSON.parse(readFileSync(countsFile, 'utf8'));
  } catch {
    problems.push(`mocha ended before it reported (${signal ?? `exit code ${status}`}).`);
  }
  const { passes, failures, pending } = counts;
  const ranNothing = passes + failures === 0;
  if (ranNothing) problems.push('No test ran.');
  if (pending > 0) problems.push(`${pending} tests were left out; none may be.`);
  for (const { title, error } of counts.failed) problems.push(`\nFailed: ${title}\n${error}`);
  const failed = failures + pending + (ranNothing || (status !== 0 && failures === 0) ? 1 : 0);
  return { passed: passes, failed, problems };
}

const results = await Promise.all(groups.map(run));
for (let index = 1; index < groups.length; index += 1)
  process.stdout.write(readFileSync(join(folder, `report-${index}`)));
rmSync(folder, { recursive: true });

for (const problem of results.flatMap(({ problems }) => problems)) console.error(problem);
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
