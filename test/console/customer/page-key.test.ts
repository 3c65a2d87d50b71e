import assert from 'node:assert/strict';
import { makePageKey, storedPageKey } from '../../../console/customer/browser/page-key.ts';
import { signedMessage } from '../../../protocol/proof/statement.ts';
import { isSignatureOf } from '../../../server/records/node-signatures.ts';

describe("A page's key", () => {
  it('signs in a window without storage too, where nobody finds it after a reload', async () => {
    assert.equal('indexedDB' in globalThis, false, 'Node has none');
    const key = await makePageKey();
    assert(key);
    const { text, signature } = await key.sign({
      session: '01890000-0000-7000-8000-000000000001',
      side: 'customer',
      number: 1,
      at: '2026-01-01T00:00:00.000Z',
      says: { type: 'surface.shared', surface: 'tab' },
    });
    assert(isSignatureOf(key.signingKey, signedMessage(text), signature));
    assert.equal(await storedPageKey(key.signingKey), undefined);
  });
});
