import type { z } from 'zod';

/**
 * Who may see a field: `public` may stand in logs and statistics, `personal` only where the policy lets a
 * role read people's data, `secret` never leaves the broker. What is not classified is `secret`.
 */
export type Classification = 'public' | 'personal' | 'secret';

const classified =
  (classification: Classification) =>
  <Schema extends z.ZodType>(schema: Schema): Schema =>
    schema.meta({ ...schema.meta(), classification }) as Schema;

export const open = classified('public');
export const personal = classified('personal');
export const secret = classified('secret');

/** The classification of one field's schema; an unclassified one counts as `secret`. */
export function classificationOf(schema: z.ZodType): Classification {
  const found = schema.meta()?.classification;
  return found === 'public' || found === 'personal' ? found : 'secret';
}
