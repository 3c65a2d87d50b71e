import { z } from 'zod';

/**
 * Points of small order on the curve, in every encoding that a verifier may accept. Under such a key anybody can make a
 * signature that fits, so whoever chose it could say of each of their statements that it was somebody else's.
 */
const KEYS_THAT_BIND_NOBODY: ReadonlySet<string> = new Set([
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA=',
  'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA=',
  'JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU=',
  'JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/IU=',
  'xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA3o=',
  'xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA/o=',
  '7P///////////////////////////////////////38=',
  '7P////////////////////////////////////////8=',
  '7f///////////////////////////////////////38=',
  '7f////////////////////////////////////////8=',
  '7v///////////////////////////////////////38=',
  '7v////////////////////////////////////////8=',
]);

/** The public half of an Ed25519 key (RFC 8032): its 32 bytes, in base64. Exactly one text per key. */
export const SigningKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'the 32 bytes of an Ed25519 key, in base64')
  .refine((key) => !KEYS_THAT_BIND_NOBODY.has(key), 'a key that binds its owner');

/** 64 bytes in base64, in the one way to write them. */
export const Signature = z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/, 'an Ed25519 signature, in base64');

/** Whether `signature` is that of `message` (in UTF-8) by the owner of `signingKey`. */
export type VerifySignature = (signingKey: string, message: string, signature: string) => Promise<boolean>;

/** SHA-256, in lower-case hexadecimal digits. */
export type HashBytes = (bytes: Uint8Array) => Promise<string>;
