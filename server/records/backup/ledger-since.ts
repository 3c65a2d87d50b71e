import { checkLedger, deletionLedgerFile, LedgerProblem, readDeletionLedger } from '../deletion-ledger.ts';
import { isWhole, type LedgerLine } from '../ledger-line.ts';
import { BackupProblem } from './backup-problem.ts';
import type { Backup } from './read-backup.ts';

/** What is known to have been deleted since a backup, and before. */
export interface LedgerSince {
  readonly lines: readonly LedgerLine[];
  /** What is right of the ledger: the one that goes on begins with it. */
  readonly text: string;
  /** Whole lines that were left out. */
  readonly notObeyed: number;
}

export interface LedgerOptions {
  readonly dataDir: string;
  readonly file: string;
  /** Lines that do not check are left out: somebody who knows why says so. */
  readonly ledgerDamaged: boolean;
}

/**
 * The ledger here, or, where there is none, the one in the backup. It decides what is destroyed, so each line must be signed
 * by one of `keys`, the log's own (base64, in their order).
 * @throws LedgerProblem, BackupProblem
 */
export async function ledgerSince(
  { deletions }: Pick<Backup, 'deletions'>,
  keys: readonly string[],
  { dataDir, file, ledgerDamaged }: LedgerOptions,
): Promise<LedgerSince> {
  const here = await readDeletionLedger(dataDir);
  const text = here === '' ? deletions : here;
  const checked = checkLedger(text, keys);
  const goesOn = text.startsWith(deletions);
  if (checked.problem === undefined && goesOn) return { ...checked, notObeyed: 0 };
  if (!ledgerDamaged)
    throw goesOn
      ? new LedgerProblem(
          `${checked.problem} Put ${here === '' ? `a right one into ${dataDir}` : 'the right one back'}. ${WAY_OUT}`,
        )
      : new BackupProblem(
          `${deletionLedgerFile(dataDir)} does not go on from the deletion ledger in ${file}, so nobody can tell what was deleted since. Put the right one back. ${WAY_OUT}`,
        );
  // As far as it is right, if that is further than the backup knows; or else what the backup knows.
  const right = [checked, checkLedger(deletions, keys)].find((each) => each.text.startsWith(deletions));
  const kept = new Set(right?.text.split('\n'));
  const notObeyed = text.split('\n').filter((line) => isWhole(line) && !kept.has(line)).length;
  return { lines: right?.lines ?? [], text: right?.text ?? '', notObeyed };
}

const WAY_OUT =
  'If you know why it is so, say --ledger-damaged: what does not check is then not obeyed, the record says how many lines that were, and what only they name comes back with the backup until its time has come.';
