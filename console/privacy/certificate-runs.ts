import type { AccessPerson } from '../../protocol/access-log.ts';
import type { DeletionCertificate, Restore } from '../../protocol/deletion-certificate.ts';
import { parseLeafRanges } from '../../protocol/proof/leaf-ranges.ts';

/** Certificates of one run, newest first. */
export interface CertificateRun {
  readonly key: string;
  /** Of its newest certificate: its place among restores. */
  readonly seq: number;
  /** When it began; unknown where the entry that says so is no longer kept. */
  readonly at?: string;
  readonly by?: AccessPerson;
  /** Of those that are loaded. */
  readonly entries: number;
  readonly items: readonly DeletionCertificate[];
  /** Older ones of it may not be loaded yet. */
  readonly isCut: boolean;
}

/**
 * @param certificates newest first.
 * @param hasMore whether there are older ones than these.
 */
export function runsOf(certificates: readonly DeletionCertificate[], hasMore: boolean): CertificateRun[] {
  const runs = new Map<string, DeletionCertificate[]>();
  for (const certificate of certificates) {
    const key = String(certificate.run?.seq ?? 'unknown');
    runs.set(key, [...(runs.get(key) ?? []), certificate]);
  }
  return [...runs].map(([key, items], index) => ({
    key,
    seq: items[0]?.seq ?? 0,
    ...(items[0]?.run && { at: items[0].run.at, by: items[0].run.by }),
    entries: items.reduce((sum, { entries }) => sum + entries, 0),
    items,
    isCut: hasMore && index === runs.size - 1,
  }));
}

/** How many entries a restore deleted again. */
export const deletedAgain = ({ leaves }: Pick<Restore, 'leaves'>): number =>
  (parseLeafRanges(leaves) ?? []).reduce((sum, [first, end]) => sum + end - first, 0);
