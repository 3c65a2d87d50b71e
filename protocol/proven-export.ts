import { z } from 'zod';
import { LogCheckpoint, ProvenEntry } from './log-proof.ts';
import { SessionRecord, ToolUse } from './session-record.ts';
import { Instant } from './text.ts';

export const EXPORT_FORMAT = 'countersign-export/3';
/** While the use of tools was counted by other rules. */
const EXPORT_FORMAT_BY_OLDER_RULES = 'countersign-export/2';
/** And before it had a last line. */
export const EXPORT_FORMAT_WITHOUT_END = 'countersign-export/1';

/** The first line of an export with proofs (NDJSON). */
export const ProvenExportHead = z.strictObject({
  format: z.enum([EXPORT_FORMAT, EXPORT_FORMAT_BY_OLDER_RULES, EXPORT_FORMAT_WITHOUT_END]),
  madeAt: Instant,
});

/** Each line between the first and the last: a record, and the entries that it is the fold of, each with its proof in the log of `checkpoint`. */
export const ProvenExportLine = z.strictObject({
  record: SessionRecord,
  checkpoint: LogCheckpoint.strict(),
  entries: z.array(ProvenEntry.strict()),
});
export type ProvenExportLine = z.infer<typeof ProvenExportLine>;

/** What the rules by which the use of tools is counted make: of the formats before, nobody can tell whether it is right. */
const OlderCounts = z.object({
  ...ToolUse.pick({ uses: true, seconds: true, firstOpenedAt: true, lastClosedAt: true }).shape,
  decisions: z.array(ToolUse.shape.decisions.element.strict()).optional(),
  revokedAt: Instant.optional(),
  returnedAt: Instant.optional(),
});
export const OLDER_COUNTS = OlderCounts.keyof().options;

/** Such a line of the formats before. */
export const OlderExportLine = ProvenExportLine.extend({
  record: SessionRecord.extend({ tools: z.array(ToolUse.extend(OlderCounts.shape)) }),
});

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
