import type { EntryOf } from '../../protocol/record.ts';
import { eraOf } from './deletions-since.ts';
import type { Deletion, LedgerLine } from './ledger-line.ts';
import type { RecordStore } from './record-store.ts';
import type { Connection } from './sqlite/connection.ts';
import { houseEntries } from './sqlite/house-entries.ts';
import { entryOf } from './sqlite/tables.ts';

/** What the records themselves certify of the deletions that the ledger has to name. */
export interface Certified {
  /** Which restore they go on from, as its entry says: the ledger's lines behind the same one speak of their leaves. */
  readonly era: number;
  /** When that era began; absent for the first. */
  readonly since?: string;
  /** Since then, in their order; `seq` is their certificate's. */
  readonly deletions: readonly (Deletion & { readonly seq: number })[];
}

export type Certifying = Pick<RecordStore, 'certificates' | 'entries'>;

const TOGETHER = 200;

export async function certifiedIn(store: Certifying): Promise<Certified> {
  const [last] = await store.entries({ types: ['backup.restored'], limit: 1 });
  const restored = last as EntryOf<'backup.restored'> | undefined;
  const since = restored?.seq ?? 0;
  const newestFirst: EntryOf<'retention.deleted'>[] = [];
  for (let before: number | undefined = Number.MAX_SAFE_INTEGER; before !== undefined; ) {
    const page: EntryOf<'retention.deleted'>[] = await store.certificates({ before, limit: TOGETHER });
    newestFirst.push(...page.filter(({ seq }) => seq > since));
    const oldest: number = page.at(-1)?.seq ?? 0;
    before = page.length === TOGETHER && oldest > since ? oldest : undefined;
  }
  return {
    era: restored?.era ?? 0,
    ...(restored && { since: restored.at }),
    deletions: newestFirst.reverse().map(({ at, kind, leaves, seq }) => ({ at, rule: kind, leaves, seq })),
  };
}

/** The same of a database that nobody has opened as a store. */
export function certifyingIn(connection: Connection): Certifying {
  const reads = houseEntries(connection);
  return {
    certificates: async ({ before, limit }) =>
      reads.certificates(before, limit).map(entryOf) as EntryOf<'retention.deleted'>[],
    entries: async (options) => reads.entries(options).map(entryOf),
  };
}

/**
 * What is certified and stands not in the ledger. A ledger that does not know the restore from which the records go on was
 * lost with it: it goes on with an era that has nothing in common with those before, for all that it can tell.
 */
export function untold(lines: readonly LedgerLine[], { era, since, deletions }: Certified): LedgerLine[] {
  const known = eraOf(lines);
  if (known > era) return [];
  const all = deletions.map(({ seq, ...deletion }): Deletion => deletion);
  if (known < era) return [{ at: since as string, era, restoredEra: 0, restoredSize: 0 }, ...all];
  const told = new Set(deletionsOfEra(lines).map(({ leaves }) => leaves));
  return all.filter(({ leaves }) => !told.has(leaves));
}

/** After a restore, numbers of leaves begin anew behind what was restored: earlier lines speak of other entries. */
export function deletionsOfEra(lines: readonly LedgerLine[]): Deletion[] {
  const begun = lines.findLastIndex((line) => 'era' in line) + 1;
  return lines.slice(begun) as Deletion[];
}
