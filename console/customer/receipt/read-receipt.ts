import type { Checkpoint } from '../../../protocol/proof/checkpoint.ts';
import { ProofProblem } from '../../../protocol/proof/proven-entry.ts';
import { checkReceipt } from '../../../protocol/proof/receipt.ts';
import { keyText, type NoteKey, parseKeyText } from '../../../protocol/proof/signed-note.ts';
import { Receipt } from '../../../protocol/receipt.ts';
import { type Entry, RECORD_TYPES, type RecordType } from '../../../protocol/record.ts';
import { type FoldedRecord, foldSession } from '../../../protocol/session-fold.ts';
import { t } from '../../shared/strings.ts';
import { PROOF_CRYPTO } from './proof-crypto.ts';

/** A receipt whose every entry was checked, and what the entries say together. */
export interface ReadReceipt {
  readonly receipt: Receipt;
  readonly checkpoint: Checkpoint;
  /** The key that signed, as one line. */
  readonly key: string;
  readonly record: FoldedRecord;
  /** Entries of kinds that this page does not know. */
  readonly others: number;
}

export type ReceiptVerdict = { readonly read: ReadReceipt } | { readonly problem: string };

const MAX_CHARACTERS = 64 * 1024 * 1024;

/** Checks the text of a receipt and folds what it says. Nothing is asked of anybody. */
export function readReceipt(text: string): ReceiptVerdict {
  if (text.length > MAX_CHARACTERS) return { problem: t.receipt.tooLarge };
  const parsed = Receipt.safeParse(jsonOf(text));
  if (!parsed.success) return { problem: t.receipt.notAReceipt };
  const receipt = parsed.data;
  try {
    const { checkpoint, key } = checkReceipt(PROOF_CRYPTO, receipt);
    const known = receipt.entries
      .map(({ entry, leaf }): unknown => ({ ...entry, seq: leaf + 1 }))
      .filter(isEntry);
    const record = foldSession(known)?.record;
    if (record === undefined) return { problem: t.receipt.cannotTell };
    const others = receipt.entries.length - known.length;
    return { read: { receipt, checkpoint, key: keyText(key, PROOF_CRYPTO.sha256), record, others } };
  } catch (error) {
    return { problem: error instanceof ProofProblem ? error.message : t.receipt.cannotTell };
  }
}

export const readKey = (typed: string): NoteKey | undefined => parseKeyText(typed, PROOF_CRYPTO.sha256);

/** What speaks against the receipt being signed with `trusted`, as a sentence. */
export function problemWithKey(receipt: Receipt, trusted: NoteKey): string | undefined {
  try {
    checkReceipt(PROOF_CRYPTO, receipt, trusted);
    return undefined;
  } catch (error) {
    if (error instanceof ProofProblem) return error.message;
    throw error;
  }
}

/** What a stranger's key vouches for may have any shape. */
function isEntry(entry: unknown): entry is Entry {
  const { type, at } = entry as { type?: unknown; at?: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(RECORD_TYPES, type)) return false;
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) return false;
  return RECORD_TYPES[type as RecordType].fields.safeParse(entry).success;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Answered as `undefined`, which the schema refuses.
    return undefined;
  }
}
