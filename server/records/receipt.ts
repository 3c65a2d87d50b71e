import { RECEIPT_FORMAT, type Receipt, WITHHELD_FROM_RECEIPTS } from '../../protocol/receipt.ts';
import { Refusal } from '../refusal.ts';
import type { ProvenSession } from './transparency-log.ts';

/** @throws Refusal `receipt.not-yet` while the session goes on. */
export function makeReceipt(
  sessionId: string,
  { checkpoint, entries }: ProvenSession,
  { organisation, madeAt }: { organisation: string; madeAt: string },
): Receipt {
  if (!entries.some(({ entry }) => entry.type === 'session.ended'))
    throw new Refusal('receipt.not-yet', 'The session goes on. Its receipt is made when it is over.');
  return {
    format: RECEIPT_FORMAT,
    sessionId,
    organisation,
    madeAt,
    checkpoint,
    entries: entries.filter(({ entry }) => !WITHHELD_FROM_RECEIPTS.includes(String(entry.type))),
  };
}
