// The store's worker, but one that can be told to die.
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

parentPort.on('message', ({ name }) => {
  if (name === 'die') process.exit(3);
});
register();
await import('../../server/records/sqlite/store-worker.ts');
