import type { LogCheckpoint, ProvenEntry } from '../log-proof.ts';
import { fromBase64 } from './base64.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { commitmentOf, SALT_BYTES } from './commitment.ts';
import { type Sha256, treeHashing, verifyInclusion } from './merkle.ts';
import { isSignedBy, type NoteKey, parseKeyText, parseNote, type VerifySignature } from './signed-note.ts';

/** What a verifier computes with: Node's cryptography, or one in JavaScript. */
export interface ProofCrypto {
  readonly sha256: Sha256;
  readonly verify: VerifySignature;
}

/** A proof that does not hold; the message says which and why, for people. */
export class ProofProblem extends Error {
  override readonly name = 'ProofProblem';
}

/**
 * The checkpoint inside, once its signature was verified with one of the log's keys.
 * @param trusted a key that the reader knows from elsewhere: then it must be the one that signed.
 * @throws ProofProblem
 */
export function openCheckpoint(
  crypto: ProofCrypto,
  { note, keys }: Pick<LogCheckpoint, 'note' | 'keys'>,
  trusted?: NoteKey,
): Checkpoint & { readonly key: NoteKey } {
  const parsed = parseNote(note);
  const checkpoint = parsed && parseCheckpoint(parsed.text);
  if (parsed === undefined || checkpoint === undefined)
    throw new ProofProblem('The checkpoint cannot be read.');
  const known = trusted === undefined ? keysOf(crypto, keys, checkpoint.origin) : [trusted];
  const key = known.find((each) => isSignedBy(parsed, each, crypto));
  if (key === undefined)
    throw new ProofProblem(
      trusted === undefined
        ? 'The checkpoint is not signed by the key that stands beside it.'
        : 'The checkpoint is not signed by the key that you gave.',
    );
  return { ...checkpoint, key };
}

/** @throws ProofProblem when the entry is not, word for word, the one that was logged. */
export function demandInLog(crypto: ProofCrypto, { size, root }: Checkpoint, proven: ProvenEntry): void {
  const { entry, leaf } = proven;
  const salt = fromBase64(proven.salt);
  const hashes = proven.hashes.map(fromBase64);
  const named = `Entry ${leaf + 1} (${String(entry.type)}, ${String(entry.at)})`;
  if (salt?.length !== SALT_BYTES || !hashes.every((hash) => hash !== undefined))
    throw new ProofProblem(`${named} has no proof that can be read.`);
  const hashing = treeHashing(crypto.sha256);
  const leafHash = hashing.leaf(commitmentOf(crypto.sha256, salt, entry));
  if (!verifyInclusion(hashing, { leafHash, index: leaf, size, root }, hashes))
    throw new ProofProblem(`${named} is not what the log holds: it, or its proof, was changed.`);
}

/** Only keys that carry the log's own name, and a first one that the name is made of. */
function keysOf({ sha256 }: ProofCrypto, texts: readonly string[], origin: string): NoteKey[] {
  const keys = texts.map((text) => parseKeyText(text, sha256)).filter((key) => key !== undefined);
  const [first] = keys;
  if (first === undefined || originOf(sha256, first.publicKey) !== origin)
    throw new ProofProblem('The first of the keys is not the one that the log is named after.');
  return keys.filter(({ name }) => name === origin);
}

/** The log's name: made of its first key, so that whoever knows the name can tell whether a first key is the right one. */
export const originOf = (sha256: Sha256, firstKey: Uint8Array): string =>
  `countersign/${Array.from(sha256(firstKey).slice(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
