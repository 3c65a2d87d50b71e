import { z } from 'zod';

/** Several of one kind in a query: `?tool=view,control`. */
export const list = <Schema extends z.ZodType>(one: Schema) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(one).max(50),
  );

/** Several names of people's own, in which a comma may be: `?team=Support&team=Sales, North`. */
export const names = <Schema extends z.ZodType>(one: Schema) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? [value].filter((name) => name !== '') : value),
    z.array(one).max(50),
  );

/** Of a period whose end is before its beginning nothing can be found: who asks is told, and not that nothing is there. */
export const ENDS_AFTER_ITS_BEGINNING = {
  path: ['to'],
  error: 'must not be before the beginning of the period, `from`: swap the two, or leave one out',
};
export const isInOrder = ({ from, to }: { from?: string | undefined; to?: string | undefined }): boolean =>
  from === undefined || to === undefined || from <= to;

/** A moment with its zone, or a day (`2026-03-01`: its first moment, UTC). */
export const Moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'must be a day such as 2026-10-11, or a time such as 2026-10-11T08:30:00Z',
  })
  .transform((text) => new Date(text).toISOString());
