/** One token of JSON (RFC 8259), of a string its beginning, and the white space before it. */
const TOKEN =
  /[ \t\n\r]*(?:([{[])|([}\]])|([,:])|(")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;
/** What a string goes on with. Piece by piece: as one expression, a long one has no end that the stack would reach. */
const PIECE = /[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const utf8 = new TextEncoder();
const WHITE_SPACE = /[ \t\n\r]*/y;

/** What may come next. */
type Awaited = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/**
 * Where a text stops being JSON, lines and bytes from 1 on, so that who compares it with a copy knows where to look;
 * `undefined` for JSON. What `JSON.parse` throws says so only of some faults.
 */
export function jsonFault(text: string): { line: number; byte: number } | undefined {
  const open: string[] = [];
  let awaited: Awaited = 'value';
  let at = 0;
  while (awaited !== 'nothing') {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    const next: Awaited | undefined = token === null ? undefined : after(token, awaited, open);
    const end = token?.[4] === undefined ? TOKEN.lastIndex : behindString(text, TOKEN.lastIndex);
    if (next === undefined || end === undefined) return placeOf(text, behindSpace(text, at));
    awaited = next;
    at = end;
  }
  const end = behindSpace(text, at);
  return end === text.length ? undefined : placeOf(text, end);
}

/** What may follow a token; `undefined` when it may not stand there itself. */
function after(token: RegExpExecArray, awaited: Awaited, open: string[]): Awaited | undefined {
  const [, opening, closing, sign, string, plain] = token;
  const inObject = open.at(-1) === '{';
  const takesValue = awaited === 'value' || awaited === 'value-or-end';
  if (opening !== undefined) {
    if (!takesValue) return undefined;
    open.push(opening);
    return opening === '{' ? 'name-or-end' : 'value-or-end';
  }
  if (closing !== undefined) {
    if (!awaited.endsWith('-or-end') || inObject !== (closing === '}')) return undefined;
    open.pop();
    return behindValue(open);
  }
  if (sign === ':') return awaited === 'colon' ? 'value' : undefined;
  if (sign === ',') {
    if (awaited !== 'comma-or-end') return undefined;
    return inObject ? 'name' : 'value';
  }
  if (string !== undefined && (awaited === 'name' || awaited === 'name-or-end')) return 'colon';
  return takesValue && (string !== undefined || plain !== undefined) ? behindValue(open) : undefined;
}

const behindValue = (open: readonly string[]): Awaited => (open.length === 0 ? 'nothing' : 'comma-or-end');

/** @param at behind its beginning. `undefined` where it has no end. */
function behindString(text: string, at: number): number | undefined {
  PIECE.lastIndex = at;
  let end = at;
  while (PIECE.test(text)) end = PIECE.lastIndex;
  return text[end] === '"' ? end + 1 : undefined;
}

function behindSpace(text: string, at: number): number {
  WHITE_SPACE.lastIndex = at;
  WHITE_SPACE.test(text);
  return WHITE_SPACE.lastIndex;
}

function placeOf(text: string, at: number): { line: number; byte: number } {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, byte: utf8.encode(lines.at(-1)).length + 1 };
}
