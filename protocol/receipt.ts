import { z } from 'zod';
import { LogCheckpoint, ProvenEntry } from './log-proof.ts';
import { Instant } from './text.ts';

export const RECEIPT_FORMAT = 'countersign-receipt/1';

/**
 * Entries of these types stay with the organisation: the staff's own notes and decisions, and how to reach people. Those
 * around them say that they are there, and of which type (session-numbering.ts).
 */
export const WITHHELD_FROM_RECEIPTS: readonly string[] = [
  'technician.noted',
  'contact.noted',
  'session.noted',
  'note.written',
  'watching.invited',
  'passing.offered',
  'passing.explained',
  'retention.held',
  'retention.lifted',
];

/**
 * What the customer keeps: the entries of the session, each with the proof that the log holds it word for word, and the
 * signed checkpoint that the proofs are of. It is checked without the broker: docs/receipt-format.md.
 */
export const Receipt = z.strictObject({
  format: z.literal(RECEIPT_FORMAT),
  sessionId: z.uuid(),
  organisation: z.string(),
  madeAt: Instant,
  checkpoint: LogCheckpoint.strict(),
  /** In the order of the log. A broker ends a session at 5,000; what both ends say behind that is bounded too. */
  entries: z.array(ProvenEntry.strict()).min(1).max(20_000),
});
export type Receipt = z.infer<typeof Receipt>;
