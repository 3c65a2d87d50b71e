// The store's worker, but one that can be told to die.
import { parentPort } from 'node:worker_threads';
import { importBundled } from '../../bin/bundled.mjs';

parentPort.on('message', ({ name }) => {
  if (name === 'die') process.exit(3);
});
await importBundled(new URL('../../server/records/sqlite/store-worker.ts', import.meta.url));
