import { register } from 'tsx/esm/api';

register();
await import('./deleting-child.ts');
