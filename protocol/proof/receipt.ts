import type { Receipt } from '../receipt.ts';
import type { Checkpoint } from './checkpoint.ts';
import { toHex } from './hex.ts';
import { isKnownType, isSessionEntry } from './known-entries.ts';
import { openCheckpoint, type ProofCrypto, ProofProblem } from './proven-entry.ts';
import { demandSession, type ProvenSession } from './proven-session.ts';
import { entriesOf } from './receipt-signatures.ts';
import type { NoteKey } from './signed-note.ts';

export interface CheckedReceipt extends ProvenSession {
  readonly checkpoint: Checkpoint;
  /** The key that signed the checkpoint. */
  readonly key: NoteKey;
}

/**
 * Whether the receipt's entries are the session, from its beginning to its end. What both ends signed inside the entries
 * is checked by `receipt-signatures.ts`.
 * @param trusted the log's key where the reader knows it; otherwise the one that stands in the receipt is believed.
 * @throws ProofProblem with the first thing that is wrong, as a sentence for people.
 */
export function checkReceipt(crypto: ProofCrypto, receipt: Receipt, trusted?: NoteKey): CheckedReceipt {
  const { key, ...checkpoint } = openCheckpoint(crypto, receipt.checkpoint, trusted);
  const { entries, missing } = demandSession(crypto, checkpoint, receipt);
  if (!entries.some(({ type }) => type === 'session.ended'))
    throw new ProofProblem('The receipt does not reach to the end of the session.');
  demandReadable(receipt);
  demandShown(crypto, receipt);
  return { checkpoint, key, entries, missing };
}

/** Entries of other kinds may be a newer broker's; one of a known kind that cannot be read would be passed over in silence. */
function demandReadable({ entries }: Receipt): void {
  for (const { entry, leaf } of entries)
    if (isKnownType(entry.type) && !isSessionEntry({ ...entry, seq: leaf + 1 }))
      throw new ProofProblem(
        `Log entry ${leaf + 1} (${entry.type}, ${String(entry.at)}) does not say what an entry of its kind says, or a newer version wrote it.`,
      );
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
        `Log entry ${entry.seq} answers another text than the one that the customer was shown.`,
      );
}
