import assert from 'node:assert/strict';
import type { User } from '../../protocol/access.ts';
import { SignIn } from '../../server/access/sign-in.ts';
import { PASSWORD, type RunningAccess, someone, startAccess } from './start-access.ts';

const LIMITS = {
  accountFromAddress: { tries: 3, withinSeconds: 900 },
  account: { tries: 6, withinSeconds: 900 },
  address: { tries: 8, withinSeconds: 900 },
};

describe('sign-in by password', () => {
  let access: RunningAccess;
  let signIn: SignIn;
  let tess: User;

  before(async () => {
    access = await startAccess();
  });
  beforeEach(async () => {
    signIn = new SignIn({ accounts: access.store, recorder: access.store, limits: LIMITS });
    tess = await access.users.add(someone('technician'), 'test');
    await access.fresh();
  });
  after(() => access.stop());

  const tryToSignIn = (more: { email?: string; password?: string; address?: string } = {}) =>
    signIn.byPassword({
      email: tess.email,
      password: PASSWORD,
      address: '192.0.2.1',
      userAgent: 'Browser/1.0',
      ...more,
    });
  const wrong = { password: 'not the password' };

  it('answers the user, and stands in the record with address and browser', async () => {
    const user = await tryToSignIn();
    assert.equal(user.id, tess.id);
    const last = (await access.entries()).at(-1);
    assert.deepEqual(last?.type === 'sign-in.succeeded' && [last.userId, last.address, last.userAgent], [
      user.id,
      '192.0.2.1',
      'Browser/1.0',
    ]);
  });

  it('gives one answer for a wrong password, an unknown address and a disabled user', async () => {
    const mona = await access.users.add(someone('manager'), 'test');
    await access.users.change(mona.id, { disabled: true }, 'test');
    const answers = await Promise.all(
      [wrong, { email: 'nobody@example.com' }, { email: mona.email }].map((attempt) =>
        tryToSignIn(attempt).then(
          () => assert.fail('signed in'),
          (error) => [error.code, error.message],
        ),
      ),
    );
    assert.equal(answers[0]?.[0], 'sign-in.wrong');
    assert.deepEqual(answers[1], answers[0]);
    assert.deepEqual(answers[2], answers[0]);
  });

  it('puts failures into the record with their reason', async () => {
    const mona = await access.users.add(someone('manager'), 'test');
    await access.users.change(mona.id, { disabled: true }, 'test');
    await assert.rejects(tryToSignIn(wrong));
    await assert.rejects(tryToSignIn({ email: mona.email }));
    const reasons = (await access.entries()).flatMap((entry) =>
      entry.type === 'sign-in.failed' ? [[entry.email, entry.reason]] : [],
    );
    assert.deepEqual(reasons, [
      [tess.email, 'wrong'],
      [mona.email, 'disabled'],
    ]);
  });

  it('stops guessing at one account from one address, also with the right password then', async () => {
    for (let round = 0; round < 3; round++)
      await assert.rejects(tryToSignIn(wrong), { code: 'sign-in.wrong' });
    await assert.rejects(tryToSignIn(), (error: { code: string; retryAfterSeconds: number }) => {
      assert.equal(error.code, 'tries.too-many');
      assert(error.retryAfterSeconds > 0 && error.retryAfterSeconds <= 900);
      return true;
    });
  });

  it('leaves the account’s owner in from another address meanwhile', async () => {
    for (let round = 0; round < 5; round++) await assert.rejects(tryToSignIn(wrong));
    await tryToSignIn({ address: '192.0.2.2' });
  });

  it('limits an account over all addresses', async () => {
    for (let host = 1; host <= 6; host++) {
      await assert.rejects(tryToSignIn({ ...wrong, address: `198.51.100.${host}` }), {
        code: 'sign-in.wrong',
      });
    }
    await assert.rejects(tryToSignIn({ address: '198.51.100.7' }), { code: 'tries.too-many' });
  });

  it('lets in where somebody signed in before, while strangers use up the account’s limit', async () => {
    await tryToSignIn({ address: '192.0.2.1' });
    for (let host = 1; host <= 7; host++) {
      await tryToSignIn({ ...wrong, address: `198.51.100.${host}` }).catch(() => {});
    }
    await tryToSignIn({ address: '192.0.2.1' });
    await assert.rejects(tryToSignIn({ address: '192.0.2.2' }), { code: 'tries.too-many' });
    for (let round = 0; round < 3; round++)
      await assert.rejects(tryToSignIn(wrong), { code: 'sign-in.wrong' });
    await assert.rejects(tryToSignIn(wrong), { code: 'tries.too-many' });
  });

  it('limits an address over all accounts', async () => {
    for (let user = 1; user <= 8; user++) {
      await assert.rejects(tryToSignIn({ email: `user${user}@example.com` }), { code: 'sign-in.wrong' });
    }
    await assert.rejects(tryToSignIn(), { code: 'tries.too-many' });
  });

  it('counts tries that come at the same time', async () => {
    const codes = await Promise.all(
      Array.from({ length: 10 }, () => tryToSignIn(wrong).catch((error) => error.code)),
    );
    assert.equal(codes.filter((code) => code === 'sign-in.wrong').length, 3);
  });

  it('does not count right passwords', async () => {
    for (let round = 0; round < 12; round++) await tryToSignIn();
  });

  it('writes one line when the limit is reached, not one for each try after it', async () => {
    for (let round = 0; round < 10; round++) await assert.rejects(tryToSignIn(wrong));
    const failed = (await access.entries()).flatMap((entry) =>
      entry.type === 'sign-in.failed' ? [entry.reason] : [],
    );
    assert.deepEqual(failed, ['wrong', 'wrong', 'wrong', 'too-many-tries', 'too-many-tries']);
  });

  it('cleans what a browser says about itself', async () => {
    await signIn.byPassword({
      email: tess.email,
      password: PASSWORD,
      address: '192.0.2.1',
      userAgent: `Bad\u202E\r\nBrowser${'x'.repeat(5000)}`,
    });
    const last = (await access.entries()).at(-1);
    assert(last?.type === 'sign-in.succeeded');
    assert.match(last.userAgent, /^Bad {2}Browserx+$/);
    assert.equal(last.userAgent.length, 200);
  });
});
