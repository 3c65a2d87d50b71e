import assert from 'node:assert/strict';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { Signature, SigningKey } from '../../../protocol/proof/signing-key.ts';
import { isSignatureOf } from '../../../server/records/node-signatures.ts';
import { SigningEnd } from '../../support/signing-end.ts';

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

describe('a signing key', () => {
  it('is taken as its 32 bytes in base64, in the one way to write them', () => {
    const { signingKey } = new SigningEnd('customer');
    assert(SigningKey.safeParse(signingKey).success);
    const sameBytes = `${signingKey.slice(0, -2)}${String.fromCharCode(signingKey.charCodeAt(42) + 1)}=`;
    for (const wrong of [
      '',
      signingKey.slice(4),
      `${signingKey}AAAA`,
      sameBytes,
      signingKey.replace('=', ''),
    ])
      assert(!SigningKey.safeParse(wrong).success, wrong);
  });

  it('is not one that binds nobody: under it, anybody signs', () => {
    for (const encoding of ED25519_TORSION_SUBGROUP) {
      assert(ed25519.Point.fromHex(encoding, true).isSmallOrder());
      assert(!SigningKey.safeParse(base64(encoding)).success, encoding);
    }
    // R = s·B, and the key adds nothing to it: OpenSSL takes this for a signature of whatever is asked.
    const nobody = base64(ED25519_TORSION_SUBGROUP[0]!);
    const one = `01${'00'.repeat(31)}`;
    const forged = base64(ed25519.Point.BASE.toHex() + one);
    assert(isSignatureOf(nobody, 'I allow everything', forged), 'which is why it is refused');
    assert(!SigningKey.safeParse(nobody).success);
  });

  it('of small order is refused in its other encodings, too', () => {
    const p = 2n ** 255n - 19n;
    const encodings = [p, p + 1n].flatMap((y) => [y, y + 2n ** 255n]);
    encodings.push(1n + 2n ** 255n, p - 1n + 2n ** 255n);
    for (const encoding of encodings) {
      const bytes = Buffer.from(encoding.toString(16).padStart(64, '0'), 'hex').reverse();
      assert(!SigningKey.safeParse(bytes.toString('base64')).success, bytes.toString('hex'));
    }
  });

  it('makes signatures of 64 bytes, written in one way', () => {
    const { signature } = new SigningEnd('customer').sign('text');
    assert(Signature.safeParse(signature).success);
    assert(!Signature.safeParse(signature.replace('==', '')).success);
    assert(!Signature.safeParse(`${signature.slice(0, 85)}B==`).success);
  });
});
