import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { type Sha256, treeHashing } from '../../../protocol/proof/merkle.ts';
import type { ProofCrypto } from '../../../protocol/proof/proven-entry.ts';
import type { Sign, VerifySignature } from '../../../protocol/proof/signed-note.ts';

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
export const hashing = treeHashing(sha256);

const PUBLIC_KEYS_KEPT = 64;
const publicKeys = new Map<string, KeyObject | undefined>();

export const verifySignature: VerifySignature = (key, message, signature) => {
  const name = Buffer.from(key).toString('base64url');
  if (!publicKeys.has(name)) {
    if (publicKeys.size >= PUBLIC_KEYS_KEPT) publicKeys.clear();
    publicKeys.set(name, publicKeyOf(name));
  }
  const known = publicKeys.get(name);
  return known !== undefined && verify(null, message, known, signature);
};

/** What proofs are checked with. */
export const NODE_CRYPTO: ProofCrypto = { sha256, verify: verifySignature };

/** What signs the log's checkpoints: Ed25519 (RFC 8032). */
export interface LogSigner {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly sign: Sign;
}

/** DER of a PKCS #8 private key (RFC 8410, 7), up to the 32 bytes of the seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param seed the 32 bytes that a key pair is made from. */
export function logSigner(seed: Uint8Array): LogSigner {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { publicKey: new Uint8Array(publicKey), sign: (message) => sign(null, message, privateKey) };
}

/** 32 bytes that are no point of the curve are no key: then nothing verifies. */
function publicKeyOf(x: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    return undefined;
  }
}
