import { sha256 } from '@noble/hashes/sha2.js';
import type { Digests } from '../../../protocol/customer-end/session-key.ts';

/** At once, because a stop does not wait for a promise; WebCrypto knows only promises. */
export const pageDigests: Digests = {
  sha256,
  salt: () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))),
};
