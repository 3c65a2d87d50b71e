/** Rows beyond the edges that are there already when they scroll in. */
const OVERSCAN = 12;

/**
 * Which rows of a long table have to be in the document: all are equally high, so the others are two empty spaces.
 * Lengths in CSS pixels, `top` from the table's first row; `last` is exclusive.
 */
export function visibleRows(of: { count: number; rowHeight: number; top: number; height: number }): {
  first: number;
  last: number;
} {
  const { count, rowHeight, top, height } = of;
  if (rowHeight <= 0) return { first: 0, last: Math.min(count, OVERSCAN) };
  const first = Math.floor(top / rowHeight) - OVERSCAN;
  const last = Math.ceil((top + height) / rowHeight) + OVERSCAN;
  return {
    first: Math.min(Math.max(0, first), Math.max(0, count - OVERSCAN)),
    last: Math.max(Math.min(count, last), Math.min(count, OVERSCAN)),
  };
}
