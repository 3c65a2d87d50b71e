// The store's worker, but one that can be told to die: at once, instead of the answer to its next commit, as it starts, or of a question.
import { parentPort, workerData } from 'node:worker_threads';
import { importBundled } from '../../bin/bundled.mjs';

if (workerData.startsNot) process.exit(3);

/** It does one more commit, and says nothing of that. */
let diesUnanswered = false;

parentPort.on('message', ({ name }) => {
  if (name === 'die' || name === workerData.diesOf) process.exit(3);
  if (diesUnanswered && name === 'commit') parentPort.postMessage = () => process.exit(3);
  diesUnanswered ||= name === 'dieUnanswered';
});
await importBundled(new URL('../../server/records/sqlite/store-worker.ts', import.meta.url));
