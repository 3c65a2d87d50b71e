import type { LogCheckpoint, ProvenEntry } from '../log-proof.ts';
import { plain } from '../plain-text.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { commitmentOf, SALT_BYTES } from './commitment.ts';
import { toHex } from './hex.ts';
import { type ChainedKey, isSameKey, isVouchedForBy, keysFrom, readChain } from './key-chain.ts';
import { type Sha256, treeHashing, verifyInclusion } from './merkle.ts';
import { isSignedBy, type NoteKey, parseNote, type SignedNote, type VerifySignature } from './signed-note.ts';

/** What a verifier computes with: Node's cryptography, or one in JavaScript. */
export interface ProofCrypto {
  readonly sha256: Sha256;
  readonly verify: VerifySignature;
}

/**
 * A proof that does not hold; the message says which and why, for people: a sentence to each line. Sentences quote what
 * strangers wrote, so nothing in them may end a line or move a terminal's cursor over the others.
 */
export class ProofProblem extends Error {
  override readonly name = 'ProofProblem';

  constructor(...sentences: readonly string[]) {
    super(sentences.map(plain).join('\n'));
  }
}

/**
 * The checkpoint inside, once its signature was verified with one of the log's keys: the one that the log is named after, or
 * one that came after it, each vouched for by the one before it.
 * @param trusted a key that the reader knows from elsewhere: then it must have signed, or a key that comes after it so.
 * @throws ProofProblem
 */
export function openCheckpoint(
  crypto: ProofCrypto,
  shown: Pick<LogCheckpoint, 'note' | 'keys' | 'vouchers'> & Partial<LogCheckpoint>,
  trusted?: NoteKey,
): Checkpoint & { readonly key: NoteKey } {
  const parsed = parseNote(shown.note);
  const checkpoint = parsed && parseCheckpoint(parsed.text);
  if (parsed === undefined || checkpoint === undefined)
    throw new ProofProblem('The checkpoint cannot be read.');
  const chain = readChain(crypto.sha256, shown).filter(({ name }) => name === checkpoint.origin);
  const start = trusted ?? firstOf(crypto, chain, checkpoint.origin);
  const key = keysFrom(crypto.verify, chain, start).find((each) => isSignedBy(parsed, each, crypto));
  if (key === undefined) throw new ProofProblem(whyNot(crypto, parsed, chain, trusted));
  if (chain.length < shown.keys.length)
    throw new ProofProblem('One of the keys beside the checkpoint is no key of this log.');
  demandNothingBesides(crypto, parsed, chain, shown.vouchers ?? []);
  const { origin = checkpoint.origin, size = checkpoint.size, root = toBase64(checkpoint.root) } = shown;
  if (origin !== checkpoint.origin || size !== checkpoint.size || root !== toBase64(checkpoint.root))
    throw new ProofProblem('What stands beside the checkpoint is not what the checkpoint says.');
  return { ...checkpoint, key };
}

/** @throws ProofProblem when the entry is not, word for word, the one that was logged. */
export function demandInLog(crypto: ProofCrypto, { size, root }: Checkpoint, proven: ProvenEntry): void {
  const { entry, leaf } = proven;
  const salt = fromBase64(proven.salt);
  const hashes = proven.hashes.map(fromBase64);
  const named = `Log entry ${leaf + 1} (${String(entry.type)}, ${String(entry.at)})`;
  if (salt?.length !== SALT_BYTES || !hashes.every((hash) => hash !== undefined))
    throw new ProofProblem(`${named} has no proof that can be read.`);
  const hashing = treeHashing(crypto.sha256);
  const leafHash = hashing.leaf(commitmentOf(crypto.sha256, salt, entry));
  if (!verifyInclusion(hashing, { leafHash, index: leaf, size, root }, hashes))
    throw new ProofProblem(`${named} is not what the log holds: it, or its proof, was changed.`);
}

/** The newest key signs, and stands last: what else stands there as if it were of the log, nothing proves. */
function demandNothingBesides(
  crypto: ProofCrypto,
  note: SignedNote,
  chain: readonly ChainedKey[],
  vouchers: readonly string[],
): void {
  const last = chain.at(-1);
  if (last === undefined || !isSignedBy(note, last, crypto))
    throw new ProofProblem('The last of the keys beside the checkpoint is not the one that signed it.');
  if (vouchers.length !== chain.length - 1)
    throw new ProofProblem('Beside the checkpoint is not one voucher for each key after the first.');
  // Empty where the key before it was lost.
  for (const [index, key] of chain.slice(1).entries())
    if (vouchers[index] !== '' && !isVouchedForBy(crypto.verify, chain[index] as ChainedKey, key))
      throw new ProofProblem(
        `What is said to vouch for key ${index + 2} beside the checkpoint is not of the key before it.`,
      );
}

function firstOf({ sha256 }: ProofCrypto, chain: readonly ChainedKey[], origin: string): ChainedKey {
  const [first] = chain;
  if (first === undefined || originOf(sha256, first.publicKey) !== origin)
    throw new ProofProblem('The first of the keys is not the one that the log is named after.');
  return first;
}

/** Why nobody who is trusted signed, for people. */
function whyNot(
  crypto: ProofCrypto,
  note: SignedNote,
  chain: readonly ChainedKey[],
  trusted: NoteKey | undefined,
): string {
  const signer = chain.find((key) => isSignedBy(note, key, crypto));
  if (signer === undefined)
    return trusted === undefined
      ? 'The checkpoint is not signed by the key that stands beside it.'
      : 'The checkpoint is not signed by the key that you gave.';
  const before = chain.findIndex((key) => trusted !== undefined && isSameKey(key, trusted));
  if (trusted !== undefined && (before === -1 || before > chain.indexOf(signer)))
    return 'The checkpoint is not signed by the key that you gave, nor by one that came after it: it may be older than that key, so give the one of its time, if you trust that one still.';
  return trusted === undefined
    ? 'The checkpoint is signed by a key that took the place of another one, and that one does not vouch for it: give the organisation’s key as you know it from elsewhere.'
    : 'The checkpoint is signed by a key that came after the one that you gave, and that one does not vouch for it.';
}

/** The log's name: made of its first key, so that whoever knows the name can tell whether a first key is the right one. */
export const originOf = (sha256: Sha256, firstKey: Uint8Array): string =>
  `countersign/${toHex(sha256(firstKey).slice(0, 16))}`;
