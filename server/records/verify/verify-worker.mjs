import { importBundled } from '../../../bin/bundled.mjs';

await importBundled(new URL('./verify-worker.ts', import.meta.url));
