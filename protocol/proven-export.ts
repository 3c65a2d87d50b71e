import { z } from 'zod';
import { LogCheckpoint, ProvenEntry } from './log-proof.ts';
import { SessionRecord } from './session-record.ts';
import { Instant } from './text.ts';

export const EXPORT_FORMAT = 'countersign-export/2';
/** Before it had a last line. */
export const EXPORT_FORMAT_WITHOUT_END = 'countersign-export/1';

/** The first line of an export with proofs (NDJSON). */
export const ProvenExportHead = z.strictObject({
  format: z.enum([EXPORT_FORMAT, EXPORT_FORMAT_WITHOUT_END]),
  madeAt: Instant,
});

/** Each line between the first and the last: a record, and the entries that it is the fold of, each with its proof in the log of `checkpoint`. */
export const ProvenExportLine = z.strictObject({
  record: SessionRecord,
  checkpoint: LogCheckpoint.strict(),
  entries: z.array(ProvenEntry.strict()),
});
export type ProvenExportLine = z.infer<typeof ProvenExportLine>;

/** The last line: how many sessions, or entries of the access log, all lines before it hold. */
export const ProvenExportEnd = z.strictObject({
  end: z.strictObject({ count: z.number().int().min(0) }),
});
export type ProvenExportEnd = z.infer<typeof ProvenExportEnd>;

export const ACCESS_EXPORT_FORMAT = 'countersign-access-export/2';
export const ACCESS_EXPORT_FORMAT_WITHOUT_END = 'countersign-access-export/1';

/** The first line of an export of the access log with proofs (NDJSON). */
export const ProvenAccessHead = z.strictObject({
  format: z.enum([ACCESS_EXPORT_FORMAT, ACCESS_EXPORT_FORMAT_WITHOUT_END]),
  madeAt: Instant,
});

/** Each line between the first and the last: some of its entries, newest first, each with its proof in the log of `checkpoint`. */
export const ProvenAccessLine = ProvenExportLine.omit({ record: true });
export type ProvenAccessLine = z.infer<typeof ProvenAccessLine>;
