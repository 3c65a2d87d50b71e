import assert from 'node:assert/strict';
import { EXIT } from '../../agent/agent-error.ts';
import { isolated } from '../../console/shared/isolated.ts';
import { customer as customerText } from '../../console/shared/strings/en/customer.ts';
import { technician as technicianText } from '../../console/shared/strings/en/technician.ts';
import { t } from '../../console/shared/strings.ts';
import { FIRST_CONSENT_TIMEOUT_MS } from '../../server/sessions/consent-decisions.ts';
import { composeBroker } from '../support/composed-broker.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { openSupportDeskAt, type SupportDesk } from '../support/support-desk.ts';

describe('journey: nobody answers the technician card', function () {
  this.timeout(180_000);
  const clock = new FakeClock(Date.now());
  let desk: SupportDesk<Awaited<ReturnType<typeof composeBroker>>>;
  before(async () => {
    desk = await openSupportDeskAt(await composeBroker(clock));
  });
  after(() => desk.close());

  it('is a refusal, and both sides read what happened and how to try again', async () => {
    const { technician, customer, agent, record, story } = await desk.session();
    await customer.page.getByRole('button', { name: customerText.local.allowTicked }).waitFor();
    clock.advance(FIRST_CONSENT_TIMEOUT_MS);

    await customer.over();
    await customer.page.getByText(customerText.local.comeAgain(isolated('Tess Technician'))).waitFor();
    await customer.page.close();
    assert.equal(await agent.program.ended, EXIT.ended);
    assert.match(agent.program.output(), /ask for a new code/);

    const { ended } = technicianText;
    await technician.page.getByRole('heading', { name: ended.unanswered }).waitFor();
    await technician.page.getByText(t.session.endReason['consent-timed-out']).waitFor();
    assert.equal(await technician.page.getByText(ended.titles.declined).count(), 0);
    await technician.page.getByRole('button', { name: ended.again }).waitFor();

    const { record: kept } = await record();
    assert.deepEqual([kept.status, kept.endReason], ['declined', 'consent-timed-out']);
    assert(!(await story()).includes('lane.opened'), 'nothing was shown');
  });
});
