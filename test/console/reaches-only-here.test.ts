import assert from 'node:assert/strict';
import { reachesOnlyHere } from '../../console/admin/reaches-only-here.ts';

describe('the address that customers are told', () => {
  it('leads nobody else anywhere where it is this computer’s own', () => {
    const hostname = (address: string) => new URL(address).hostname;
    for (const address of [
      'http://127.0.0.1:8480',
      'http://localhost:8480',
      'http://[::1]:8480',
      'http://127.1',
    ])
      assert.equal(reachesOnlyHere(hostname(address)), true, address);
    for (const address of [
      'https://support.example.com',
      'http://192.0.2.7:8480',
      'https://127.0.0.1.example.com',
    ])
      assert.equal(reachesOnlyHere(hostname(address)), false, address);
  });
});
