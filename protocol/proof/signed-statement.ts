import { z } from 'zod';
import { safeFileName } from '../file-name.ts';
import { Signature } from './signing-key.ts';

/** The longest, an answer to a question for every tool, has some 700. */
export const MAX_STATEMENT_CHARACTERS = 2048;
/** Lines of an account that come in one message; each costs the broker a signature check. */
export const MAX_STATEMENTS_AT_ONCE = 4;

/** A statement (statement.ts) on its way and in the record: the text that was signed, to the letter. */
export const SignedStatement = z.strictObject({
  text: z.string().max(MAX_STATEMENT_CHARACTERS),
  signature: Signature,
});
export type SignedStatement = z.infer<typeof SignedStatement>;

/** Part of a message whose sender also says it in their account. */
export const stated = { statement: SignedStatement.optional() };

/** Lines of an account that belong to no other message, or whose message did not get through. */
export const AccountStated = z.object({
  type: z.literal('account.state'),
  statements: z.array(SignedStatement).min(1).max(MAX_STATEMENTS_AT_ONCE),
});

/** 16 random bytes in base64. */
export const NameSalt = z.string().regex(/^[A-Za-z0-9+/]{21}[AQgw]==$/);

/** What opens the digest of a file's name: goes to the record as an entry that is forgotten with the names. */
export const StatedName = z.strictObject({
  salt: NameSalt,
  name: z.string().refine((name) => !safeFileName(name).changed, 'a name that is safe'),
});
export type StatedName = z.infer<typeof StatedName>;

/**
 * The bytes that `nameSha256` is the hash of: the salt as it is written, and the name in UTF-8. The salt is first, and
 * always as long, so that the two cannot run into each other.
 */
export const nameDigestInput = ({ salt, name }: StatedName): Uint8Array =>
  new TextEncoder().encode(salt + name);
