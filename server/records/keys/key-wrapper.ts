import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Base64 in the one way to write it: no bit of the text goes unread. */
export const OneBase64 = z
  .base64()
  .refine((text) => Buffer.from(text, 'base64').toString('base64') === text, 'base64 in its one form');

/** A key in the keeping of another one. */
export const WrappedKey = z.object({
  /** The fingerprint of the key that it was wrapped by. */
  wrappedBy: z.string(),
  /** Base64; only who wrapped it knows how it is built. */
  sealed: OneBase64,
});
export type WrappedKey = z.infer<typeof WrappedKey>;

/** Keeps keys by encrypting them: a key that this process holds, or a service that never shows the one it has. */
export interface KeyWrapper {
  /** For messages: "the key file /etc/countersign/key". */
  readonly name: string;
  /** Tells keys apart without telling anything about them. */
  readonly fingerprint: string;
  /** @param context what the key is for: a key that was wrapped for one purpose cannot be passed off as another. */
  wrap(key: Uint8Array, context: string): Promise<WrappedKey>;
  /** `undefined` when it was changed, or wrapped for another purpose or by another key. */
  unwrap(wrapped: WrappedKey, context: string): Promise<Uint8Array | undefined>;
}

/** Wraps with AES-256-GCM; `sealed` is a nonce of 12 bytes, the ciphertext, a tag of 16. */
export function aesKeyWrapper(key: Uint8Array, name: string): KeyWrapper {
  const ownFingerprint = fingerprint(key);
  return {
    name,
    fingerprint: ownFingerprint,
    async wrap(wrapped, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([nonce, cipher.update(wrapped), cipher.final(), cipher.getAuthTag()]);
      return { wrappedBy: ownFingerprint, sealed: sealed.toString('base64') };
    },
    async unwrap({ wrappedBy, sealed }, context) {
      const bytes = Buffer.from(sealed, 'base64');
      if (wrappedBy !== ownFingerprint || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}

/** Sixteen hexadecimal digits that tell keys apart and tell nothing about them. */
export const fingerprint = (key: Uint8Array): string =>
  createHash('sha256').update('countersign key fingerprint').update(key).digest('hex').slice(0, 16);
