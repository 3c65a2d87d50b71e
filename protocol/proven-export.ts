import { z } from 'zod';
import { LogCheckpoint, ProvenEntry } from './log-proof.ts';
import { SessionRecord } from './session-record.ts';
import { Instant } from './text.ts';

export const EXPORT_FORMAT = 'countersign-export/1';

/** The first line of an export with proofs (NDJSON). */
export const ProvenExportHead = z.strictObject({ format: z.literal(EXPORT_FORMAT), madeAt: Instant });

/** Each further line: a record, and the entries that it is the fold of, each with its proof in the log of `checkpoint`. */
export const ProvenExportLine = z.strictObject({
  record: SessionRecord,
  checkpoint: LogCheckpoint.strict(),
  entries: z.array(ProvenEntry.strict()),
});
export type ProvenExportLine = z.infer<typeof ProvenExportLine>;

export const ACCESS_EXPORT_FORMAT = 'countersign-access-export/1';

/** The first line of an export of the access log with proofs (NDJSON). */
export const ProvenAccessHead = z.strictObject({ format: z.literal(ACCESS_EXPORT_FORMAT), madeAt: Instant });

/** Each further line: some of its entries, newest first, each with its proof in the log of `checkpoint`. */
export const ProvenAccessLine = ProvenExportLine.omit({ record: true });
export type ProvenAccessLine = z.infer<typeof ProvenAccessLine>;
