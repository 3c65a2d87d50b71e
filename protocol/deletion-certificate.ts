import { z } from 'zod';
import { AccessPerson } from './access-log.ts';
import { DatedKind } from './retention-kinds.ts';
import { Instant } from './text.ts';

const count = z.number().int();

/** What a deletion went by and what it took; the leaves as `leaf-ranges.ts` writes them. */
export const DeletionCertificate = z.object({
  seq: count,
  at: Instant,
  kind: DatedKind,
  before: Instant,
  team: z.string().optional(),
  leaves: z.string(),
  entries: count,
  sessions: count,
  /** The run that it belongs to, by the entry `retention.ran`; absent once that is no longer kept, and for what no run had planned. */
  run: z.object({ seq: count, at: Instant, by: AccessPerson }).optional(),
});
export type DeletionCertificate = z.infer<typeof DeletionCertificate>;

/** A restore: what had been deleted since its backup was made, it deleted again, without a certificate of its own. */
export const Restore = z.object({
  seq: count,
  at: Instant,
  by: AccessPerson,
  madeAt: Instant,
  leaves: z.string(),
});
export type Restore = z.infer<typeof Restore>;

export const CertificatePage = z.object({
  items: z.array(DeletionCertificate),
  /** Between the certificates of this page; behind the last of them only on the last page. */
  restores: z.array(Restore),
  /** `before` of the next page; absent on the last one. */
  next: count.optional(),
});
export const CertificateQuery = z.object({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
