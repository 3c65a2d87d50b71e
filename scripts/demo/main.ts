import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { type RunningAgent, startAgent } from '../../test/support/agent.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../../test/support/api-client.ts';
import { startBroker } from '../../test/support/broker.ts';
import { newPerson, startBrowser } from '../../test/support/browser.ts';
import { CustomerPage } from '../../test/support/customer-page.ts';
import { TechnicianPage } from '../../test/support/technician-page.ts';
import { until } from '../../test/support/until.ts';
import { type DemoDesktop, openDesktop } from './desktop.ts';
import { recordText } from './record-text.ts';

// A real session on this machine with nobody's help: broker, desktop, agent, a technician, a customer, a manager.

const OUTPUT = fileURLToPath(new URL('../../demo-output', import.meta.url));
const say = (text: string) => console.log(`demo: ${text}`);
let shots = 0;
async function photograph(page: Page, name: string): Promise<void> {
  shots += 1;
  await page.screenshot({ path: join(OUTPUT, `${String(shots).padStart(2, '0')}-${name}.png`) });
}

await rm(OUTPUT, { recursive: true, force: true });
await mkdir(OUTPUT, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'));
const broker = await startBroker();
say(`the broker runs at ${broker.url}`);
const browser = await startBrowser();
let desktop: DemoDesktop | undefined;
let agent: RunningAgent | undefined;
try {
  desktop = await openDesktop();
  say(
    desktop.virtual
      ? `there is no desktop here, so a virtual one was made: ${desktop.display}`
      : `using the desktop ${desktop.display}`,
  );
  await setUpOrganisation(broker.url, broker.setUpLink);

  const technicianPage = (await newPerson(browser)).page;
  const technician = new TechnicianPage(technicianPage, broker.url);
  await technician.signIn(PEOPLE.tess.email, PASSWORD);
  const code = await technician.openSession({
    name: 'Ada Example',
    company: 'Example Ltd',
    reference: 'T-1042',
    reason: 'Printing fails',
    tools: ['view', 'chat'],
  });
  await photograph(technicianPage, 'console-code');
  say(`Tess opened a session; its code is ${code}`);

  const customerPage = (await newPerson(browser, { width: 960, height: 1080 })).page;
  const customer = new CustomerPage(customerPage);
  await customer.lookAtCode(broker.url, code);
  await photograph(customerPage, 'join-card');
  const downloads = join(folder, 'downloads');
  agent = startAgent({ url: broker.url, code, display: desktop.display, downloads, home: folder });
  await customer.open(await agent.pageAddress());
  await customerPage.getByRole('checkbox').first().waitFor();
  await photograph(customerPage, 'customer-decides');
  await customer.allow(['view', 'chat']);
  await technician.admit();
  await technician.sees('view', 'in-use');
  say('Ada allowed viewing and chat; Tess sees the desktop');

  await technician.ask('control');
  await photographQuestion();
  await customer.answer(true);
  await technician.sees('control', 'in-use');
  const line = 'lpstat -o office-2  # typed by Tess: é € ñ ß {}';
  await technician.click(desktop.terminal);
  await technician.type(line);
  await technicianPage.keyboard.press('Enter');
  await until('the line arrived in the terminal window', async () => (await desktop!.typed()).includes(line));
  say(`Tess typed into a terminal window there: ${line}`);

  const report = join(folder, 'printer-driver.bin');
  await writeFile(report, Buffer.alloc(5 * 2 ** 20, 'countersign'));
  await technician.ask('file-upload');
  await customer.answer(true);
  await technician.sendFile(report);
  await customer.acceptFile();
  const received = join(downloads, 'Countersign', 'printer-driver.bin');
  await until(
    'the file arrived whole',
    async () => (await sha256(received)) === (await sha256(report)),
    30_000,
  );
  say(`Tess sent a file; it lies in ${relative(folder, received)}, byte for byte the same`);

  const journal = join(folder, 'print-journal.txt');
  await writeFile(journal, 'job 17 held: tray 2 empty\n'.repeat(20_000));
  await technician.ask('file-download');
  await customer.answer(true);
  const saved = technicianPage.waitForEvent('download');
  await technician.fetchFile('print-journal.txt');
  await customer.sendFile();
  const fetched = await (await saved).path();
  if ((await sha256(fetched)) !== (await sha256(journal))) throw new Error('the fetched file is another one');
  say('Tess fetched a file; it is byte for byte the same');
  await photograph(technicianPage, 'console-session');
  await photograph(customerPage, 'customer-session');

  await technician.end('Solved', 'Tray 2 was empty; the driver was replaced.');
  await photograph(technicianPage, 'console-ended');
  await customer.over();
  await photograph(customerPage, 'customer-ended');

  const managerPage = (await newPerson(browser)).page;
  const manager = new TechnicianPage(managerPage, broker.url);
  await manager.signIn(PEOPLE.max.email, PASSWORD);
  await managerPage.goto(`${broker.url}/log`);
  await managerPage.getByText('Ada Example').first().waitFor();
  await photograph(managerPage, 'log');
  const api = new ApiClient(broker.url);
  await api.signIn(PEOPLE.max.email, PASSWORD);
  const [row] = (await api.sessions()).items;
  await managerPage.goto(`${broker.url}/log/${row!.id}`);
  await managerPage.getByText('T-1042').first().waitFor();
  await photograph(managerPage, 'log-record');

  console.log(
    `\nThe session record, as Max Manager reads it:\n\n${recordText(await api.session(row!.id))}\n`,
  );
  say(`the screenshots are in ${relative(process.cwd(), OUTPUT)}/`);

  async function photographQuestion(): Promise<void> {
    await customer.question().waitFor();
    await photograph(customerPage, 'customer-question');
  }
} catch (error) {
  for (const [index, page] of browser
    .contexts()
    .flatMap((context) => context.pages())
    .entries()) {
    await page.screenshot({ path: join(OUTPUT, `failed-${index}.png`) }).catch(() => {});
  }
  console.error(
    `What the broker and the agent said:\n${broker.program.output()}\n${agent?.program.output() ?? ''}`,
  );
  throw error;
} finally {
  await browser.close();
  await agent?.stop();
  await desktop?.stop();
  await broker.close();
  await rm(folder, { recursive: true, force: true });
}

async function sha256(file: string): Promise<string> {
  return readFile(file).then(
    (content) => createHash('sha256').update(content).digest('hex'),
    () => '',
  );
}
