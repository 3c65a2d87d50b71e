import { z } from 'zod';
import { toBase64 } from '../../../protocol/proof/base64.ts';
import type { Checkpoint } from '../../../protocol/proof/checkpoint.ts';
import { jsonFault } from '../../../protocol/proof/json-fault.ts';
import { readChain } from '../../../protocol/proof/key-chain.ts';
import { readOneWay } from '../../../protocol/proof/one-reading.ts';
import { ProofProblem } from '../../../protocol/proof/proven-entry.ts';
import { checkReceipt } from '../../../protocol/proof/receipt.ts';
import {
  checkSignatures,
  entriesOf,
  keyFingerprint,
  type SignedAccount,
} from '../../../protocol/proof/receipt-signatures.ts';
import { keyText, type NoteKey, parseKeyText } from '../../../protocol/proof/signed-note.ts';
import type { MissingEntry } from '../../../protocol/proof/whole-session.ts';
import { RECEIPT_FORMAT, Receipt } from '../../../protocol/receipt.ts';
import { type FoldedRecord, foldSession } from '../../../protocol/session-fold.ts';
import { receiptWords } from '../../shared/strings/receipt.ts';
import { PROOF_CRYPTO } from './proof-crypto.ts';

/** A receipt whose every entry was checked, and what the entries say together. */
export interface ReadReceipt {
  readonly receipt: Receipt;
  readonly checkpoint: Checkpoint;
  /** The key that signed, as one line. */
  readonly key: string;
  /** Sixteen digits that tell it from others, as the organisation's own pages show them. */
  readonly fingerprint: string;
  readonly record: FoldedRecord;
  /** What both ends signed of it. */
  readonly accounts: readonly SignedAccount[];
  /** What receipts leave out. */
  readonly missing: readonly MissingEntry[];
  /** Entries of kinds that this page does not know. */
  readonly others: number;
}

const fingerprintOf = (key: NoteKey): string => keyFingerprint(PROOF_CRYPTO, toBase64(key.publicKey));

/** Of the keys that the receipt names: whether one signed it, or vouches for the one that did, is checked as of any other. */
const keyOf = ({ checkpoint }: Receipt, fingerprint: string): NoteKey | undefined =>
  readChain(PROOF_CRYPTO.sha256, checkpoint).find((key) => fingerprintOf(key) === fingerprint);

/** `problem`: what is wrong with a receipt. `other`: what else was opened, which is no reason to doubt anything. */
export type ReceiptVerdict =
  | { readonly read: ReadReceipt }
  | { readonly problem: string }
  | { readonly other: string };

/** What every PDF begins with (ISO 32000-1, 7.5.2). */
const PDF = '%PDF-';

/** By its own words, also where it was cut off and is no JSON any more, or none that all read alike. */
const claimsToBeReceipt = (content: unknown, text: string): boolean =>
  content === undefined
    ? text.trimStart().startsWith('{') && text.includes(RECEIPT_FORMAT)
    : z.looseObject({ format: z.literal(RECEIPT_FORMAT) }).safeParse(content).success;

/** With the place where it stops being JSON, as `countersign verify` names it: who has a copy knows where to look. */
function brokenAt(content: unknown, text: string): string {
  const fault = content === undefined ? jsonFault(text) : undefined;
  return [receiptWords.notAReceipt, ...(fault ? [receiptWords.noJsonFrom(fault.line, fault.byte)] : [])].join(
    ' ',
  );
}

const MAX_CHARACTERS = 64 * 1024 * 1024;

/** Checks the text of a receipt and folds what it says. Nothing is asked of anybody. */
export async function readReceipt(text: string): Promise<ReceiptVerdict> {
  if (text.length > MAX_CHARACTERS) return { problem: receiptWords.tooLarge };
  const content = readOneWay(text);
  const parsed = Receipt.safeParse(content);
  if (!parsed.success)
    return claimsToBeReceipt(content, text)
      ? { problem: brokenAt(content, text) }
      : { other: text.startsWith(PDF) ? receiptWords.otherIsPdf : receiptWords.otherIs };
  const receipt = parsed.data;
  try {
    const { checkpoint, key, missing } = checkReceipt(PROOF_CRYPTO, receipt);
    const known = entriesOf(receipt);
    const record = foldSession(known)?.record;
    if (record === undefined) return { problem: receiptWords.cannotTell };
    const accounts = checkSignatures(PROOF_CRYPTO, known);
    const others = receipt.entries.length - known.length;
    const signed = keyText(key, PROOF_CRYPTO.sha256);
    const fingerprint = fingerprintOf(key);
    return { read: { receipt, checkpoint, key: signed, fingerprint, record, accounts, missing, others } };
  } catch (error) {
    return { problem: error instanceof ProofProblem ? error.message : receiptWords.cannotTell };
  }
}

/** What somebody was told of the organisation's key: the key itself, or, by telephone, its fingerprint. */
export type ToldKey = { readonly key: NoteKey } | { readonly fingerprint: string };

/** However it is written: in groups, with colons, in capitals, with the word before it. */
export function readTold(typed: string): ToldKey | undefined {
  const key = parseKeyText(typed, PROOF_CRYPTO.sha256);
  if (key !== undefined) return { key };
  const digits = typed
    .toLowerCase()
    .replace(/^\s*fingerprint/, '')
    .replace(/[\s\p{Dash}\p{Cf}:.,]/gu, '');
  return /^[0-9a-f]{16}$/.test(digits) ? { fingerprint: digits } : undefined;
}

/** What speaks against the receipt being signed with the key that somebody was told of, as a sentence. */
export function problemWith(receipt: Receipt, told: ToldKey): string | undefined {
  const trusted = 'key' in told ? told.key : keyOf(receipt, told.fingerprint);
  if (trusted === undefined) return receiptWords.otherFingerprint;
  try {
    checkReceipt(PROOF_CRYPTO, receipt, trusted);
    return undefined;
  } catch (error) {
    if (error instanceof ProofProblem) return error.message;
    throw error;
  }
}
