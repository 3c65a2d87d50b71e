import assert from 'node:assert/strict';
import { EXIT } from '../../agent/agent-error.ts';
import { customer as customerText } from '../../console/shared/strings/en/customer.ts';
import { technician as technicianText } from '../../console/shared/strings/en/technician.ts';
import { t } from '../../console/shared/strings.ts';
import { startAgent } from '../support/agent.ts';
import type { RunningBroker } from '../support/broker.ts';
import { newPerson } from '../support/browser.ts';
import { CustomerPage } from '../support/customer-page.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';

const text = customerText.local;

describe('journey: bad luck', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  let startedAgain: RunningBroker | undefined;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(async () => {
    await startedAgain?.program.stop();
    await desk.close();
  });

  it('a mistyped code and a used one get the same sentence at the join page', async () => {
    const { code, technician } = await desk.session({ allow: ['view'] });
    const { page } = await newPerson(desk.browser);
    const stranger = new CustomerPage(page);
    const mistyped = code.startsWith('1') ? code.replace('1', '2') : `1${code.slice(1)}`;
    for (const wrong of [mistyped, code]) {
      await stranger.enterCode(desk.broker.url, wrong);
      await page.getByText(customerText.join.wrong).first().waitFor();
    }
    await page.close();
    await technician.end('Solved', 'Nobody came in.');
  });

  it('a second computer with the same code is turned away, and the first session goes on', async () => {
    const { code, technician, story, downloads, record } = await desk.session({ allow: ['view'] });
    const before = await story();
    const second = startAgent({
      url: desk.broker.url,
      code,
      display: desk.display.display,
      downloads,
      allow: 'view,control',
    });
    assert.equal(await second.program.ended, EXIT.codeRefused);
    assert.match(second.program.output(), /This code does not work\. It may be mistyped, used already/);
    await technician.sees('view', 'in-use');
    assert.deepEqual(await story(), before, 'and it left nothing in the record of the first');
    await technician.end('Solved', 'They were alone.');
    assert.equal((await record()).record.status, 'ended');
  });

  it('a broker that is stopped and started again goes on with its sessions', async () => {
    const { technician, customer, agent, record, story } = await desk.session({ allow: ['view'] });
    assert.equal(await desk.broker.program.stop(), 0, 'it stops in good order');
    await customer.page.getByText(text.offline).first().waitFor();

    startedAgain = await desk.broker.startAgain();
    await customer.page.getByText(text.offline).first().waitFor({ state: 'hidden', timeout: 60_000 });
    await technician.hasBroker();
    await technician.sees('view', 'in-use');
    await technician.end('Solved', 'In spite of everything.');
    await customer.leaves();
    assert.equal(await agent.program.ended, EXIT.ended);
    const types = await story();
    assert.equal(types.filter((type) => type === 'consent.requested').length, 1, 'asked once');
    assert.equal(types.filter((type) => type === 'lane.opened').length, 2, 'seen before and after');
    assert.equal((await record()).record.endReason, 'done');
  });

  it('a display that vanishes ends the session, and both pages say why', async () => {
    const { technician, customer, agent, record } = await desk.session({
      tools: ['view', 'control'],
      allow: ['view', 'control'],
    });
    await technician.sees('control', 'in-use');
    process.kill(desk.display.pid, 'SIGKILL');

    await technician.page.getByText(technicianText.ended.titles.ended).waitFor();
    await technician.page.getByText(t.session.endReason['display-lost']).first().waitFor();
    await customer.over();
    await customer.page.getByText(text.ending('display-lost', 'Tess Technician')).first().waitFor();
    const { status, endReason, endedBy } = (await record()).record;
    assert.deepEqual([status, endReason, endedBy], ['ended', 'display-lost', 'customer']);
    await customer.leaves();
    assert.equal(await agent.program.ended, EXIT.ended);
    assert.match(agent.program.output(), /The screen of this computer went away/);
  });
});
