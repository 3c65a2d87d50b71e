import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { FOREIGN_HAND_MS } from '../../agent/consent/foreign-hand.ts';
import { customer as text } from '../../console/shared/strings/en/customer.ts';
import { openSupportDesk, type SupportDesk, type SupportSession } from '../support/support-desk.ts';
import { until } from '../support/until.ts';
import { startVisibleBrowser, type VisiblePage } from '../support/visible-browser.ts';

describe('journey: a technician with control presses Allow on the customer’s own page', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  let session: SupportSession;
  let visible: VisiblePage;
  before(async () => {
    desk = await openSupportDesk({ width: 1100, height: 900 });
  });
  after(() => desk.close());
  beforeEach(async () => {
    session = await desk.session({ tools: ['view', 'control'], allow: ['view', 'control'] });
    await session.technician.sees('control', 'in-use');
    visible = await startVisibleBrowser(desk.display.display, await session.agent.pageAddress());
  });
  afterEach(async () => {
    await visible.close();
    await session.customer.page.close();
  });

  /** The technician asks for files. @returns Allow on the customer's own screen, ready to be pressed. */
  const askForFiles = async (): Promise<Locator> => {
    await session.technician.ask('file-download');
    const allow = visible.page.getByRole('button', { name: text.local.allow, exact: true }).first();
    await allow.waitFor();
    // The page keeps a new question's buttons still for a moment; the technician waits that out.
    await visible.page.waitForFunction(
      (name) =>
        [...document.querySelectorAll('button')].some((one) => one.textContent === name && !one.disabled),
      text.local.allow,
    );
    return allow;
  };
  const pressOn = async (element: Locator) => {
    const { technician } = session;
    const { x, y } = await technician.onScreen(await visible.onDisplay(element));
    await technician.page.mouse.move(x, y);
    await technician.page.mouse.down();
  };
  const pressedInVain = async () => {
    await visible.page
      .getByText(/Only you may answer/)
      .first()
      .waitFor();
    await session.technician.sees('file-download', 'asked');
  };
  /** It was one press for the customer, one answer for the record. */
  const customerAllows = async () => {
    const { technician, customer, record } = session;
    await customer.answer(true);
    await technician.sees('file-download', 'granted');
    await technician.end('Solved', 'They allowed it themselves.');
    const answers = (await record()).timeline.filter(({ type }) => type === 'consent.answered');
    assert.equal(answers.length, 2);
  };

  it('presses in vain, and the customer’s own press counts', async () => {
    await pressOn(await askForFiles());
    await session.technician.page.mouse.up();
    await pressedInVain();
    await customerAllows();
  });

  /** What is pressed now is held longer than a press alone is held against the technician; then the agent lets it go. */
  const holdAndBreakTheLane = async () => {
    await visible.page.locator('button[data-pressed]').waitFor();
    const since = performance.now();
    await until('it was held for long', () => performance.now() - since > 2 * FOREIGN_HAND_MS);
    await session.technician.page.reload();
  };

  it('holds the button on Allow and breaks their lane: in vain', async () => {
    await pressOn(await askForFiles());
    await holdAndBreakTheLane();
    await pressedInVain();
    await customerAllows();
  });

  it('holds Space on Allow and breaks their lane: in vain', async () => {
    const allow = await askForFiles();
    // A press on the picture, and keys go there.
    await pressOn(visible.page.getByRole('heading').first());
    await session.technician.page.mouse.up();
    await allow.focus();
    await session.technician.page.keyboard.down('Space');
    await holdAndBreakTheLane();
    await pressedInVain();
    await customerAllows();
  });
});
