import type { EntryOf } from '../../protocol/record.ts';
import {
  appendToDeletionLedger,
  type Deletion,
  type LedgerLine,
  parseDeletionLedger,
  readDeletionLedger,
} from './deletion-ledger.ts';
import type { RecordStore } from './record-store.ts';

type Certificate = Pick<EntryOf<'retention.deleted'>, 'at' | 'kind' | 'leaves' | 'seq'>;
const TOGETHER = 200;

/** A deletion as the ledger keeps it. */
export const ledgerLine = ({ at, kind, leaves }: Omit<Certificate, 'seq'>): Deletion => ({
  at,
  rule: kind,
  leaves,
});

/**
 * What was deleted is certified in the records first and written into the ledger next. When a kill or a full disk came in
 * between, the ledger learns of it here, from the certificates.
 */
export async function settleDeletionLedger(
  dataDir: string,
  store: Pick<RecordStore, 'certificates'>,
): Promise<void> {
  const { known, since } = ofThisEra(parseDeletionLedger(await readDeletionLedger(dataDir)));
  const missing: Deletion[] = [];
  let before: number | undefined;
  do {
    const page = (await store.certificates({ before, limit: TOGETHER })).filter(({ seq }) => seq > since);
    for (const certificate of page)
      if (!known.has(certificate.leaves)) missing.unshift(ledgerLine(certificate));
    before = page.length === TOGETHER ? page.at(-1)?.seq : undefined;
  } while (before !== undefined);
  await appendToDeletionLedger(dataDir, missing);
}

/** After a restore, numbers of leaves begin anew behind what was restored: earlier lines speak of other entries. */
export function ofThisEra(lines: readonly LedgerLine[]): { known: Set<string>; since: number } {
  const known = new Set<string>();
  let since = 0;
  for (const line of lines) {
    if ('restoredEra' in line) {
      known.clear();
      since = line.restoredSize;
    } else known.add(line.leaves);
  }
  return { known, since };
}
