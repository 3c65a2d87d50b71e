import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { safeFileName } from '../protocol/file-name.ts';
import type { TechnicianCard } from '../protocol/join.ts';
import {
  nameDigestInput,
  type SignedStatement,
  type StatedName,
} from '../protocol/proof/signed-statement.ts';
import { type ShownText, type Statement, signedMessage, statementText } from '../protocol/proof/statement.ts';

/** An Ed25519 key that is made for one session and is gone with it: nobody can sign for this customer again. */
export class SessionKey {
  /** The public half. */
  readonly signingKey: string;
  readonly #privateKey: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.#privateKey = privateKey;
    // Node gives the bare 32 bytes only as JWK (RFC 8037).
    const { x = '' } = publicKey.export({ format: 'jwk' });
    this.signingKey = Buffer.from(x, 'base64url').toString('base64');
  }

  sign(statement: Statement): SignedStatement {
    const text = statementText(statement);
    const signature = sign(null, Buffer.from(signedMessage(text)), this.#privateKey).toString('base64');
    return { text, signature };
  }
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** The consent text that this card puts in front of the customer. */
export const shownIn = (card: TechnicianCard): ShownText => ({
  textVersion: card.consentTextVersion,
  textSha256: sha256(card.consentText),
});

/** A name for the account, which keeps only its salted digest. */
export function saltedName(name: string): { statedName: StatedName; nameSha256: string } {
  const statedName = { salt: randomBytes(16).toString('base64'), name: safeFileName(name).name };
  return { statedName, nameSha256: sha256(nameDigestInput(statedName)) };
}
