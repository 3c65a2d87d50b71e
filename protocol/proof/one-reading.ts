/** Each text in a JSON document; behind the name of a member stands a colon. */
const TEXTS = /"[^"\\]*(?:\\.[^"\\]*)*"\s*(:?)/g;

/**
 * Reads a JSON document that everybody reads alike. Where a name stands twice in an object one reader takes the first and
 * another the last, and `__proto__` is a name to some and something else to others: what was proven of such a document is
 * not what everybody sees in it.
 * @returns `undefined` for that, and for what is no JSON.
 */
export function readOneWay(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return membersOf(value) === namesIn(text) ? value : undefined;
  } catch {
    // Also what is nested so deep that nobody gets to its end.
    return undefined;
  }
}

function namesIn(text: string): number {
  let names = 0;
  for (const [, colon] of text.matchAll(TEXTS)) if (colon === ':') names += 1;
  return names;
}

/** How many members all objects in it have; `NaN` where one of them is `__proto__`. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Object.hasOwn(value, '__proto__')) return Number.NaN;
  const own = Object.values(value);
  return own.reduce((sum: number, each) => sum + membersOf(each), Array.isArray(value) ? 0 : own.length);
}
