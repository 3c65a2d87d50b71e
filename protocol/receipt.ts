import { z } from 'zod';
import { LogCheckpoint, ProvenEntry } from './log-proof.ts';
import { Instant } from './text.ts';

export const RECEIPT_FORMAT = 'countersign-receipt/1';

/** Of entries of these types a receipt says only that they are there: they are the staff's own notes and decisions. */
export const WITHHELD_FROM_RECEIPTS: readonly string[] = [
  'session.noted',
  'note.written',
  'retention.held',
  'retention.lifted',
];

/**
 * What the customer keeps: the entries of the session, each with the proof that the log holds it word for word, and the
 * signed checkpoint that the proofs are of. It is checked without the broker: docs/receipt-format.md.
 */
export const Receipt = z.object({
  format: z.literal(RECEIPT_FORMAT),
  sessionId: z.uuid(),
  organisation: z.string(),
  madeAt: Instant,
  checkpoint: LogCheckpoint,
  /** In the order of the log. */
  entries: z.array(ProvenEntry).min(1).max(100_000),
  /** Leaves of the session's other entries, whose content stays with the organisation. */
  withheld: z.array(z.number().int().min(0)),
});
export type Receipt = z.infer<typeof Receipt>;
