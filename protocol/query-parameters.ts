import { z } from 'zod';

/** Several of one kind in a query: `?tool=view,control`. */
export const list = <Schema extends z.ZodType>(one: Schema) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(one).max(50),
  );

/** A moment with its zone, or a day (`2026-03-01`: its first moment, UTC). */
export const Moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text).toISOString());
