import assert from 'node:assert/strict';
import { openEventWindow } from '../support/event-window.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';

describe('journey: the customer refuses control', function () {
  this.timeout(120_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  it('lets no event through, whatever the technician presses', async () => {
    const { technician, customer, story, record } = await desk.session({ allow: ['view'] });
    const window = await openEventWindow(desk.display.display);

    await technician.ask('control');
    await customer.answer(false);
    await technician.sees('control', 'refused');
    await technician.ask('control');
    await technician.page.getByText(/^\W*Ada Example\W* refused just now/).waitFor();
    await technician.click({ x: 200, y: 150 });
    await technician.type('let me in');
    // The picture still flows; a round trip through it comes after anything that could have been sent.
    await technician.pixel(10, 10);
    await technician.end('Not solved', 'They did not want it.');
    await window.settle();
    assert.deepEqual(window.log, []);
    await window.close();

    const answered = (await record()).timeline.filter(({ type }) => type === 'consent.answered');
    assert.deepEqual(answered.at(-1)?.refused, ['control']);
    const questions = (await story()).filter((type) => type === 'consent.requested');
    assert.equal(questions.length, 2, 'a press right after the refusal asks nobody');
    const use = (await record()).record.tools.find(({ tool }) => tool === 'control');
    assert.equal(use?.answer, 'refused');
    assert.equal(use?.uses, 0);
    assert.deepEqual((await story()).filter((type) => type === 'lane.opened').length, 1);
  });

  it('ends the session as declined when nothing at all is allowed', async () => {
    const { technician, customer, record } = await desk.session({ tools: ['view', 'control'] });
    await customer.notNow();
    await technician.page.getByText('The customer declined').waitFor();
    const { status, endReason, endedBy } = (await record()).record;
    assert.deepEqual([status, endReason, endedBy], ['declined', 'refused-by-customer', 'customer']);
  });
});
