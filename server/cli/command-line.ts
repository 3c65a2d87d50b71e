import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { z } from 'zod';
import '../../protocol/plain-words.ts';

/** What was typed does not fit: the message says how it is meant. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** node:util's parseArgs without positional arguments, its complaints as UsageErrors. */
export function readOptions<Given extends Options>(argv: readonly string[], options: Given) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new UsageError(message);
    // Node's own hint is about a way of writing that no command here takes.
    throw new UsageError(`${message.replace(/\. .*$/s, '')}. ${known(options)}`);
  }
}

/** The same with one positional argument, a file. */
export function readOptionsAndFile<Given extends Options>(argv: readonly string[], options: Given) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options,
      strict: true,
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    if (file !== undefined && more.length === 0) return { file, values };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  throw new UsageError('Name one file.');
}

function known(options: Options): string {
  const names = Object.entries(options).map(
    ([name, { type }]) => `--${name}${type === 'string' ? ' …' : ''}`,
  );
  return names.length === 0 ? 'It takes no options.' : `There is: ${names.join(', ')}.`;
}

/** @throws UsageError naming each option that does not fit. */
export function fit<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new UsageError(
    parsed.error.issues
      .map(({ path, message, input }) =>
        input === undefined ? `--${String(path[0])} is missing` : `--${String(path[0])} ${message}`,
      )
      .join('\n'),
  );
}

/** Lines in columns, each as wide as its widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
