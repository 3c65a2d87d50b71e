import { entriesOf } from '../../protocol/proof/receipt-signatures.ts';
import { readStatement } from '../../protocol/proof/statement.ts';
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
  const shown = entriesOf({ entries: [...entries] }).find((entry) => entry.type === 'session.joined')?.shown;
  return {
    format: RECEIPT_FORMAT,
    sessionId,
    // By the name that the customer knows it by, also when it has another one since.
    organisation: shown?.organisation ?? organisation,
    madeAt,
    checkpoint,
    entries: entries.filter(({ entry }) => !WITHHELD_FROM_RECEIPTS.includes(String(entry.type))),
  };
}

/** How long after the end a receipt waits for the last words of both ends: an agent asks again for longer than that. */
const LAST_WORDS_MS = 2_500;

/**
 * Whether an end that signs has not yet said its last. Their words come right behind the end, and a receipt without them
 * would say for ever that they are missing. @param now milliseconds since the epoch
 */
export function isStillSigning({ entries: proven }: ProvenSession, now: number): boolean {
  const entries = entriesOf({ entries: [...proven] });
  const end = entries.find(({ type }) => type === 'session.ended');
  if (end === undefined || now - Date.parse(end.at) >= LAST_WORDS_MS) return false;
  const open = new Set<string>();
  for (const entry of entries) {
    if ((entry.type === 'session.joined' || entry.type === 'account.began') && entry.signingKey)
      open.add(entry.signingKey);
    if (entry.type === 'agent.handed-over') {
      open.add(entry.signingKey);
      // It said its last with that.
      open.delete(entry.from.signingKey ?? '');
    }
    const { type } = (entry.type === 'account.stated' && readStatement(entry.text)?.says) || {};
    if (entry.type === 'account.stated' && (type === 'session.ended' || type === 'session.passed'))
      open.delete(entry.signingKey);
  }
  return open.size > 0;
}
