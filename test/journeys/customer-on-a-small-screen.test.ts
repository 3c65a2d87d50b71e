import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { customer as text } from '../../console/shared/strings/en/customer.ts';
import { t } from '../../console/shared/strings.ts';
import { newPerson } from '../support/browser.ts';
import { CustomerPage } from '../support/customer-page.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import { until } from '../support/until.ts';

const PHONE = { width: 390, height: 844 };

describe('journey: the customer has a small screen', function () {
  this.timeout(120_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  const box = async (locator: Locator) => (await locator.boundingBox())!;

  it('and sees at once what to tick, and one control for each tool', async () => {
    const { customer, technician } = await desk.session({ tools: ['view', 'chat'] });
    const { page } = customer;
    await page.setViewportSize(PHONE);
    const question = await box(page.getByRole('region', { name: text.local.question }));
    assert(question.y > (PHONE.height * 2) / 3, `what is docked begins at ${question.y}`);
    const tick = await box(page.getByText(text.tool.title.view, { exact: true }));
    assert(tick.y + tick.height < question.y, `the first tick ends at ${tick.y + tick.height}`);

    await customer.allow(['view', 'chat']);
    await technician.admit();
    const line = page
      .getByRole('listitem')
      .filter({ has: page.getByText(text.tool.title.view, { exact: true }) });
    await line.getByText(text.local.look['in-use']).waitFor();
    assert.equal(await line.getByRole('switch').count(), 1);
    assert.equal(await line.getByRole('button').count(), 0);
    await customer.stop('view');
    await line.getByText(text.local.look.stopped).waitFor();
    assert.equal(await line.getByRole('switch').isChecked(), false);

    // The messages lie below what is allowed.
    const words = 'Look at the lamp of your printer';
    await technician.page.getByPlaceholder(t.technician.chat.placeholder).fill(words);
    await technician.page.getByRole('button', { name: t.technician.chat.send, exact: true }).click();
    const arrived = page.getByRole('region', { name: text.local.unread(1) });
    await arrived.getByText(words).waitFor();
    await until('the title says it too', async () => /writes to you/.test(await page.title()));
    await arrived.getByRole('button', { name: text.local.read }).click();
    await arrived.waitFor({ state: 'hidden' });
    const message = await box(page.getByRole('list', { name: text.local.chat }).getByText(words));
    const bar = await box(page.getByRole('region', { name: text.local.stopGroup }));
    assert(message.y > 0 && message.y + message.height < bar.y, `the message is at ${message.y}`);
    await until('the title goes on', async () => !/writes to you/.test(await page.title()));
    await technician.end('Solved', 'On the go.');
  });

  it('and no answer moves under the finger when a message comes, and when it is read', async () => {
    const { customer, technician } = await desk.session({ tools: ['view', 'chat'], allow: ['view', 'chat'] });
    const { page } = customer;
    await page.setViewportSize(PHONE);
    await technician.ask('clipboard');
    const allow = page.getByRole('button', { name: text.local.allow, exact: true });
    await allow.waitFor();
    await page.evaluate(() => window.scrollTo(0, 0));
    const before = await box(allow);
    await technician.page.getByPlaceholder(t.technician.chat.placeholder).fill('Say yes, please');
    await technician.page.getByRole('button', { name: t.technician.chat.send, exact: true }).click();
    const arrived = page.getByRole('region', { name: text.local.unread(1) });
    await arrived.waitFor();
    assert.deepEqual(await box(allow), before);
    await arrived.getByRole('button', { name: text.local.read }).click();
    await arrived.waitFor({ state: 'hidden' });
    assert.deepEqual(await box(allow), before);
    await customer.answer(true);
    await technician.end('Solved', 'On the go.');
  });

  it('or a computer that the program does not run on, and is not sent to it', async () => {
    const technician = await desk.technician('tess');
    const code = await technician.openSession({ name: 'Ada Example', reason: 'Printing', tools: ['view'] });
    const windows = await desk.browser.newContext({
      userAgent:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36',
    });
    const customer = new CustomerPage(await windows.newPage());
    await customer.lookAtCode(desk.broker.url, code);
    await customer.page.getByRole('button', { name: text.join.goOn }).click();
    await customer.page.getByRole('button', { name: text.browser.go }).waitFor();
    assert.equal(await customer.page.getByText(text.join.startHeading).count(), 0);
    await windows.close();
  });

  it('or a large one, and reads the command with each of its words in one piece', async () => {
    const technician = await desk.technician('tess');
    const code = await technician.openSession({ name: 'Ada Example', reason: 'Printing', tools: ['view'] });
    const { page } = await newPerson(desk.browser, { width: 1280, height: 800 });
    const customer = new CustomerPage(page);
    await customer.lookAtCode(desk.broker.url, code);
    const command = await customer.agentCommand();
    assert.match(command, /^npx --yes \S+ --server \S+ --code \d{9}$/);
    for (const word of command.split(' ')) {
      const lines = await page.getByText(word, { exact: true }).evaluate((node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getClientRects().length;
      });
      assert.equal(lines, 1, word);
    }
  });
});
