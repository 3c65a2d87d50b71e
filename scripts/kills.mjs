// Kills the store with SIGKILL at random moments while it appends, deletes, rotates keys, backs up and restores, and verifies
// after each: `npm run kills` at 500 moments, `npm run kills -- 60` at fewer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const kills = Number(process.argv[2] ?? 500);
if (!Number.isInteger(kills) || kills < 10) {
  console.error('npm run kills [-- NUMBER]: at how many moments, 10 or more');
  process.exit(2);
}
/** What each does while it is killed, and its share of all moments. The last one has four tasks of its own. */
const SPECS = [
  ['test/records/durability.test.ts', 0.2],
  ['test/records/killed-while-deleting.test.ts', 0.2],
  ['test/records/keeping-killed.test.ts', 0.6],
];

let failed = 0;
for (const [spec, share] of SPECS) {
  const env = { ...process.env, KILLS: String(Math.ceil(kills * share)) };
  const child = spawn('npx', ['mocha', spec], { env, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) failed += 1;
}
console.log(failed === 0 ? `Nothing was lost at ${kills} moments.` : `${failed} of ${SPECS.length} failed.`);
process.exitCode = failed === 0 ? 0 : 1;
