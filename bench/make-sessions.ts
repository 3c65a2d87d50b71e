/**
 * A data folder full of sessions: `node --import tsx bench/make-sessions.ts FOLDER KEY_FILE [sessions]` (1000000 over two
 * years). A broker shows them: COUNTERSIGN_DATA_DIR=FOLDER COUNTERSIGN_KEY_FILE=KEY_FILE npx countersign serve
 */
import { openRecords } from '../server/records/open-records.ts';
import { Settings } from '../server/settings/settings.ts';
import { fillStore, LARGE_COMMITS, PastClock } from './support/fill-store.ts';

const [dataDir, keyFile, count = '1000000'] = process.argv.slice(2);
if (dataDir === undefined || keyFile === undefined) {
  console.error('Say where: node --import tsx bench/make-sessions.ts FOLDER KEY_FILE [sessions]');
  process.exit(1);
}
const clock = new PastClock();
const settings = { current: () => Settings.parse({}) };
const { store } = await openRecords({ dataDir, keyFile, clock, settings, limits: LARGE_COMMITS });
const sessions = Number(count);
const started = performance.now();
let told = 0;
const entries = await fillStore(store, clock, {
  sessions,
  onProgress(done) {
    if (done - told < 10_000) return;
    told = done;
    const rate = done / ((performance.now() - started) / 1000);
    console.log(
      `${done} of ${sessions} sessions, ${rate.toFixed(0)} a second, ${((sessions - done) / rate).toFixed(0)} s left`,
    );
  },
});
await store.close();
const seconds = (performance.now() - started) / 1000;
console.log(
  `${sessions} sessions, ${entries} entries in ${seconds.toFixed(0)} s: ${(entries / seconds).toFixed(0)} entries a second`,
);
