import { classificationOf } from '../../protocol/classification.ts';
import { type Entry, RECORD_TYPES } from '../../protocol/record.ts';

/** What an entry says, without its secret fields: what is not classified counts as secret. */
export function shownFields({ seq, id, at, type, ...rest }: Entry): Record<string, unknown> {
  const shape = RECORD_TYPES[type].fields.shape as Record<string, Parameters<typeof classificationOf>[0]>;
  return Object.fromEntries(
    Object.entries(rest).filter(([name]) => {
      const schema = shape[name];
      return schema !== undefined && classificationOf(schema) !== 'secret';
    }),
  );
}
