import { register } from 'tsx/esm/api';

register();
await import('./keeping-child.ts');
