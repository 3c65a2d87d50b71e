import assert from 'node:assert/strict';
import { consentTextOf } from '../../server/consent/consent-text.ts';

describe('the consent text', () => {
  const told = (text: string, retention: Record<string, number>) =>
    consentTextOf({ consentText: { text, version: '3' }, retention });

  it('tells how long each kind of data is kept, whole years as years', () => {
    for (const [days, period] of [
      [0, '0 days'],
      [1, '1 day'],
      [42, '42 days'],
      [365, '1 year'],
      [366, '366 days'],
      [730, '2 years'],
    ] as const) {
      assert.deepEqual(told('Kept for {session-record}.', { 'session-record': days }), {
        text: `Kept for ${period}.`,
        version: '3',
      });
    }
  });

  it('leaves a name in braces alone that is no kind of data', () => {
    assert.equal(told('{constructor} {a-b}', {}).text, '{constructor} {a-b}');
  });
});
