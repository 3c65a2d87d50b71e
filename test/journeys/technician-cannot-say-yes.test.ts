import assert from 'node:assert/strict';
import { customer as text } from '../../console/shared/strings/en/customer.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import { startVisibleBrowser, type VisiblePage } from '../support/visible-browser.ts';

describe('journey: a technician with control presses Allow on the customer’s own page', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  let visible: VisiblePage | undefined;
  before(async () => {
    desk = await openSupportDesk({ width: 1100, height: 900 });
  });
  after(async () => {
    await visible?.close();
    await desk.close();
  });

  it('presses in vain, and the customer’s own press counts', async () => {
    const { technician, customer, agent, record } = await desk.session({
      tools: ['view', 'control'],
      allow: ['view', 'control'],
    });
    await technician.sees('control', 'in-use');
    visible = await startVisibleBrowser(desk.display.display, await agent.pageAddress());

    await technician.ask('file-download');
    const button = visible.page.getByRole('button', { name: text.local.allow, exact: true }).first();
    await button.waitFor();
    // The page keeps a new question's buttons still for a moment; the technician waits that out.
    await visible.page.waitForFunction(
      (name) =>
        [...document.querySelectorAll('button')].some((one) => one.textContent === name && !one.disabled),
      text.local.allow,
    );
    const place = await visible.onDisplay(button);
    await technician.click(place);
    await visible.page
      .getByText(/Only you may answer/)
      .first()
      .waitFor();
    await technician.sees('file-download', 'asked');

    await customer.answer(true);
    await technician.sees('file-download', 'granted');
    await technician.end('Solved', 'They allowed it themselves.');
    const answers = (await record()).timeline.filter(({ type }) => type === 'consent.answered');
    assert.equal(answers.length, 2);
  });
});
