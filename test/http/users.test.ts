import assert from 'node:assert/strict';
import { User } from '../../protocol/access.ts';
import { someone } from '../access/start-access.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

describe('users over HTTP', () => {
  let http: RunningHttp;
  let adam: Person;
  before(async () => {
    http = await startHttp();
    adam = await http.person('admin');
  });
  beforeEach(() => http.access.fresh());
  after(() => http.stop());

  it('are added, listed and changed by an administrator, who stands in the record', async () => {
    const wish = someone('technician', { teams: ['North'] });
    const added = User.parse((await adam.ask('/api/v1/users', { body: wish })).json);
    const { items } = (await adam.ask('/api/v1/users')).json;
    assert(items.some(({ id }: User) => id === added.id));
    const changed = await adam.ask(`/api/v1/users/${added.id}`, {
      method: 'PATCH',
      body: { disabled: true },
    });
    assert.deepEqual([changed.status, changed.json.disabled], [200, true]);
    const by = (await http.access.entries()).flatMap((entry) =>
      'by' in entry ? [[entry.type, entry.by]] : [],
    );
    assert.deepEqual(by, [
      ['user.added', adam.user.id],
      ['user.changed', adam.user.id],
    ]);
  });

  it('are seen by auditors and administrators only', async () => {
    for (const [role, status] of [
      ['technician', 403],
      ['manager', 403],
      ['privacy', 403],
      ['auditor', 200],
    ] as const) {
      assert.equal((await (await http.person(role)).ask('/api/v1/users')).status, status, role);
    }
    assert.equal((await http.ask('/api/v1/users')).status, 401);
  });

  for (const role of ['technician', 'manager', 'auditor', 'privacy'] as const) {
    it(`are not changed by the role ${role}, not even themselves`, async () => {
      const person = await http.person(role);
      const body = { role: 'admin' };
      const self = await person.ask(`/api/v1/users/${person.user.id}`, { method: 'PATCH', body });
      const another = await person.ask('/api/v1/users', { body: someone('admin') });
      assert.deepEqual([self.status, another.status], [403, 403]);
    });
  }

  it('are not changed by an administrator’s API key', async () => {
    const { key } = await http.access.apiKeys.add({ email: adam.user.email, name: 'k', days: 1 }, 'test');
    const headers = { authorization: `Bearer ${key}` };
    assert.equal((await http.ask('/api/v1/users', { headers })).status, 200);
    const added = await http.ask('/api/v1/users', { body: someone('admin'), headers });
    const changed = await http.ask(`/api/v1/users/${adam.user.id}`, {
      method: 'PATCH',
      body: { password: 'another long password' },
      headers,
    });
    assert.deepEqual([added.status, changed.status], [403, 403]);
    assert.match(added.json.error.message, /API key/);
  });

  it('are refused with the field that is wrong: address in use, short password, nothing to change', async () => {
    const taken = await adam.ask('/api/v1/users', {
      body: someone('technician', { email: adam.user.email }),
    });
    assert.deepEqual([taken.status, taken.json.error.details[0].path], [409, 'email']);
    const short = await adam.ask('/api/v1/users', { body: someone('technician', { password: 'short' }) });
    assert.deepEqual([short.status, short.json.error.details[0].path], [400, 'password']);
    const path = `/api/v1/users/${adam.user.id}`;
    assert.equal((await adam.ask(path, { method: 'PATCH', body: {} })).status, 400);
    assert.equal((await adam.ask(path, { method: 'PATCH', body: { disabled: true } })).status, 400);
  });
});
