import assert from 'node:assert/strict';
import { Refusal } from '../../server/refusal.ts';
import { hashCode, newCode } from '../../server/sessions/code.ts';
import { CodeGuard } from '../../server/sessions/code-guard.ts';
import { FakeClock } from '../support/fake-clock.ts';

const tooMany = (error: unknown) => error instanceof Refusal && error.code === 'tries.too-many';

describe('code guard', () => {
  let clock: FakeClock;
  let guard: CodeGuard;
  beforeEach(() => {
    clock = new FakeClock();
    guard = new CodeGuard(clock);
  });

  const guess = (address: string) => {
    guard.check(address);
    guard.countWrong(address);
  };

  it('lets a person mistype, and stops a guesser at one address', () => {
    for (let i = 0; i < 10; i++) guess('192.0.2.1');
    assert.throws(
      () => guess('192.0.2.1'),
      (error: unknown) => tooMany(error) && (error as Refusal).retryAfterSeconds === 60,
    );
    guess('192.0.2.2');
    clock.advance(60_000);
    guess('192.0.2.1');
    assert.throws(() => guess('192.0.2.1'), tooMany);
  });

  it('takes a whole IPv6 /64 for one address', () => {
    for (let i = 0; i < 10; i++) guess(`2001:db8:0:1::${i}`);
    assert.throws(() => guess('2001:db8:0:1:ffff::1'), tooMany);
    guess('2001:db8:0:2::1');
  });

  it('stops guessers at many addresses, and lets ten tries a minute pass', () => {
    for (let i = 0; i < 100; i++) guess(`10.0.0.${i}`);
    assert.throws(() => guess('10.0.1.1'), tooMany);
    clock.advance(60_000);
    for (let i = 0; i < 10; i++) guess(`10.0.2.${i}`);
    assert.throws(() => guess('10.0.3.1'), tooMany);
  });

  it('holds the limit over days to what the decision record reckons with', () => {
    let tries = 0;
    for (let minute = 0; minute < 24 * 60; minute++) {
      for (let i = 0; i < 20; i++) {
        try {
          guess(`10.${minute % 256}.${i}.1`);
          tries += 1;
        } catch (error) {
          assert(tooMany(error));
        }
      }
      clock.advance(60_000);
    }
    assert(tries <= 14_500, `${tries} tries in a day`);
  });
});

describe('codes', () => {
  it('have nine digits and are not given out twice', () => {
    const taken = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      const code = newCode((wanted) => taken.has(wanted));
      assert.match(code, /^\d{9}$/);
      assert(!taken.has(code));
      taken.add(code);
    }
  });

  it('are kept under a key', () => {
    const key = new Uint8Array(32).fill(1);
    assert.equal(hashCode('123456789', key), hashCode('123456789', key));
    assert.notEqual(hashCode('123456789', key), hashCode('123456789', new Uint8Array(32)));
  });
});
