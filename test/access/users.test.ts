import assert from 'node:assert/strict';
import type { ChangeUser } from '../../protocol/access.ts';
import type { SignInsEnded } from '../../server/records/account-store.ts';
import { type RunningAccess, someone, startAccess } from './start-access.ts';

const OTHER_PASSWORD = 'another long password';

describe('users', () => {
  let access: RunningAccess;
  before(async () => {
    access = await startAccess();
    await access.users.add(someone('admin'), 'test');
  });
  beforeEach(() => access.fresh());
  after(() => access.stop());

  const signInOf = async (userId: string, id: string) => {
    const now = new Date(access.clock.now()).toISOString();
    const expiresAt = new Date(access.clock.now() + 60_000).toISOString();
    await access.store.putSignIn({ id, userId, createdAt: now, lastUsedAt: now, expiresAt, data: '{}' });
  };

  it('are added once the record says by whom, and never show their password', async () => {
    const tess = await access.users.add(someone('technician', { teams: ['North', 'North'] }), 'adam');
    const [added] = await access.entries();
    assert(added?.type === 'user.added');
    assert.deepEqual(
      [added.userId, added.role, added.teams, added.by],
      [tess.id, 'technician', ['North'], 'adam'],
    );
    assert.doesNotMatch(
      JSON.stringify([await access.entries(), await access.users.list()]),
      /argon2|password/i,
    );
  });

  it('have an e-mail address each, also when two are added at the same time', async () => {
    const wish = someone('technician');
    const results = await Promise.allSettled([access.users.add(wish, 'a'), access.users.add(wish, 'b')]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.deepEqual(await access.types(), ['user.added']);
  });

  it('lose their sign-ins and API keys when they are disabled, and listeners hear which', async () => {
    const tess = await access.users.add(someone('technician'), 'test');
    const { key } = await access.apiKeys.add({ email: tess.email, name: 'script', days: 1 }, 'test');
    await signInOf(tess.id, 'first');
    await signInOf(tess.id, 'second');
    const heard: SignInsEnded[] = [];
    const stop = access.endedSignIns.listen((ended) => heard.push(ended));
    await access.fresh();

    await access.users.change(tess.id, { disabled: true }, 'adam');

    assert.equal(await access.store.signIn('first'), undefined);
    assert.equal(await access.apiKeys.userOf(key), undefined);
    assert.deepEqual(
      heard.map((ended) => ({ ...ended, signInIds: [...ended.signInIds].sort() })),
      [{ signInIds: ['first', 'second'], disabledUserId: tess.id }],
    );
    assert.deepEqual(await access.types(), [
      'user.changed',
      'api-key.revoked',
      'sign-in.ended',
      'sign-in.ended',
    ]);
    stop();
  });

  it('leave an entry for each API key that goes with their account, and none for one that was gone', async () => {
    const tess = await access.users.add(someone('technician'), 'test');
    const made = [];
    for (const name of ['gone', 'night', 'day'])
      made.push(await access.apiKeys.add({ email: tess.email, name, days: 1 }, 'test'));
    const [gone, ...good] = made.map(({ id }) => id);
    assert(gone);
    await access.apiKeys.revoke(tess.email, gone, 'test');
    await access.fresh();
    await access.users.change(tess.id, { disabled: true }, 'adam');
    const told = (await access.entries()).flatMap((entry) =>
      entry.type === 'api-key.revoked' ? [[entry.userId, entry.keyId, entry.by]] : [],
    );
    assert.deepEqual(told.sort(), good.map((id) => [tess.id, id, 'adam']).sort());
  });

  it('do not get their API keys back with their account', async () => {
    const tess = await access.users.add(someone('technician'), 'test');
    const { key } = await access.apiKeys.add({ email: tess.email, name: 'script', days: 1 }, 'test');
    await access.users.change(tess.id, { disabled: true }, 'test');
    await access.users.change(tess.id, { disabled: false }, 'test');
    assert.equal(await access.apiKeys.userOf(key), undefined);
  });

  const changes: readonly [what: string, change: ChangeUser, ends: boolean][] = [
    ['a new password', { password: OTHER_PASSWORD }, true],
    ['another role', { role: 'manager' }, true],
    ['the same role', { role: 'technician' }, false],
    ['one team more', { teams: ['North', 'South'] }, false],
    ['leaving a team', { teams: ['South'] }, true],
  ];
  for (const [what, change, ends] of changes) {
    it(`${ends ? 'are signed out' : 'stay signed in'} by ${what}`, async () => {
      const tess = await access.users.add(someone('technician', { teams: ['North'] }), 'test');
      await signInOf(tess.id, `of ${tess.id}`);
      await access.users.change(tess.id, change, 'adam');
      assert.equal((await access.store.signIn(`of ${tess.id}`)) === undefined, ends);
    });
  }

  it('never lose their last administrator', async () => {
    const admins = (await access.users.list()).filter(({ role, disabled }) => role === 'admin' && !disabled);
    const [first] = admins;
    assert(first && admins.length === 1);
    const refused = { code: 'request.invalid' };
    await assert.rejects(access.users.change(first.id, { disabled: true }, 'test'), refused);
    await assert.rejects(access.users.change(first.id, { role: 'auditor' }, 'test'), refused);
    assert.deepEqual(await access.types(), []);

    const second = await access.users.add(someone('admin'), 'test');
    await access.users.change(first.id, { role: 'auditor' }, 'test');
    await assert.rejects(access.users.change(second.id, { disabled: true }, 'test'), refused);
  });

  it('cannot be changed when they do not exist', async () => {
    await assert.rejects(
      access.users.change('01890000-0000-7000-8000-000000000009', { disabled: true }, 'test'),
      {
        code: 'not-found',
      },
    );
  });
});

describe('API keys', () => {
  let access: RunningAccess;
  before(async () => {
    access = await startAccess();
  });
  beforeEach(() => access.fresh());
  after(() => access.stop());

  it('speak for their user until they expire', async () => {
    const tess = await access.users.add(someone('technician'), 'test');
    const { key, expiresAt } = await access.apiKeys.add(
      { email: tess.email, name: 'script', days: 2 },
      'adam',
    );
    assert.match(key, /^csk_[\w-]{43}$/);
    assert.equal(Date.parse(expiresAt) - access.clock.now(), 2 * 24 * 60 * 60 * 1000);
    assert.equal((await access.apiKeys.userOf(key))?.id, tess.id);
    access.clock.advance(2 * 24 * 60 * 60 * 1000);
    assert.equal(await access.apiKeys.userOf(key), undefined);
  });

  it('are kept as a hash only, and the record does not hold them either', async () => {
    const tess = await access.users.add(someone('technician'), 'test');
    const { key } = await access.apiKeys.add({ email: tess.email, name: 'script', days: 2 }, 'adam');
    const kept = JSON.stringify([await access.store.apiKeys(tess.id), await access.entries()]);
    assert(!kept.includes(key) && !kept.includes(key.slice(4)));
  });

  it('are nothing once they are revoked, and the record says so', async () => {
    const tess = await access.users.add(someone('technician'), 'test');
    const { id, key } = await access.apiKeys.add({ email: tess.email, name: 'script', days: 2 }, 'adam');
    await access.apiKeys.revoke(tess.email, id, 'adam');
    assert.equal(await access.apiKeys.userOf(key), undefined);
    assert.deepEqual(await access.types(), ['user.added', 'api-key.added', 'api-key.revoked']);
  });

  it('are made for nobody who is not there or is disabled', async () => {
    const mona = await access.users.add(someone('manager'), 'test');
    await access.users.change(mona.id, { disabled: true }, 'test');
    for (const email of ['nobody@example.com', mona.email]) {
      await assert.rejects(access.apiKeys.add({ email, name: 'script', days: 2 }, 'adam'), {
        code: 'not-found',
      });
    }
  });

  for (const bad of ['', 'csk_', 'csk_wrong', 'x'.repeat(10_000), `csk_${'A'.repeat(43)}`]) {
    it(`do not accept ${JSON.stringify(bad.slice(0, 20))}`, async () => {
      assert.equal(await access.apiKeys.userOf(bad), undefined);
    });
  }
});

describe('set-up', () => {
  let access: RunningAccess;
  before(async () => {
    access = await startAccess();
  });
  after(() => access.stop());

  const request = (token: string) => ({
    token,
    organisation: 'Example Support Ltd',
    name: 'Adam',
    email: 'adam@example.com',
    password: 'correct horse battery',
  });

  it('is open while there is no user, refuses another token, makes one administrator, and is gone', async () => {
    const token = await access.setUp.token();
    assert(token);
    await assert.rejects(access.setUp.complete(request('guessed')), { code: 'sign-in.wrong' });
    assert.deepEqual(await access.types(), []);

    const results = await Promise.allSettled([
      access.setUp.complete(request(token)),
      access.setUp.complete({ ...request(token), email: 'eve@example.com' }),
    ]);
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value.role : result.reason.code)),
      ['admin', 'not-found'],
    );
    assert.equal(access.settings.current().organisation, 'Example Support Ltd');
    assert.equal(await access.setUp.token(), undefined);
    await assert.rejects(access.setUp.complete(request(token)), { code: 'not-found' });
    assert.deepEqual(await access.types(), ['settings.changed', 'rules.recorded', 'user.added']);
  });
});
