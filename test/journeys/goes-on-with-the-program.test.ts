import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { t } from '../../console/shared/strings.ts';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { COUNTERSIGN } from '../support/broker.ts';
import { newPerson } from '../support/browser.ts';
import { type BrowserDesk, type BrowserSession, openBrowserDesk } from '../support/browser-desk.ts';
import { CustomerPage } from '../support/customer-page.ts';
import { openEventWindow } from '../support/event-window.ts';
import { newCustomer } from '../support/sharing-browser.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../support/virtual-display.ts';

const { customer: words, technician: console } = t.handOver;
const WIDTH = 1000;

describe('journey: a session that began in a browser goes on with the program', function () {
  this.timeout(180_000);
  let desk: BrowserDesk;
  let display: VirtualDisplay;
  let folder: TemporaryFolder;
  const agents: RunningAgent[] = [];
  before(async () => {
    desk = await openBrowserDesk();
    display = await startVirtualDisplay({ width: WIDTH, height: 640 });
    folder = await temporaryFolder();
  });
  after(async () => {
    await desk.close();
    await Promise.all(agents.map((agent) => agent.stop()));
    await display.stop();
    await folder.remove();
  });

  const runProgram = (ticket: string): RunningAgent => {
    const agent = startAgent({
      url: desk.broker.url,
      code: { ticket },
      display: display.display,
      downloads: folder.path,
      home: folder.path,
    });
    agents.push(agent);
    return agent;
  };
  const widthOfPicture = ({ technician }: BrowserSession) =>
    technician.desktop.evaluate((shown) =>
      shown instanceof HTMLVideoElement ? shown.videoWidth : (shown as HTMLCanvasElement).width,
    );
  const says = (session: BrowserSession, text: string) =>
    session.customer.page.getByRole('heading', { name: text }).waitFor();

  it('because the technician asks for control: the picture, the chat and the record go over', async () => {
    const session = await desk.session({ tools: ['view', 'control', 'chat'], allow: ['view', 'chat'] });
    const { technician, customer, record } = session;
    await until('the tab is in the picture', async () =>
      (await technician.pixel(20, 20)).every((value) => Math.abs(value - 0x30) <= 8),
    );
    await technician.page.getByPlaceholder(t.technician.chat.placeholder).fill('Hello from the browser time');
    await technician.page.getByRole('button', { name: t.technician.chat.send, exact: true }).click();
    await customer.gets('Hello from the browser time');

    await technician.page.getByRole('button', { name: console.label.idle }).click();
    await technician.page.getByRole('button', { name: console.action }).click();
    await customer.page.getByRole('button', { name: words.show }).click();
    await technician.page.getByRole('button', { name: console.label.begun }).waitFor();
    const ticket = await customer.handOverTicket();
    const line = await customer.page.getByText(/--ticket=/).textContent();
    assert.match(line!, /--ticket=•+$/, 'whoever sees the picture cannot read it');
    const agent = runProgram(ticket);
    await agent.program.prints(/it asks whether this program is yours/, 30_000);
    await customer.page.getByRole('heading', { name: words.programAsks }).waitFor();
    assert.equal(await customer.page.title(), t.customer.local.title(words.titleProgram));
    await technician.page.getByRole('button', { name: console.label.comes }).waitFor();
    await technician.sees('view', 'in-use');
    assert.doesNotMatch(agent.program.output(), /127\.0\.0\.1:\d+\/\S/, 'it has no page yet');
    await customer.answerProgram(true);
    await says(session, words.wentOn);
    assert.equal(
      await customer.page.evaluate(() => (window as never as { shared: MediaStream }).shared.active),
      false,
      'the browser shares nothing any more',
    );

    const program = new CustomerPage((await newPerson(desk.staff, { width: 900, height: 900 })).page);
    await program.open(await agent.pageAddress());
    // A tab was shown: that the whole screen is seen has to be allowed, and so has control.
    await program.allow(['view', 'control']);
    await technician.sees('control', 'in-use');
    await until('the display is in the picture', async () => (await widthOfPicture(session)) === WIDTH);
    const input = await openEventWindow(display.display);
    await technician.click({ x: 100, y: 100 });
    await until('the press arrived', () => input.log.includes('b+1'));

    // What was written before is there too, and what is written now arrives.
    await program.gets('Hello from the browser time');
    await technician.page.getByPlaceholder(t.technician.chat.placeholder).fill('And hello there');
    await technician.page.getByRole('button', { name: t.technician.chat.send, exact: true }).click();
    await program.gets('And hello there');

    await technician.end('Solved', 'It took the program.');
    await program.over();
    await until('both accounts are closed', async () => {
      const { accounts } = await record();
      return accounts.customer?.state === 'signed' && accounts.technician?.state === 'signed';
    }).catch(() => {});
    const { record: kept, accounts, timeline } = await record();
    assert.deepEqual(
      [accounts.customer, accounts.technician].map((each) => [each?.state, each?.findings]),
      [
        ['signed', []],
        ['signed', []],
      ],
    );
    assert.deepEqual(
      [...(kept.earlierAgents ?? []), kept.agent].map((each) => each?.kind),
      ['browser', 'native'],
    );
    const types = timeline.map(({ type }) => type);
    for (const type of ['hand-over.asked', 'hand-over.begun', 'agent.handed-over'])
      assert.equal(types.filter((each) => each === type).length, 1, type);
    const before = timeline.slice(0, types.indexOf('agent.handed-over'));
    assert.deepEqual(
      new Set(before.filter(({ type }) => type === 'lane.closed').map(({ reason }) => reason)),
      new Set(['done']),
      'the browser closed what it had open before its last word',
    );

    const save = program.page.getByRole('button', { name: t.customer.local.saveReceipt });
    const downloading = program.page.waitForEvent('download');
    await save.click();
    const file = join(folder.path, 'receipt.json');
    await (await downloading).saveAs(file);
    const verified = () =>
      spawnSync(process.execPath, [COUNTERSIGN, 'verify', file], { encoding: 'utf8' }).stdout;
    assert.match(verified(), /^The receipt is right/);
    assert.match(
      verified(),
      /The customer’s computer signed \d+ statements with the keys [0-9a-f]{16} and [0-9a-f]{16}, and they agree/,
    );
    await program.page.getByRole('button', { name: t.customer.local.openReceipt }).click();
    await program.page.getByText(/the browser \(.+\), then the program/).waitFor();
    // Two ends were the customer's: each has signed, and control was not possible from the first.
    await program.page.getByText(/signed lines, with the keys/).waitFor();
    await program.page.getByText(/It was not possible at \S+ You allowed it at/).waitFor();
    await writeFile(file, (await readFile(file, 'utf8')).replace('"kind":"native"', '"kind":"browser"'));
    assert.doesNotMatch(verified(), /^The receipt is right/);
    await program.page.close();
    assert.equal(await agent.program.ended, 0);
  });

  it('and goes on in the browser when the customer says no, or the program never comes to stay', async () => {
    const session = await desk.session({ tools: ['view', 'chat'], allow: ['view'] });
    const { technician, customer } = session;
    // Whoever presses Control is led there.
    await technician.page.getByRole('button', { name: console.needsProgram(t.tools.name.control) }).click();
    await technician.page.getByRole('button', { name: console.action }).click();
    await customer.page.getByRole('button', { name: words.no }).click();
    await technician.page.getByText(/stays in the browser/).waitFor();

    await customer.page.getByRole('button', { name: words.begin }).click();
    const ticket = await customer.handOverTicket();
    await customer.page.getByRole('button', { name: words.stay }).click();
    await technician.page.getByRole('button', { name: console.label.idle }).waitFor();
    const agent = runProgram(ticket);
    await agent.program.prints(/This command does not work any more/, 30_000);
    assert.equal(await agent.program.ended, 4);
    await technician.sees('view', 'in-use');
    await customer.stopEverything();
    await customer.over();
  });

  it('and stays in the browser when the customer says that the program is not theirs', async () => {
    const { technician, customer, story } = await desk.session({ tools: ['view', 'chat'], allow: ['view'] });
    await customer.page.getByRole('button', { name: words.begin }).click();
    const agent = runProgram(await customer.handOverTicket());
    await customer.page.getByText(words.answerFirst).waitFor();
    await customer.answerProgram(false);
    await customer.page
      .getByText(/was not let in\. Everything goes on here/)
      .first()
      .waitFor();
    await agent.program.prints(/The session did not come over to this program/, 30_000);
    assert.equal(await agent.program.ended, 4);
    await technician.page.getByText(/stays in the browser/).waitFor();
    await technician.sees('view', 'in-use');
    await customer.page.getByRole('button', { name: words.begin }).waitFor();
    const told = await story();
    assert(told.includes('hand-over.turned-away') && !told.includes('agent.handed-over'));
    await customer.stopEverything();
    await customer.over();
  });

  it('but not on a computer that the program does not run on: the technician reads so, and is not offered it', async () => {
    const technician = await desk.technician();
    const wish = { name: 'Ada Example', reason: 'Printing fails', tools: ['view', 'control'] as const };
    const code = await technician.openSession(wish);
    const { page } = await newCustomer(desk.customers);
    await page.addInitScript(() => {
      const value = {
        platform: 'Windows',
        brands: [],
        async getHighEntropyValues() {
          return { platformVersion: '10.0.0', architecture: 'x86' };
        },
      };
      Object.defineProperty(navigator, 'userAgentData', { value });
    });
    const customer = new CustomerPage(page);
    await customer.shareHere(desk.broker.url, code);
    await customer.allow(['view']);
    await technician.admit();
    await technician.sees('view', 'in-use');
    const name = console.cannot(t.tools.name.control, 'Windows 10');
    await technician.page.getByRole('button', { name }).click();
    await technician.page.getByText(console.notFrom('Windows 10')).waitFor();
    assert.equal(await technician.page.getByRole('button', { name: console.label.idle }).count(), 0);
    await customer.stopEverything();
    await customer.over();
  });
});
