import { type Certifying, certifiedIn, deletionsOfEra, untold } from './certified-deletions.ts';
import { type DeletionLedger, LedgerProblem } from './deletion-ledger.ts';
import { eraOf } from './deletions-since.ts';

/**
 * What was deleted is certified in the records first and written into the ledger next. When a kill or a full disk came in
 * between, the ledger learns of it here, from the certificates.
 * @throws LedgerProblem
 */
export async function settleDeletionLedger(
  ledger: Pick<DeletionLedger, 'append' | 'lines'>,
  store: Certifying & { logKeys(): Promise<readonly string[]> },
): Promise<void> {
  const lines = await ledger.lines(await store.logKeys());
  const certified = await certifiedIn(store);
  if (eraOf(lines) > certified.era)
    throw new LedgerProblem(
      'The deletion ledger (deletions.ndjson) knows of a restore that the records do not know of: one of the two is a copy from another time. Put back the ones that belong together, or restore a backup.',
    );
  const known = new Set(certified.deletions.map(({ leaves }) => leaves));
  // Certificates are durable first: a line without one is of other records, whose numbers stand for other entries.
  if (eraOf(lines) === certified.era && deletionsOfEra(lines).some(({ leaves }) => !known.has(leaves)))
    throw new LedgerProblem(
      'The deletion ledger (deletions.ndjson) names a deletion that the records do not know of: one of the two is a copy from another time. Put back the ones that belong together, or restore a backup.',
    );
  await ledger.append(untold(lines, certified));
}
