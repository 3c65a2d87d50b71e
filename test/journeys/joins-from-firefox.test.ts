import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Page } from 'puppeteer-core';
import { customer as text } from '../../console/shared/strings/en/customer.ts';
import { t } from '../../console/shared/strings.ts';
import type { EntryOf } from '../../protocol/record.ts';
import type { SessionDetail } from '../../protocol/session-record.ts';
import type { Tool } from '../../protocol/tool.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import { COUNTERSIGN, type RunningBroker, startBroker } from '../support/broker.ts';
import { newPerson, startBrowser } from '../support/browser.ts';
import { hears, hearsNothing } from '../support/fake-microphone.ts';
import { button, FIREFOX_HZ, type Firefox, field, reads, startFirefox, turn } from '../support/firefox.ts';
import { PaintedWindow } from '../support/painted-window.ts';
import { TechnicianPage } from '../support/technician-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const PAINTED = { x: 1000, y: 200, width: 200, height: 200 };
/** Two browsers, an encoder and a decoder on a few cores. */
const BUSY_MS = 30_000;

const press = (page: Page, words: string) => button(page, words).click();
const allow = async (page: Page, tools: readonly Tool[]) => {
  for (const tool of tools) await turn(page, text.tool.title[tool], true);
  await press(page, text.local.allowTicked);
};

