import assert from 'node:assert/strict';
import { t } from '../../console/shared/strings.ts';
import { violationsOf } from '../support/accessibility.ts';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { newPerson } from '../support/browser.ts';
import { type BrowserDesk, type BrowserSession, openBrowserDesk } from '../support/browser-desk.ts';
import { CustomerPage } from '../support/customer-page.ts';
import { writeTone } from '../support/fake-microphone.ts';
import { newCustomer } from '../support/sharing-browser.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../support/virtual-display.ts';

describe('journey: the pages of a customer who shares from a browser are for everybody', function () {
  this.timeout(240_000);
  let desk: BrowserDesk;
  before(async () => {
    desk = await openBrowserDesk();
  });
  after(() => desk.close());

  it('from the choice of a way to the picture, and where nothing is shown', async () => {
    const found: string[] = [];
    const technician = await desk.technician();
    const code = await technician.openSession({ name: 'Ada Example', reason: 'Printing', tools: ['view'] });
    const { page } = await newCustomer(desk.customers);
    await new CustomerPage(page).lookAtCode(desk.broker.url, code);
    await page.getByRole('button', { name: t.customer.join.goOn }).click();
    await page.getByRole('button', { name: t.customer.browser.go }).waitFor();
    found.push(...(await violationsOf(page, 'the ways', 'AAA')));
    await page.close();

    const session = await desk.session({ tools: ['view', 'control', 'file-download'] });
    const { customer } = session;
    found.push(...(await violationsOf(customer.page, 'card in a browser', 'AAA')));
    await customer.allow(['view', 'file-download']);
    await session.technician.admit();
    await session.technician.sees('view', 'in-use');
    await session.technician.page.locator('canvas[data-connected]').waitFor();
    found.push(...(await violationsOf(customer.page, 'shown from a browser', 'AAA')));
    found.push(...(await violationsOf(session.technician.page, 'frames of a browser', 'AA')));

    await session.technician.fetchFile('/var/log/printer.log');
    await customer.page.getByRole('button', { name: t.customer.browser.chooseFile }).waitFor();
    await customer.page.reload();
    await customer.page.getByRole('button', { name: t.customer.browser.choose }).waitFor();
    found.push(...(await violationsOf(customer.page, 'nothing chosen yet, and a file asked for', 'AAA')));
    await session.technician.page.getByText(t.agents.nothingShown['loaded-anew']('Ada Example')).waitFor();
    found.push(...(await violationsOf(session.technician.page, 'nothing shown', 'AA')));
    assert.deepEqual(found, []);
  });

  it('while copied text waits for a press', async () => {
    const { customer: words, technician: theirs } = t.clipboard;
    const found: string[] = [];
    const tools = ['view', 'clipboard'] as const;
    const { customer, technician } = await desk.session({ tools, allow: tools });
    await technician.sees('clipboard', 'granted');
    const choose = async (entry: string) => {
      await technician.page.bringToFront();
      await technician.tool('clipboard').click();
      await technician.page.getByRole('menuitem', { name: entry }).waitFor();
      found.push(...(await violationsOf(technician.page, `before ${entry}`, 'AA')));
      await technician.page.getByRole('menuitem', { name: entry }).click();
      await customer.page.bringToFront();
    };
    await choose(theirs.ask);
    await customer.page.getByRole('button', { name: words.show }).waitFor();
    found.push(...(await violationsOf(customer.page, 'copied text is asked for', 'AAA')));
    await customer.page.getByRole('button', { name: words.show }).click();
    await customer.page.getByRole('button', { name: words.send, exact: true }).waitFor();
    found.push(...(await violationsOf(customer.page, 'a text before it goes', 'AAA')));
    await customer.page.getByRole('textbox', { name: words.draftText }).fill('x'.repeat(2 ** 20));
    await customer.page.getByText(words.tooLong).waitFor();
    found.push(...(await violationsOf(customer.page, 'a text that is too long', 'AAA')));
    await customer.page.getByRole('button', { name: words.cancel, exact: true }).click();
    await technician.page.bringToFront();
    await technician.page.evaluate(() => navigator.clipboard.writeText('lp -d printer test.txt'));
    await choose(theirs.give);
    await customer.page.getByRole('button', { name: words.copy, exact: true }).waitFor();
    found.push(...(await violationsOf(customer.page, 'a text that came', 'AAA')));
    assert.deepEqual(found, []);
  });

  it('while both talk, muted, without a microphone, and where nobody can', async () => {
    const found: string[] = [];
    const look = async ({ customer, technician }: BrowserSession, name: string) => {
      found.push(...(await violationsOf(customer.page, `${name}, customer`, 'AAA')));
      found.push(...(await violationsOf(technician.page, `${name}, technician`, 'AA')));
    };
    const folder = await temporaryFolder();
    const tone = await writeTone(folder.path, 700);
    const talking = await openBrowserDesk({ COUNTERSIGN_MEDIA: 'on' }, { customers: tone });
    const session = await talking.session({ tools: ['voice'], allow: ['voice'] });
    // The technician's browser has no microphone.
    await session.technician.page.getByText(t.voice.missing.none).waitFor();
    await session.customer.page.getByRole('button', { name: t.voice.muteLong }).waitFor();
    await look(session, 'talking');
    await session.customer.page.getByRole('button', { name: t.voice.muteLong }).click();
    await session.customer.page.getByRole('button', { name: t.voice.unmuteLong }).waitFor();
    await look(session, 'muted');
    await talking.close();
    await folder.remove();

    const barred = await desk.session({ tools: ['chat', 'voice'], allow: ['chat'] });
    await barred.technician.page.getByText(t.voice.obstacle['no-worker']).first().waitFor();
    await look(barred, 'no media worker');
    assert.deepEqual(found, []);
  });

  describe('and those of a hand-over', () => {
    let display: VirtualDisplay;
    let folder: TemporaryFolder;
    let agent: RunningAgent | undefined;
    before(async () => {
      [display, folder] = [await startVirtualDisplay(), await temporaryFolder()];
    });
    after(async () => {
      await agent?.stop();
      await display.stop();
      await folder.remove();
    });

    it('from the technician’s question to what the program asks', async () => {
      const { customer: words, technician: asks } = t.handOver;
      const found: string[] = [];
      const { technician, customer } = await desk.session({ tools: ['view', 'control'], allow: ['view'] });
      await technician.page.getByRole('button', { name: asks.label.idle }).click();
      await technician.page.getByRole('button', { name: asks.action }).waitFor();
      found.push(...(await violationsOf(technician.page, 'ask to go on with the program', 'AA')));
      await technician.page.getByRole('button', { name: asks.action }).click();
      await customer.page.getByRole('button', { name: words.show }).waitFor();
      found.push(...(await violationsOf(customer.page, 'asked to go on with the program', 'AAA')));
      found.push(...(await violationsOf(technician.page, 'the program is asked for', 'AA')));
      await customer.page.getByRole('button', { name: words.show }).click();
      const ticket = await customer.handOverTicket();
      found.push(...(await violationsOf(customer.page, 'how to start the program', 'AAA')));
      agent = startAgent({
        url: desk.broker.url,
        code: { ticket },
        display: display.display,
        downloads: folder.path,
        home: folder.path,
      });
      await customer.page.getByRole('heading', { name: words.programAsks }).waitFor();
      found.push(...(await violationsOf(customer.page, 'whether the program is theirs', 'AAA')));
      await customer.answerProgram(true);
      await customer.page.getByRole('heading', { name: words.wentOn }).waitFor();
      found.push(...(await violationsOf(customer.page, 'it goes on in the program', 'AAA')));
      const program = new CustomerPage((await newPerson(desk.staff)).page);
      await program.open(await agent.pageAddress());
      await program.page.getByRole('button', { name: t.customer.local.allowTicked }).waitFor();
      found.push(...(await violationsOf(program.page, 'what the program asks', 'AAA')));
      assert.deepEqual(found, []);
      await program.stopEverything();
      await program.leaves();
    });
  });
});
