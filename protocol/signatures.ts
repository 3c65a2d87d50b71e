import { z } from 'zod';

/**
 * How far the ends of a session that is over signed it. `signed`: each end that took part, all of it. `in-part`: something is
 * not signed, and what is agrees. `unsigned`: no end had a key. `not-as-signed`: an end signed something else.
 */
export const Signatures = z.enum(['signed', 'in-part', 'unsigned', 'not-as-signed']);
export type Signatures = z.infer<typeof Signatures>;
