/** Leaves count from 0 and people from 1: `0-199,205` as the numbers of entries by which every page names them. */
export const entryNumbers = (leaves: string): string =>
  leaves.replace(/\d+/g, (leaf) => String(Number(leaf) + 1));
