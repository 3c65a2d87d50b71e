import { z } from 'zod';

type Issue = Parameters<NonNullable<ReturnType<typeof z.config>['customError']>>[0];

const THINGS: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  map: 'entries',
  object: 'fields',
  file: 'bytes',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'must be an e-mail address',
  url: 'must be an address such as https://example.com',
  uuid: 'must be an id, such as 0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
  datetime: 'must be a time such as 2026-10-11T08:30:00Z',
  date: 'must be a day such as 2026-10-11',
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  date: 'a time',
};

/** What is wrong with a field, in words that a person understands who never heard of schemas. They follow the field's name. */
function plainWords(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return limit(issue.origin, 'at least', Number(issue.minimum));
    case 'too_big':
      return limit(issue.origin, 'at most', Number(issue.maximum));
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'has the wrong form';
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `has what nobody knows here: ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return 'fits nothing that is expected here';
    default:
      return undefined;
  }
}

function limit(origin: string, bound: 'at least' | 'at most', value: number): string {
  const things = THINGS[origin];
  if (things === undefined) return `must be ${bound} ${value}`;
  if (bound === 'at least' && value === 1) return 'must not be empty';
  return `must have ${bound} ${value} ${things}`;
}

// For everything that is checked in this program: whoever imports this speaks so.
z.config({ customError: plainWords });
