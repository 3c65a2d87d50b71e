// The store's worker, but one that can be told to die: at once, instead of its next answer, as it starts, or of a question.
import { parentPort, workerData } from 'node:worker_threads';
import { importBundled } from '../../bin/bundled.mjs';

if (workerData.startsNot) process.exit(3);

/** It still says of this question that it does not know it, and nothing of the next. */
function dieUnanswered() {
  const answer = parentPort.postMessage.bind(parentPort);
  parentPort.postMessage = (message) => {
    parentPort.postMessage = () => process.exit(3);
    answer(message);
  };
}

parentPort.on('message', ({ name }) => {
  if (name === 'die' || name === workerData.diesOf) process.exit(3);
  if (name === 'dieUnanswered') dieUnanswered();
});
await importBundled(new URL('../../server/records/sqlite/store-worker.ts', import.meta.url));
