import assert from 'node:assert/strict';
import { Refusal } from '../../server/refusal.ts';
import { hashCode, newCode } from '../../server/sessions/code.ts';
import { CodeGuard, MAX_NETWORKS } from '../../server/sessions/code-guard.ts';
import { FakeClock } from '../support/fake-clock.ts';

const HOUR = 60 * 60_000;
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

  it('takes a whole IPv6 /64 for one address, and lets a /56 and a /48 not be many', () => {
    for (let i = 0; i < 10; i++) guess(`2001:db8:0:100::${i}`);
    assert.throws(() => guess('2001:db8:0:100:ffff::1'), tooMany);
    for (let i = 0; i < 10; i++) guess('2001:db8:0:101::1');
    assert.throws(() => guess('2001:db8:0:102::1'), tooMany, 'the /56 has made its mistakes');
    for (let i = 0; i < 20; i++) guess(`2001:db8:0:2${i + 10}::1`);
    assert.throws(() => guess('2001:db8:0:300::1'), tooMany, 'the /48 has made its mistakes');
    guess('2001:db8:1::1');
  });

  /** Uses up what everybody together may get wrong, at these addresses. */
  const useUp = (addresses: readonly string[]) => {
    for (const address of addresses) for (let i = 0; i < 10; i++) guess(address);
  };
  const ten = Array.from({ length: 10 }, (_, i) => `10.0.0.${i}`);

  it('lets the honest one still get in while ten others guess, also after a slip', () => {
    useUp(ten);
    for (let minute = 0; minute < 60; minute++) {
      for (const address of ten) if (minute > 0) guess(address);
      for (const address of ten) assert.throws(() => guess(address), tooMany);
      guard.check('192.0.2.1');
      guard.check('2001:db8::1');
      clock.advance(60_000);
    }
    for (const address of ten) guess(address);
    guess('192.0.2.1');
    guard.check('192.0.2.1');
  });

  it('lets nobody guess on at a new address once it has slipped twice, while the others guess', () => {
    useUp(ten);
    for (const address of ['192.0.2.1', '2001:db8::1']) {
      guess(address);
      guess(address);
      assert.throws(
        () => guess(address),
        (error: unknown) => tooMany(error) && (error as Refusal).retryAfterSeconds === 6,
      );
    }
    clock.advance(6_000);
    guess('192.0.2.1');
    assert.throws(() => guess('192.0.2.1'), tooMany);
  });

  it('shuts strangers out when it cannot remember more, of that family of addresses only', () => {
    for (let i = 0; i < MAX_NETWORKS; i++) guard.countWrong(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    assert.throws(() => guard.check('192.0.2.1'), tooMany);
    guard.check('2001:db8::1');
    clock.advance(24 * HOUR);
    guard.check('192.0.2.1');
  });

  it('holds the limit over days to what the decision record reckons with', () => {
    const addresses = Array.from({ length: 40 }, (_, i) => `10.0.0.${i}`);
    let tries = 0;
    for (let minute = 0; minute < 24 * 60; minute++) {
      for (const address of addresses) {
        try {
          guess(address);
          tries += 1;
        } catch (error) {
          assert(tooMany(error));
        }
      }
      clock.advance(60_000);
    }
    assert(tries <= 14_500 + 40 * 4, `${tries} tries in a day`);
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
