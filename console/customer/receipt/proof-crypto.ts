import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { ProofCrypto } from '../../../protocol/proof/proven-entry.ts';

const SIGNATURE_BYTES = 64;

/** In JavaScript: browsers offer neither at once, and Ed25519 not all of them. */
export const PROOF_CRYPTO: ProofCrypto = {
  sha256: (bytes) => sha256(bytes),
  // As strict as RFC 8032, and as Node's, so that nobody's verifier says something else.
  verify: (key, message, signature) =>
    signature.length === SIGNATURE_BYTES && ed25519.verify(signature, message, key, { zip215: false }),
};
