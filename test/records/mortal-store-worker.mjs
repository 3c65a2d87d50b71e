// The store's worker, but one that can be told to die: at once, or instead of its next answer.
import { parentPort } from 'node:worker_threads';
import { importBundled } from '../../bin/bundled.mjs';

function dieUnanswered() {
  parentPort.postMessage = () => process.exit(3);
}

parentPort.on('message', ({ name }) => {
  if (name === 'die') process.exit(3);
  // That it does not know this one it may still say.
  if (name === 'dieUnanswered') setImmediate(dieUnanswered);
});
await importBundled(new URL('../../server/records/sqlite/store-worker.ts', import.meta.url));
