import { safeFileName } from '../file-name.ts';
import type { TechnicianCard } from '../join.ts';
import { toHex } from '../proof/hex.ts';
import { nameDigestInput, type SignedStatement, type StatedName } from '../proof/signed-statement.ts';
import type { ShownText, Statement } from '../proof/statement.ts';

/** An Ed25519 key that is made for one session and is gone with it: nobody can sign for this customer again. */
export interface SessionKey {
  /** The public half. */
  readonly signingKey: string;
  /** A key that cannot sign any more rejects: what it was to sign is then said without a signature. */
  sign(statement: Statement): SignedStatement | Promise<SignedStatement>;
}

/** What every runtime has, by another name in each. */
export interface Digests {
  sha256(bytes: Uint8Array): Uint8Array;
  /** 16 random bytes in base64. */
  salt(): string;
}

/** The consent text that this card puts in front of the customer. */
export const shownIn = (card: TechnicianCard, { sha256 }: Digests): ShownText => ({
  textVersion: card.consentTextVersion,
  textSha256: toHex(sha256(new TextEncoder().encode(card.consentText))),
});

/** A name for the account, which keeps only its salted digest. */
export function saltedName(
  name: string,
  { sha256, salt }: Digests,
): { statedName: StatedName; nameSha256: string } {
  const statedName = { salt: salt(), name: safeFileName(name).name };
  return { statedName, nameSha256: toHex(sha256(nameDigestInput(statedName))) };
}
