import { importBundled } from '../../../bin/bundled.mjs';

await importBundled(new URL('./store-worker.ts', import.meta.url));
