import { parseLeafRanges } from '../../protocol/proof/leaf-ranges.ts';
import type { LeafRange } from '../../protocol/proof/tree-shape.ts';
import type { LedgerLine, Restored } from './deletion-ledger.ts';

/** Every restore begins an era of the log; the one in force is the last. */
export const eraOf = (lines: readonly LedgerLine[]): number => restoresIn(lines).length;

/**
 * The leaves that a backup must forget: those that the ledger names, as far as the log that a line speaks of and the log in
 * the backup are the same one. After a restore new entries take numbers that others had before, so beyond what both
 * have in common a number means another entry in each.
 * @param backupEra the era in which the backup was made.
 */
export function deletionsFor(lines: readonly LedgerLine[], backupEra: number): LeafRange[] {
  const restores = restoresIn(lines);
  const deleted: LeafRange[] = [];
  let era = 0;
  for (const line of lines) {
    if ('restoredEra' in line) {
      era += 1;
      continue;
    }
    const shared = sharedLeaves(restores, era, backupEra);
    for (const [start, end] of parseLeafRanges(line.leaves) ?? [])
      if (start < shared) deleted.push([start, Math.min(end, shared)]);
  }
  return deleted;
}

const restoresIn = (lines: readonly LedgerLine[]): Restored[] =>
  lines.filter((line): line is Restored => 'restoredEra' in line);

/** How many leaves the logs of two eras have in common; the later one goes on from what its restore brought back. */
function sharedLeaves(restores: readonly Restored[], a: number, b: number): number {
  if (a === b) return Number.MAX_SAFE_INTEGER;
  const later = Math.max(a, b);
  const restore = restores[later - 1];
  if (restore === undefined || restore.restoredEra >= later) return 0;
  return Math.min(restore.restoredSize, sharedLeaves(restores, restore.restoredEra, Math.min(a, b)));
}
