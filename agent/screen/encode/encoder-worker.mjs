import { importBundled } from '../../../bin/bundled.mjs';

await importBundled(new URL('./encoder-worker.ts', import.meta.url));