describe('journey: a customer joins from Firefox', function () {
  this.timeout(240_000);
  let firefox: Firefox;
  let staff: Browser;
  let broker: RunningBroker;
  before(async () => {
    firefox = await startFirefox();
    staff = await startBrowser();
  });
  afterEach(() => broker.close());
  after(async () => {
    await staff.close();
    await firefox.close();
  });

  /** The technician has opened a session, and the customer came as far as the question what to allow. */
  async function joined(env: Record<string, string>, tools: readonly Tool[]) {
    broker = await startBroker(env);
    await setUpOrganisation(broker.url, broker.setUpLink);
    const auditor = new ApiClient(broker.url);
    await auditor.signIn(PEOPLE.ada.email, PASSWORD);
    const technician = new TechnicianPage((await newPerson(staff)).page, broker.url);
    await technician.signIn(PEOPLE.tess.email, PASSWORD);
    const code = await technician.openSession({ name: 'Ada Example', reason: 'Printing fails', tools });
    await technician.page.waitForURL(/\/sessions\/[0-9a-f-]{36}/);
    const id = new URL(technician.page.url()).pathname.split('/')[2]!;

    const page = await firefox.newPage();
    await page.goto(new URL('/join', broker.url).href);
    await field(page, text.join.placeholder).fill(code);
    await press(page, text.join.proceed);
    await reads(page, 'Tess Technician');
    await press(page, text.join.goOn);
    await press(page, text.browser.go);
    await button(page, text.local.allowTicked).wait();
    return { technician, page, id, record: (): Promise<SessionDetail> => auditor.session(id) };
  }

  async function shows(technician: TechnicianPage, grey: number): Promise<void> {
    await until(
      `grey ${grey.toString(16)} is in the picture`,
      async () => {
        const pixel = await technician.pixel(PAINTED.x + 100, PAINTED.y + 100).catch(() => [0, 0, 0]);
        return pixel.every((value) => Math.abs(value - grey) <= 8);
      },
      BUSY_MS,
    );
  }

  const paint = (colour: number): Promise<PaintedWindow> => {
    const { x, y, width, height } = PAINTED;
    return PaintedWindow.open(firefox.display.display, x, y, width, height, colour);
  };

  it('shows the screen, talks, writes, takes the screen back, ends it and keeps the receipt', async () => {
    const session = await joined({ COUNTERSIGN_MEDIA: 'on' }, ['view', 'voice', 'chat']);
    const { technician, page } = session;
    const painted = await paint(0xc0c0c0);
    await allow(page, ['view', 'voice', 'chat']);
    await technician.admit();
    await technician.sees('view', 'in-use');
    await shows(technician, 0xc0);
    await painted.fill(0x808080, 0, 0, PAINTED.width, PAINTED.height);
    await shows(technician, 0x80);
    await hears(technician.page, FIREFOX_HZ);

    await technician.page.getByPlaceholder(t.technician.chat.placeholder).fill('Which printer is it?');
    await technician.page.getByRole('button', { name: t.technician.chat.send, exact: true }).click();
    await reads(page, 'Which printer is it?');
    await field(page, text.local.message).fill('The one in the hall.');
    await press(page, text.local.send);
    await technician.page.getByText('The one in the hall.').waitFor();

    await turn(page, text.local.allowSwitch(text.tool.title.view), false);
    await technician.sees('view', 'revoked');
    assert.equal(await technician.desktop.count(), 0, 'nothing of it stays in sight');
    await press(page, text.local.stopEverything);
    await reads(page, text.local.over);
    await hearsNothing(technician.page);

    await press(page, text.local.saveReceipt);
    const file = await downloaded(firefox.downloads);
    const { stdout } = spawnSync(process.execPath, [COUNTERSIGN, 'verify', file], { encoding: 'utf8' });
    assert.match(stdout, new RegExp(`^The receipt is right: all \\d+ entries of session ${session.id}`));
    assert.match(stdout, /The customer’s computer signed \d+ statements .*agree with the entries\.$/m);

    const { record, timeline, accounts } = await session.record();
    assert.deepEqual([record.agent?.kind, record.agent?.browser?.name], ['browser', 'Firefox']);
    assert.deepEqual(record.surfaces, ['unknown'], 'Firefox does not tell which kind was chosen');
    assert.deepEqual([accounts.customer?.state, accounts.technician?.state], ['signed', 'signed']);
    const closed = timeline.filter(
      ({ type }) => type === 'lane.closed',
    ) as unknown as EntryOf<'lane.closed'>[];
    assert.equal(closed.find(({ tool }) => tool === 'view')?.reason, 'revoked');
    assert(closed.every(({ media, tool }) => tool === 'chat' || (media?.packets ?? 0) > 0));
    await painted.close();
    await page.close();
  });

  it('sends the file that the technician asked for, and saves the one that they send', async () => {
    const { technician, page, record } = await joined({}, ['chat', 'file-upload', 'file-download']);
    await allow(page, ['chat', 'file-upload', 'file-download']);
    await technician.admit();
    const folder = await temporaryFolder();
    const log = join(folder.path, 'printer.log');
    await writeFile(log, 'out of paper\n'.repeat(50_000));
    const back = technician.page.waitForEvent('download');
    await technician.fetchFile('/var/log/printer.log');
    await button(page, text.browser.chooseFile).wait();
    // Whoever drives this Firefox closes its dialog before giving it a file.
    await page.evaluate(() => window.addEventListener('cancel', (event) => event.stopPropagation(), true));
    const [chooser] = await Promise.all([page.waitForFileChooser(), press(page, text.browser.chooseFile)]);
    await chooser.accept([log]);
    assert((await readFile(await (await back).path())).equals(await readFile(log)), 'to the technician');

    await technician.sendFile(log);
    await press(page, text.local.accept);
    const saved = join(firefox.downloads, 'printer.log');
    await until('it is saved', async () =>
      (await readFile(saved).catch(() => Buffer.alloc(0))).equals(await readFile(log)),
    );
    await press(page, text.local.stopEverything);
    await reads(page, text.local.over);
    const { record: told } = await record();
    assert.deepEqual(
      told.files.map(({ name, standing, bothSidesAgree }) => [name, standing, bothSidesAgree]),
      [
        ['printer.log', 'completed', true],
        ['printer.log', 'completed', true],
      ],
    );
    await page.close();
    await folder.remove();
  });

  it('shows the screen through the web address, where there is no media worker', async () => {
    const { technician, page } = await joined({}, ['view']);
    const painted = await paint(0xc0c0c0);
    await allow(page, ['view']);
    await technician.admit();
    await shows(technician, 0xc0);
    assert.equal(await technician.desktop.evaluate(({ tagName }) => tagName), 'CANVAS');
    // What a screen is shown for: another tab comes to the front, and this page is in the background.
    const other = await firefox.newPage();
    await other.bringToFront();
    await until('the page is hidden', () => page.evaluate(() => document.visibilityState === 'hidden'));
    await painted.fill(0x808080, 0, 0, PAINTED.width, PAINTED.height);
    await shows(technician, 0x80);
    await painted.close();
    await other.close();
    await page.close();
  });
});

/** The file that was saved last, once it is whole. */
async function downloaded(folder: string): Promise<string> {
  let name: string | undefined;
  await until('the receipt is saved', async () => {
    const files = await readdir(folder);
    name = files.find((file) => file.endsWith('.json'));
    return name !== undefined && !files.some((file) => file.endsWith('.part'));
  });
  return join(folder, name!);
}
