import { canonicalJson, type Json } from './canonical-json.ts';
import type { Sha256 } from './merkle.ts';

export const SALT_BYTES = 32;
const utf8 = new TextEncoder();

/**
 * The bytes that an entry puts into the log: SHA-256 of a random salt and the entry's canonical JSON (RFC 8785), without
 * `seq`, which its place in the log tells. When the entry and its salt are gone nobody can find out what it said, not
 * even by guessing; the log's proofs still hold.
 */
export function commitmentOf(
  sha256: Sha256,
  salt: Uint8Array,
  entry: { readonly [name: string]: unknown },
): Uint8Array {
  const { seq: _, ...said } = entry;
  const text = canonicalJson(said as Json);
  // No UTF-16 code unit takes more than three bytes. Written in place: this is done for each entry that is ever verified.
  const bytes = new Uint8Array(salt.length + 3 * text.length);
  bytes.set(salt);
  const { written } = utf8.encodeInto(text, bytes.subarray(salt.length));
  return sha256(bytes.subarray(0, salt.length + written));
}
