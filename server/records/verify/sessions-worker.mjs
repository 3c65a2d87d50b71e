import { importBundled } from '../../../bin/bundled.mjs';

await importBundled(new URL('./sessions-worker.ts', import.meta.url));
