import type { z } from 'zod';
import { t } from './strings.ts';

/** Field path (`contact.name`) to what is wrong with it, in words for whoever typed it. */
export type FieldFaults = Readonly<Record<string, string>>;

/**
 * What the broker would refuse of `value`, by its own schema: a form need not be sent to learn it.
 * @param needed what to say of a field that is empty.
 */
export function fieldFaults(schema: z.ZodType, value: unknown, needed: FieldFaults): FieldFaults {
  const faults: Record<string, string> = {};
  for (const issue of schema.safeParse(value).error?.issues ?? []) {
    // The third of several names in one field is still that field.
    const names = issue.path.filter((part) => typeof part === 'string');
    const path = names.join('.');
    faults[path] ??= (isBlank(value, names) ? needed[path] : undefined) ?? wordsFor(issue);
  }
  return faults;
}

function isBlank(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return value === undefined || (typeof value === 'string' && value.trim() === '');
  return isBlank((value as Record<string, unknown> | undefined)?.[name], rest);
}

function wordsFor(issue: z.core.$ZodIssue): string {
  const text = t.problems.field;
  if (issue.code === 'invalid_format' && issue.format === 'email') return text.email;
  if (issue.code === 'too_big') return text.tooLong;
  if (issue.code === 'too_small' && issue.origin === 'string') return text.tooShort(Number(issue.minimum));
  if (issue.code === 'custom' && issue.params?.isUnseen === true) return text.unseen;
  return text.wrong;
}
