import assert from 'node:assert/strict';
import { AddressTries, MAX_ADDRESSES } from '../../server/access/address-tries.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('tries of an address', () => {
  const RATE = { burst: 2, refillMs: 1_000 };

  it('are so many at once, then as many as come back, for each address by itself', () => {
    const clock = new FakeClock();
    const tries = new AddressTries(RATE, clock);
    tries.take('192.0.2.1');
    tries.take('192.0.2.1');
    assert.throws(() => tries.take('192.0.2.1'), { code: 'tries.too-many', retryAfterSeconds: 1 });
    tries.take('192.0.2.2');
    clock.advance(1_000);
    tries.take('192.0.2.1');
    assert.throws(() => tries.take('192.0.2.1'), { code: 'tries.too-many' });
  });

  it('are those of the whole network that one customer has', () => {
    const tries = new AddressTries(RATE, new FakeClock());
    tries.take('2001:db8::1');
    tries.take('2001:db8::2');
    assert.throws(() => tries.take('2001:db8::3'), { code: 'tries.too-many' });
    tries.take('2001:db8:0:1::1');
  });

  it('shut nobody out, however many addresses ask', () => {
    const tries = new AddressTries(RATE, new FakeClock());
    for (let host = 0; host <= MAX_ADDRESSES + 5; host += 1)
      tries.take(`10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`);
  });
});
