import { z } from 'zod';
import { open } from './classification.ts';
import type { RetentionKind } from './retention-kinds.ts';

/** Types of entries by name: how long each is kept, and its fields with their classification. */
export type RecordTypes = Record<string, { keep: RetentionKind; fields: z.ZodObject }>;

export const session = { sessionId: open(z.uuid()) };
export const user = { userId: open(z.uuid()) };
