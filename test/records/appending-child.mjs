import { register } from 'tsx/esm/api';

register();
await import('./appending-child.ts');
