import { importBundled } from '../../../bin/bundled.mjs';

await importBundled(new URL('./backup-worker.ts', import.meta.url));
