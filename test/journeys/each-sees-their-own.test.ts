import assert from 'node:assert/strict';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';

describe('journey: two technicians with two customers', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  it('do not see each other, and a manager sees only their teams', async () => {
    const first = await desk.session({ person: 'tess', contact: 'Ada Example', allow: ['view'] });
    const second = await desk.session({ person: 'tom', contact: 'Bob Example', allow: ['view'] });

    const tess = await desk.api('tess');
    const tom = await desk.api('tom');
    const contacts = async (api: typeof tess) => (await api.sessions()).items.map(({ contact }) => contact);
    assert.deepEqual(await contacts(tess), ['Ada Example']);
    assert.deepEqual(await contacts(tom), ['Bob Example']);
    assert.equal((await tess.request('GET', `/api/v1/sessions/${second.id}`)).status, 404);
    assert.equal((await tom.request('POST', `/api/v1/sessions/${first.id}/end`, {})).status, 404);
    await first.technician.sees('view', 'in-use');

    await first.technician.end('Solved', 'One.');
    await second.technician.end('Solved', 'Two.');

    const max = await desk.api('max');
    assert.deepEqual(await contacts(max), ['Ada Example'], 'the manager of the desk');
    assert.equal((await max.request('GET', `/api/v1/sessions/${second.id}`)).status, 404);
    const auditor = await desk.api('ada');
    assert.deepEqual(await contacts(auditor), ['Bob Example', 'Ada Example'], 'the auditor');
    const admin = await desk.api('admin');
    assert.equal(
      (await admin.request('GET', `/api/v1/sessions/${first.id}`)).status,
      403,
      'the administrator',
    );
  });
});
