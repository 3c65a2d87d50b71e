import { parseLeafRanges } from '../../protocol/proof/leaf-ranges.ts';
import type { LeafRange } from '../../protocol/proof/tree-shape.ts';
import type { LedgerLine, Restored } from './ledger-line.ts';

/** Every restore begins an era of the log; the one in force is the last. */
export const eraOf = (lines: readonly LedgerLine[]): number => restoresIn(lines).at(-1)?.era ?? 0;

/** A log as a backup holds it: the era in which that was made, and how many leaves it has. */
export interface BackedUpLog {
  readonly era: number;
  readonly size: number;
}

/**
 * The leaves that a backup must forget: those that the ledger names, as far as the log that a line speaks of and the log in
 * the backup are the same one. After a restore new entries take numbers that others had before, so beyond what both
 * have in common, and beyond the backup's end, a number means another entry in each.
 */
export function deletionsFor(lines: readonly LedgerLine[], backup: BackedUpLog): LeafRange[] {
  const restores = new Map(restoresIn(lines).map((line) => [line.era, line]));
  const deleted: LeafRange[] = [];
  let era = 0;
  for (const line of lines) {
    if ('era' in line) {
      era = line.era;
      continue;
    }
    const shared = Math.min(backup.size, sharedLeaves(restores, era, backup.era));
    for (const [start, end] of parseLeafRanges(line.leaves) ?? [])
      if (start < shared) deleted.push([start, Math.min(end, shared)]);
  }
  return deleted;
}

const restoresIn = (lines: readonly LedgerLine[]): Restored[] =>
  lines.filter((line): line is Restored => 'era' in line);

/** How many leaves the logs of two eras have in common; the later one goes on from what its restore brought back. */
function sharedLeaves(restores: ReadonlyMap<number, Restored>, a: number, b: number): number {
  if (a === b) return Number.MAX_SAFE_INTEGER;
  const later = Math.max(a, b);
  const restore = restores.get(later);
  if (restore === undefined || restore.restoredEra >= later) return 0;
  return Math.min(restore.restoredSize, sharedLeaves(restores, restore.restoredEra, Math.min(a, b)));
}
