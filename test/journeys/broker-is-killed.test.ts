import assert from 'node:assert/strict';
import { customer as text } from '../../console/shared/strings/en/customer.ts';
import { t } from '../../console/shared/strings.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';

describe('journey: the broker is killed in the middle of a session', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  it('is told on both pages, goes on after a restart, and leaves no session open', async () => {
    const { technician, customer, record, id } = await desk.session({ allow: ['view'] });
    await desk.broker.kill();
    await customer.page.getByText(text.local.offline).first().waitFor();
    await technician.page.getByText(t.technician.active.seesAway).waitFor();
    await technician.sees('view', 'granted');

    const again = await desk.broker.startAgain();
    try {
      await customer.page.getByText(text.local.offline).first().waitFor({ state: 'hidden', timeout: 60_000 });
      await technician.hasBroker();
      await technician.sees('view', 'in-use');
      await technician.end('Solved', 'In spite of everything.');
      await customer.over();

      const { record: session, timeline } = await record();
      assert.equal(session.id, id);
      assert.equal(session.status, 'ended');
      const closings = timeline.filter(({ type }) => type === 'lane.closed').map(({ reason }) => reason);
      assert.deepEqual(closings, ['broker-restarted', 'session-over']);
      const auditor = await desk.api('ada');
      const open = await auditor.sessions('?status=created,joined,active');
      assert.deepEqual(open.items, []);
    } finally {
      await again.program.stop();
    }
  });
});
