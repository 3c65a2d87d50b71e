import { canonicalJson, type Json } from './canonical-json.ts';
import type { Sha256 } from './merkle.ts';
import { joined } from './signed-note.ts';

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
  return sha256(joined(salt, utf8.encode(canonicalJson(said as Json))));
}
