import type { Receipt } from '../receipt.ts';
import type { Checkpoint } from './checkpoint.ts';
import { toHex } from './hex.ts';
import { demandInLog, openCheckpoint, type ProofCrypto, ProofProblem } from './proven-entry.ts';
import { entriesOf } from './receipt-signatures.ts';
import type { NoteKey } from './signed-note.ts';
import { type MissingEntry, missingEntries, type PlacedEntry } from './whole-session.ts';

export interface CheckedReceipt {
  readonly checkpoint: Checkpoint;
  /** The key that signed the checkpoint. */
  readonly key: NoteKey;
  /** From the first that the session has, in the log's order. */
  readonly entries: readonly (PlacedEntry & { readonly [field: string]: unknown })[];
  /** What of the session's entries is not in it, up to the last that is. */
  readonly missing: readonly MissingEntry[];
}

/**
 * Whether every entry of the receipt is, word for word, in the log that the checkpoint is of, tells of this session, and
 * whether all are there that must be. What both ends signed inside the entries is checked by `receipt-signatures.ts`.
 * @param trusted the log's key where the reader knows it; otherwise the one that stands in the receipt is believed.
 * @throws ProofProblem with the first thing that is wrong, as a sentence for people.
 */
export function checkReceipt(crypto: ProofCrypto, receipt: Receipt, trusted?: NoteKey): CheckedReceipt {
  const { key, ...checkpoint } = openCheckpoint(crypto, receipt.checkpoint, trusted);
  let before = -1;
  for (const proven of receipt.entries) {
    if (proven.leaf <= before)
      throw new ProofProblem(`Entry ${proven.leaf + 1} stands twice or out of order.`);
    before = proven.leaf;
    demandInLog(crypto, checkpoint, proven);
    if (typeof proven.entry.type !== 'string' || typeof proven.entry.at !== 'string')
      throw new ProofProblem(`Entry ${proven.leaf + 1} does not say what it is, or when it was written.`);
    if (proven.entry.sessionId !== receipt.sessionId)
      throw new ProofProblem(`Entry ${proven.leaf + 1} tells of another session than the receipt.`);
  }
  const entries = receipt.entries.map(({ entry }) => entry as CheckedReceipt['entries'][number]);
  if (entries[0]?.type !== 'session.created')
    throw new ProofProblem('The receipt does not begin with the beginning of the session.');
  const missing = missingEntries(entries);
  if (!entries.some(({ type }) => type === 'session.ended'))
    throw new ProofProblem('The receipt does not reach to the end of the session.');
  demandShown(crypto, receipt);
  return { checkpoint, key, entries, missing };
}

/** The name and the text that the customer was shown stand in the log too; their answers name the text by its hash. */
function demandShown(crypto: ProofCrypto, receipt: Receipt): void {
  const entries = entriesOf(receipt);
  const shown = entries.find((entry) => entry.type === 'session.joined')?.shown;
  if (shown === undefined) return;
  if (receipt.organisation !== shown.organisation)
    throw new ProofProblem(
      `The receipt names the organisation “${receipt.organisation}”; the customer was shown “${shown.organisation}”.`,
    );
  const hash = toHex(crypto.sha256(new TextEncoder().encode(shown.text)));
  for (const entry of entries)
    if ('textSha256' in entry && entry.textSha256 !== undefined && entry.textSha256 !== hash)
      throw new ProofProblem(
        `Entry ${entry.seq} answers another text than the one that the customer was shown.`,
      );
}
