import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits from the system's generator, as 43 letters that pass through addresses and headers. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/** How a random secret is kept: with 256 random bits a plain SHA-256 cannot be searched. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares in constant time, whatever lengths they have. */
export const sameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());
