import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import { MAX_VIEWS, SavedViews } from '../../protocol/saved-view.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

describe('views that users keep', () => {
  let http: RunningHttp;
  let mona: Person;
  let audrey: Person;

  before(async () => {
    http = await startHttp();
    mona = await http.person('manager', { teams: ['North'] });
    audrey = await http.person('auditor');
  });
  after(() => http.stop());

  const keep = (person: Person, id: string, body: object) =>
    person.ask(`/api/v1/views/${id}`, { method: 'PUT', body });
  const names = async (person: Person) =>
    SavedViews.parse((await person.ask('/api/v1/views')).json).items.map(({ name }) => name);

  it('are each user’s own: kept, changed and deleted by them alone', async () => {
    const id = uuid();
    const view = { name: 'Lost last month', search: 'period=last-month&status=lost' };
    assert.equal((await keep(mona, id, view)).status, 200);
    assert.equal((await keep(audrey, id, { ...view, name: 'Hers' })).status, 200);
    assert.equal((await keep(mona, id, { ...view, name: 'Lost' })).json.search, view.search);
    assert.deepEqual([await names(mona), await names(audrey)], [['Lost'], ['Hers']]);
    const remove = (person: Person) => person.ask(`/api/v1/views/${id}`, { method: 'DELETE' });
    assert.equal((await remove(audrey)).status, 204);
    assert.equal((await remove(audrey)).status, 404);
    assert.deepEqual([await names(mona), await names(audrey)], [['Lost'], []]);
  });

  it('need a name and an address, and are not without end', async () => {
    for (const body of [{ name: ' ', search: '' }, { name: 'x', search: 'a b\u0000' }, { name: 'x' }])
      assert.equal((await keep(mona, uuid(), body)).status, 400);
    assert.equal((await keep(mona, 'not-an-id', { name: 'x', search: '' })).status, 404);
    const many = await http.person('manager');
    for (let i = 0; i < MAX_VIEWS; i += 1)
      assert.equal((await keep(many, uuid(), { name: `view ${i}`, search: '' })).status, 200);
    const reply = await keep(many, uuid(), { name: 'one more', search: '' });
    assert.deepEqual([reply.status, reply.json.error.code], [400, 'request.invalid']);
  });

  it('are for whoever reads the log', async () => {
    assert.equal((await (await http.person('admin')).ask('/api/v1/views')).status, 403);
    assert.equal((await http.ask('/api/v1/views')).status, 401);
  });
});
