import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { SignedStatement } from '../../protocol/proof/signed-statement.ts';
import { type Says, type Statement, signedMessage, statementText } from '../../protocol/proof/statement.ts';
import type { Side } from '../../protocol/session.ts';

/** An end of a session that signs whatever a test makes it say. */
export class SigningEnd {
  readonly signingKey: string;
  readonly side: Side;
  session = '';
  number = 0;
  readonly privateKey: KeyObject;

  constructor(side: Side, session = '') {
    this.side = side;
    this.session = session;
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.privateKey = privateKey;
    const { x } = publicKey.export({ format: 'jwk' });
    this.signingKey = Buffer.from(x!, 'base64url').toString('base64');
  }

  /** The next line of its account; `change`: what is wrong with it. */
  say(says: Says, change: Partial<Statement> = {}): SignedStatement {
    this.number += 1;
    const { session, side, number } = this;
    return this.sign(
      statementText({ session, side, number, at: '2026-03-02T09:00:00.000Z', says, ...change }),
    );
  }

  sign(text: string): SignedStatement {
    const signature = sign(null, Buffer.from(signedMessage(text)), this.privateKey).toString('base64');
    return { text, signature };
  }
}
