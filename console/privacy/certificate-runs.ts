import type { DeletionCertificate } from '../../protocol/retention.ts';

/** Certificates of one run, newest first. */
export interface CertificateRun {
  readonly key: string;
  /** When it began; unknown where the entry that says so is no longer kept. */
  readonly at?: string;
  readonly entries: number;
  readonly items: readonly DeletionCertificate[];
}

/** @param certificates newest first. */
export function runsOf(certificates: readonly DeletionCertificate[]): CertificateRun[] {
  const runs = new Map<string, DeletionCertificate[]>();
  for (const certificate of certificates) {
    const key = String(certificate.run?.seq ?? 'unknown');
    runs.set(key, [...(runs.get(key) ?? []), certificate]);
  }
  return [...runs].map(([key, items]) => ({
    key,
    ...(items[0]?.run && { at: items[0].run.at }),
    entries: items.reduce((sum, { entries }) => sum + entries, 0),
    items,
  }));
}
