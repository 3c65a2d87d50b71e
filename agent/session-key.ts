import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { SessionKey as AnySessionKey, Digests } from '../protocol/customer-end/session-key.ts';
import type { SignedStatement } from '../protocol/proof/signed-statement.ts';
import { type Statement, signedMessage, statementText } from '../protocol/proof/statement.ts';

/** In this process, and nowhere else. */
export class SessionKey implements AnySessionKey {
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

export const nodeDigests: Digests = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  salt: () => randomBytes(16).toString('base64'),
};
