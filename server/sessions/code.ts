import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const CODES = 1_000_000_000;

/** Nine digits from a CSPRNG, such that no session waits under the same one. */
export function newCode(isTaken: (code: string) => boolean): string {
  for (;;) {
    const code = String(randomInt(CODES)).padStart(9, '0');
    if (!isTaken(code)) return code;
  }
}

/** What is kept of a code. Keyed, because nine digits behind a plain hash are found by trying all of them. */
export function hashCode(code: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(code).digest('base64url');
}

/** What an agent authenticates with: 256 random bits, so its plain hash is safe to keep. */
export const newAgentToken = (): string => randomBytes(32).toString('base64url');

export const hashAgentToken = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');

/** Whether `token` is the one that hashes to `hash`, as the record keeps it. */
export const isAgentToken = (token: string, hash: unknown): boolean =>
  typeof hash === 'string' && timingSafeEqual(sha256(hashAgentToken(token)), sha256(hash));

const sha256 = (text: string) => createHash('sha256').update(text).digest();
