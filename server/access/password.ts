import { hash, verify } from '@node-rs/argon2';
import { Refusal } from '../refusal.ts';

/** OWASP Password Storage Cheat Sheet: argon2id, m=19 MiB, t=2, p=1. Algorithm 2 is argon2id. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** One spelling per password, however the keyboard composed its letters (NIST SP 800-63B 3.1.1.2). */
const oneSpelling = (password: string) => password.normalize('NFKC');

/** Answers a PHC string with its own random salt. */
export const hashPassword = (password: string): Promise<string> => hash(oneSpelling(password), ARGON2ID);

/** What an unknown user's password is compared with, so that both answers take the same time. */
const nobodysHash = hashPassword('a password that nobody has');

/** Each takes 19 MiB while it runs and waits for one of libuv's threads: beyond this many a flood gets nothing. */
const MAX_AT_ONCE = 64;
let underWay = 0;

/**
 * Whether `password` belongs to `passwordHash`. Without a hash it does the same work and answers no:
 * how long it takes must not tell whether an account exists.
 * @throws Refusal `tries.too-many` when too many others are being checked.
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  if (underWay >= MAX_AT_ONCE) {
    throw new Refusal('tries.too-many', 'Too many people sign in at this moment. Try again.', undefined, 5);
  }
  underWay++;
  try {
    const matches = await verify(passwordHash ?? (await nobodysHash), oneSpelling(password));
    return matches && passwordHash !== undefined;
  } finally {
    underWay--;
  }
}
