import { z } from 'zod';
import { Instant, line } from './text.ts';

/** A view of the session log that somebody keeps under a name. */
export const KeepView = z.object({
  name: line(60),
  /** Filters, order and columns as they stand in the address of the log, behind its `?`. */
  search: z
    .string()
    .max(12_000)
    .regex(/^[\x21-\x7e]*$/, 'must be the part of an address behind its ?'),
});
export type KeepView = z.infer<typeof KeepView>;

export const SavedView = KeepView.extend({ id: z.uuid(), changedAt: Instant });
export type SavedView = z.infer<typeof SavedView>;

export const SavedViews = z.object({ items: z.array(SavedView) });

/** More than anybody finds again in a menu. */
export const MAX_VIEWS = 50;
