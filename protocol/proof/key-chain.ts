import { fromBase64, toBase64 } from './base64.ts';
import { type Sha256, sameBytes } from './merkle.ts';
import { type NoteKey, parseKeyText, type VerifySignature } from './signed-note.ts';

/** A key of a log, and what the one before it signed of it: 64 bytes. The first has none, nor has one that took the place of a lost key. */
export interface ChainedKey extends NoteKey {
  readonly voucher?: Uint8Array | undefined;
}

/** A chain as it is passed on: keys in their order, and a voucher for each after the first, empty where there is none. */
export interface WrittenChain {
  readonly keys: readonly string[];
  readonly vouchers?: readonly string[] | undefined;
}

const utf8 = new TextEncoder();

/** What a key signs, so that who trusts it can trust the one that takes its place. No checkpoint reads like it. */
export const voucherText = (nextKey: Uint8Array): Uint8Array =>
  utf8.encode(`countersign log key v1\n${toBase64(nextKey)}\n`);

/** What cannot be read as a key is left out, and whatever it vouched for is then vouched for by nobody. */
export const readChain = (sha256: Sha256, { keys, vouchers = [] }: WrittenChain): ChainedKey[] =>
  keys.flatMap((text, index) => {
    const key = parseKeyText(text, sha256);
    const voucher = vouchers[index - 1];
    return key === undefined ? [] : [{ ...key, ...(voucher && { voucher: fromBase64(voucher) }) }];
  });

export const isVouchedForBy = (verify: VerifySignature, before: NoteKey, key: ChainedKey): boolean =>
  key.voucher !== undefined &&
  key.name === before.name &&
  verify(before.publicKey, voucherText(key.publicKey), key.voucher);

export const isSameKey = (one: NoteKey, other: NoteKey): boolean =>
  one.name === other.name && sameBytes(one.publicKey, other.publicKey);

/** `trusted`, and the keys behind it in the chain as far as each is vouched for by the one before it. */
export function keysFrom(
  verify: VerifySignature,
  chain: readonly ChainedKey[],
  trusted: ChainedKey,
): ChainedKey[] {
  const place = chain.findIndex((key) => isSameKey(key, trusted));
  const found = [trusted];
  for (const key of place === -1 ? [] : chain.slice(place + 1)) {
    if (!isVouchedForBy(verify, found.at(-1) as ChainedKey, key)) break;
    found.push(key);
  }
  return found;
}
