import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import type { NewEntry } from '../../protocol/record.ts';
import type { ApiKeyRow, SignInRow, SignInsEnded, UserRow } from '../../server/records/account-store.ts';
import { Refusal } from '../../server/refusal.ts';
import type { AnyStore } from './describe-record-store.ts';

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

const user = (change: Partial<UserRow> = {}): UserRow => ({
  id: uuid(),
  email: `${uuid()}@example.com`,
  name: 'Ana Mar\u00edn',
  role: 'technician',
  teams: ['North', 'East'],
  passwordHash: '$argon2id$...',
  disabled: false,
  createdAt: '2026-03-02T09:00:00.000Z',
  ...change,
});

const signIn = (userId: string, expiresAt = '2026-03-03T09:00:00.000Z'): SignInRow => ({
  id: uuid(),
  userId,
  createdAt: '2026-03-02T09:00:00.000Z',
  lastUsedAt: '2026-03-02T09:00:00.000Z',
  expiresAt,
  data: '{}',
});

/** What holds for users, sign-ins and API keys in every store. */
export function describeAccountStore(current: () => AnyStore): void {
  describe('accounts', () => {
    it('finds a user by id and e-mail, and lists them by e-mail', async () => {
      const store = current();
      const [b, a] = [user({ email: 'b@example.com' }), user({ email: 'a@example.com', disabled: true })];
      await store.addUser(b);
      await store.addUser(a);
      assert.deepEqual(await store.user(a.id), a);
      assert.deepEqual(await store.userByEmail('b@example.com'), b);
      assert.deepEqual(await store.users(), [a, b]);
      assert.equal(await store.user(uuid()), undefined);
    });

    it('refuses an e-mail address that is taken, also when both come at once', async () => {
      const store = current();
      const outcomes = await Promise.allSettled([
        store.addUser(user({ email: 'same@example.com' })),
        store.addUser(user({ email: 'same@example.com' })),
      ]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected'],
      );
      await assert.rejects(store.addUser(user({ email: 'same@example.com' })), refused('already-exists'));
    });

    it('changes a user with the entry that says so, and only what it says', async () => {
      const store = current();
      const [before, other] = [user(), user()];
      for (const each of [before, other]) await store.addUser(each);
      const changed = { type: 'user.changed', userId: before.id, by: 'test' } as const;
      await store.append([{ ...changed, disabled: true, teams: [] }]);
      assert.deepEqual(await store.user(before.id), { ...before, disabled: true, teams: [] });
      await store.append([
        { ...changed, disabled: false },
        { ...changed, role: 'auditor' },
      ]);
      assert.deepEqual(await store.user(before.id), { ...before, role: 'auditor', teams: [] });
      assert.deepEqual(await store.user(other.id), other);
    });

    it('changes a password together with the entry that says so, or neither', async () => {
      const store = current();
      const before = user();
      await store.addUser(before);
      const said = { type: 'user.changed', passwordChanged: true, by: 'test' } as const;
      await store.setPassword(before.id, '$argon2id$other', [{ ...said, userId: before.id }]);
      assert.deepEqual(await store.user(before.id), { ...before, passwordHash: '$argon2id$other' });
      const nobody = uuid();
      const refusal = store.setPassword(nobody, 'x', [{ ...said, userId: nobody }]);
      await assert.rejects(refusal, refused('not-found'));
      const told = await store.entries({ types: ['user.changed'], limit: 10 });
      assert.deepEqual(
        told.map((entry) => entry.type === 'user.changed' && entry.userId),
        [before.id],
      );
    });

    const ENDING = {
      'a disabled account': [{ disabled: true }, true],
      'a new password': [{ passwordChanged: true }, true],
      'another role': [{ role: 'auditor' }, true],
      'leaving a team': [{ teams: ['North'] }, true],
      'the same role and teams': [{ role: 'technician', teams: ['East', 'North'] }, false],
    } as const;
    for (const [what, [change, ends]] of Object.entries(ENDING))
      it(`${ends ? 'ends' : 'keeps'} the sign-ins of a user with the entry of ${what}`, async () => {
        const store = current();
        const [ana, ben] = [user(), user()];
        for (const each of [ana, ben]) await store.addUser(each);
        const [own, other] = [signIn(ana.id), signIn(ben.id)];
        for (const each of [own, other]) await store.putSignIn(each);
        const heard: SignInsEnded[] = [];
        store.onSignInsEnded((ended) => heard.push(ended));
        await store.append([{ type: 'user.changed', userId: ana.id, by: 'test', ...change } as NewEntry]);
        assert.deepEqual(await store.signInsOf(ana.id), ends ? [] : [own.id]);
        assert.deepEqual(await store.signInsOf(ben.id), [other.id]);
        const disabled = 'disabled' in change && { disabledUserId: ana.id };
        assert.deepEqual(heard, ends ? [{ signInIds: [own.id], ...disabled }] : []);
      });

    it('keeps a sign-in until it is deleted or its time is over', async () => {
      const store = current();
      const [one, two, three] = [signIn('ana'), signIn('ana', '2026-03-02T09:30:00.000Z'), signIn('ben')];
      for (const each of [one, two, three]) await store.putSignIn(each);
      assert.deepEqual(await store.signIn(one.id), one);
      await store.putSignIn({ ...one, lastUsedAt: '2026-03-02T10:00:00.000Z' });
      assert.equal((await store.signIn(one.id))?.lastUsedAt, '2026-03-02T10:00:00.000Z');

      assert.deepEqual(await store.deleteExpiredSignIns('2026-03-02T09:30:00.000Z'), [two.id]);
      assert.equal(await store.signIn(two.id), undefined);
      await store.deleteSignIn(three.id);
      assert.equal(await store.signIn(three.id), undefined);
      assert.deepEqual(await store.signInsOf('ana'), [one.id]);
    });

    it('does not bring a deleted sign-in back by using it', async () => {
      const store = current();
      const one = signIn('ana');
      await store.putSignIn(one);
      await store.touchSignIn(one.id, '2026-03-02T10:00:00.000Z', '2026-03-04T09:00:00.000Z');
      assert.equal((await store.signIn(one.id))?.expiresAt, '2026-03-04T09:00:00.000Z');
      await store.deleteSignIn(one.id);
      await store.touchSignIn(one.id, '2026-03-02T11:00:00.000Z', '2026-03-04T09:00:00.000Z');
      assert.equal(await store.signIn(one.id), undefined);
    });

    it('binds one signing key to a sign-in, and no second one', async () => {
      const store = current();
      const one = signIn('ana');
      await store.putSignIn(one);
      assert.equal(await store.bindSigningKey(one.id, 'a key'), true);
      assert.equal(await store.bindSigningKey(one.id, 'a key'), true);
      assert.equal(await store.bindSigningKey(one.id, 'another key'), false);
      const { data, ...rest } = (await store.signIn(one.id))!;
      assert.deepEqual(JSON.parse(data), { ...JSON.parse(one.data), signingKey: 'a key' });
      assert.deepEqual({ ...rest, data: one.data }, one);
      await store.deleteSignIn(one.id);
      assert.equal(await store.bindSigningKey(one.id, 'a key'), false);
      assert.equal(await store.signIn(one.id), undefined);
    });

    const apiKey = (userId: string): ApiKeyRow => ({
      id: uuid(),
      userId,
      name: 'nightly export',
      keyHash: uuid(),
      createdAt: '2026-03-02T09:00:00.000Z',
      expiresAt: '2026-04-02T09:00:00.000Z',
      revoked: false,
    });

    it('finds an API key by its hash, and revokes it with the entry that says so', async () => {
      const store = current();
      const [key, other] = [apiKey(uuid()), apiKey(uuid())];
      for (const each of [key, other]) await store.addApiKey(each);
      assert.deepEqual(await store.apiKeyByHash(key.keyHash), key);
      await store.append([{ type: 'api-key.revoked', userId: key.userId, keyId: key.id, by: 'test' }]);
      assert.deepEqual(await store.apiKeys(key.userId), [{ ...key, revoked: true }]);
      assert.deepEqual(await store.apiKeys(other.userId), [other]);
    });

    it('revokes all keys of a user who is disabled, and takes none for them after that', async () => {
      const store = current();
      const owner = user();
      await store.addUser(owner);
      const key = apiKey(owner.id);
      await store.addApiKey(key);
      await store.append([{ type: 'user.changed', userId: owner.id, disabled: true, by: 'test' }]);
      await assert.rejects(store.addApiKey(apiKey(owner.id)), refused('not-found'));
      assert.deepEqual(await store.apiKeys(owner.id), [{ ...key, revoked: true }]);
    });
  });
}
