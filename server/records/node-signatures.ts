import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { HashBytes, VerifySignature } from '../../protocol/proof/signing-key.ts';

const verifyElsewhere = promisify(verify);

/** On another thread, so that whoever reads a long record holds nobody up. */
export const verifySignature: VerifySignature = (signingKey, message, signature) =>
  verifyElsewhere(null, Buffer.from(message), publicKey(signingKey), Buffer.from(signature, 'base64'));

/** At once, for what must be decided in the order in which it came: a tenth of a millisecond. */
export const isSignatureOf = (signingKey: string, message: string, signature: string): boolean =>
  verify(null, Buffer.from(message), publicKey(signingKey), Buffer.from(signature, 'base64'));

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

export const hashBytes: HashBytes = async (bytes) => sha256(bytes);

/** Node takes a bare key only as JWK (RFC 8037). */
const publicKey = (signingKey: string): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(signingKey, 'base64').toString('base64url') },
    format: 'jwk',
  });
