/** A piece of SQL with its values apart, so that no value can ever be read as SQL. */
export interface Sql {
  readonly parts: readonly string[];
  /** One between every two parts. */
  readonly values: readonly unknown[];
}

const PIECE = Symbol('sql');
type Piece = Sql & { readonly [PIECE]: true };
const piece = (parts: readonly string[], values: readonly unknown[]): Piece => ({
  parts,
  values,
  [PIECE]: true,
});
const isPiece = (value: unknown): value is Piece =>
  typeof value === 'object' && value !== null && PIECE in value;

/** sql`a = ${1} AND ${other}`: a value becomes a parameter, a piece becomes part of the text. */
export function sql(strings: TemplateStringsArray, ...inserted: readonly unknown[]): Sql {
  const parts: string[] = [strings[0] ?? ''];
  const values: unknown[] = [];
  for (const [index, value] of inserted.entries()) {
    const added = isPiece(value) ? value : piece(['', ''], [value]);
    parts[parts.length - 1] += added.parts[0] ?? '';
    parts.push(...added.parts.slice(1));
    values.push(...added.values);
    parts[parts.length - 1] += strings[index + 1] ?? '';
  }
  return piece(parts, values);
}

/** Text of our own source as it stands: names and operators, never anything that came from outside. */
export const verbatim = (text: string): Sql => piece([text], []);

/** Pieces or values, with a separator between them. */
export const join = (items: readonly unknown[], separator = ', '): Sql =>
  items.reduce<Sql>(
    (all, item, index) => (index === 0 ? sql`${item}` : sql`${all}${verbatim(separator)}${item}`),
    verbatim(''),
  );

/** The text; `placeholder` is how the database writes its n-th parameter, counted from 1. */
export const textOf = ({ parts }: Sql, placeholder: (n: number) => string): string =>
  parts.map((part, index) => (index === 0 ? part : `${placeholder(index)}${part}`)).join('');
