/** What JSON can say. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/**
 * The one text that stands for a value, by RFC 8785 (JSON Canonicalization Scheme): names sorted by UTF-16 code units,
 * no white space, numbers and strings as ECMAScript writes them. A name whose value is `undefined` is left out.
 * @throws TypeError for what has no canonical form: numbers that are not finite, and half of a surrogate pair (3.2.2.2).
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no form in JSON`);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as { readonly [name: string]: Json | undefined };
  let text = '';
  // The default order of `sort` is the one of UTF-16 code units that RFC 8785 3.2.3 asks for.
  for (const name of Object.keys(object).sort()) {
    const member = object[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${canonicalString(name)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** What stands for itself: nearly all names and most texts, and that is seen faster than they are written anew. */
const PLAIN = /^[ !#-[\]-~]*$/;

function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError('a text with half of a surrogate pair has no canonical form');
  return JSON.stringify(text);
}
