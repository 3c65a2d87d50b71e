import { register } from 'tsx/esm/api';

register();
await import('./unfinished-child.ts');
