import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto';

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
