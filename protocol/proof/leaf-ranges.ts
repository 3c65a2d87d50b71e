import type { LeafRange } from './tree-shape.ts';

/** Leaves as a compact text: `0-199,205`. They must come in order, each once. */
export function formatLeafRanges(leaves: Iterable<number>): string {
  const parts: string[] = [];
  let first: number | undefined;
  let last = -2;
  const close = () => first !== undefined && parts.push(first === last ? `${first}` : `${first}-${last}`);
  for (const leaf of leaves) {
    if (leaf <= last) throw new RangeError(`leaf ${leaf} comes after ${last}`);
    if (leaf !== last + 1) {
      close();
      first = leaf;
    }
    last = leaf;
  }
  close();
  return parts.join(',');
}

/** @returns ranges in order that do not touch; `undefined` for any text that `formatLeafRanges` would not write. */
export function parseLeafRanges(text: string): LeafRange[] | undefined {
  if (text === '') return [];
  const ranges: LeafRange[] = [];
  let before = -2;
  for (const part of text.split(',')) {
    const [, firstText, lastText] = /^(0|[1-9]\d{0,15})(?:-([1-9]\d{0,15}))?$/.exec(part) ?? [];
    const first = Number(firstText);
    const last = lastText === undefined ? first : Number(lastText);
    const isOrdered = first > before + 1 && (lastText === undefined || last > first);
    if (firstText === undefined || !isOrdered || !Number.isSafeInteger(last)) return undefined;
    ranges.push([first, last + 1]);
    before = last;
  }
  return ranges;
}
