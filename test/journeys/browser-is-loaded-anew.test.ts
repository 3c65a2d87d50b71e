import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { isolated } from '../../console/shared/isolated.ts';
import { t } from '../../console/shared/strings.ts';
import { PASSWORD, PEOPLE } from '../support/api-client.ts';
import { newPerson } from '../support/browser.ts';
import { type BrowserDesk, openBrowserDesk } from '../support/browser-desk.ts';
import { CustomerPage } from '../support/customer-page.ts';
import { newCustomer } from '../support/sharing-browser.ts';
import type { TechnicianPage } from '../support/technician-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { startVirtualDisplay } from '../support/virtual-display.ts';
import { startOwnBrowser } from '../support/visible-browser.ts';
import { WatcherPage } from '../support/watcher-page.ts';

/** Keysyms. */
const [CONTROL, SHIFT, LETTER_T] = [0xffe3, 0xffe1, 0x54];
/** What the customer shows can be seen. */
const showsPage = async (technician: TechnicianPage) =>
  (await technician.pixel(250, 180)).every((value) => Math.abs(value - 0xc0) <= 8);
const CHOOSES_AGAIN = t.agents.nothingShown['loaded-anew']('Ada Example');

describe('journey: a customer’s browser is loaded anew in the middle of a session', function () {
  this.timeout(120_000);
  let desk: BrowserDesk;
  before(async () => {
    desk = await openBrowserDesk();
  });
  after(() => desk.close());

  it('and goes on with the same key, after it was chosen again what to show', async () => {
    const { technician, customer, record, story } = await desk.session({
      tools: ['view', 'chat'],
      allow: ['view', 'chat'],
    });
    const isShown = () => showsPage(technician);
    await until('the picture', isShown, 20_000);
    const asked: string[] = [];
    customer.page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await customer.page.reload();
    assert.deepEqual(asked, ['beforeunload'], 'the browser asks before the page is left');
    await technician.page.getByText(CHOOSES_AGAIN).waitFor();
    await technician.sees('view', 'granted');
    assert.equal(await technician.page.getByText(t.technician.active.lastPicture).count(), 0);
    const { look } = t.customer.local;
    const view = customer.page
      .getByRole('listitem')
      .filter({ has: customer.page.getByText(t.customer.tool.title.view, { exact: true }) });
    await view.getByText(look.allowed).waitFor();
    await customer.page.getByRole('button', { name: t.customer.browser.choose }).click();
    await until('the picture again', isShown, 20_000);
    await view.getByText(look['in-use']).waitFor();
    await technician.end('Solved', 'It went on.');
    await customer.over();

    const told = await story();
    assert.equal(told.filter((type) => type === 'session.joined').length, 1);
    assert.equal(told.filter((type) => type === 'consent.answered').length, 1, 'nobody is asked again');
    assert.equal(
      told.filter((type) => type === 'surface.shared').length,
      2,
      'what was chosen again may be another tab',
    );
    const { accounts, timeline } = await record();
    assert.deepEqual(accounts.customer?.findings, []);
    const ofView = timeline.flatMap((entry) => {
      if (entry.type === 'surface.refused') return [entry.reason];
      const isLane = entry.type === 'lane.opened' || entry.type === 'lane.closed';
      return entry.type === 'surface.shared' || (isLane && entry.tool === 'view') ? [entry.type] : [];
    });
    assert.deepEqual(
      ofView,
      [
        ...['surface.shared', 'lane.opened', 'lane.closed'],
        ...['loaded-anew', 'surface.shared', 'lane.opened', 'lane.closed'],
      ],
      'it is not in use while nothing is shown',
    );
  });

  it('and who watches by the customer’s yes goes on too, without a new question', async () => {
    const { technician, customer, record, story } = await desk.session({ tools: ['view'], allow: ['view'] });
    const max = new WatcherPage((await newPerson(desk.staff)).page, desk.broker.url);
    await max.signIn(PEOPLE.max.email, PASSWORD);
    await max.watchFromLog(new URL(technician.page.url()).pathname.split('/')[2]!);
    await max.ask();
    await customer.answer(true);
    await max.sees();
    await customer.page.reload();
    await max.reads(t.watching.watcher.chooses('Ada Example'));
    await customer.page.getByRole('button', { name: t.customer.browser.choose }).click();
    await max.sees();
    const { customer: told } = t.watching;
    await customer.page.getByText(told.sees(isolated(PEOPLE.max.name), 'manager')).waitFor();
    await technician.end('Solved', 'It went on.');
    await customer.over();

    const types = (await story()).filter((type) => type.startsWith('watching.'));
    assert.deepEqual(types, ['watching.asked', 'watching.answered'], 'the customer is asked once');
    const { record: kept, accounts, timeline } = await record();
    assert.equal(kept.watchers?.length, 1);
    const seen = timeline.filter((entry) => entry.type === 'lane.opened' && entry.watchingId !== undefined);
    assert(seen.length >= 2, 'a lane before, and one after');
    assert.deepEqual(accounts.customer?.findings, []);
  });

  it('and whoever left the page reads with the same code where it goes on, and goes on there', async () => {
    const { customer, code, technician } = await desk.session({ tools: ['view'], allow: ['view'] });
    await until('the picture', () => showsPage(technician), 20_000);
    await customer.page.goto('about:blank');
    const second = new CustomerPage(await customer.page.context().newPage());
    await second.enterCode(desk.broker.url, code);
    await second.page.getByText(t.customer.browser.closedTab).waitFor();
    await second.page.close();
    // A tab that is opened again has what it kept, as this one does.
    await customer.page.goto(new URL('/join', desk.broker.url).href);
    await customer.page.getByRole('button', { name: t.customer.browser.choose }).waitFor();
    await technician.page.getByText(CHOOSES_AGAIN).waitFor();
    await customer.stopEverything();
    await customer.over();
    // The page before it was seen through.
    const told = t.customer.local.used(isolated(PEOPLE.tess.name), ['view']);
    await customer.page.getByText(told).waitFor();
  });

  it('and whoever closed the tab opens it again with the keys that the page names', async () => {
    const display = await startVirtualDisplay();
    const profile = await temporaryFolder();
    const own = await startOwnBrowser(display.display, profile.path);
    try {
      const technician = await desk.technician();
      const code = await technician.openSession({
        name: 'Ada Example',
        reason: 'Printing fails',
        tools: ['chat'],
      });
      const customer = new CustomerPage(await own.page.context().newPage());
      await customer.shareHere(desk.broker.url, code);
      await customer.allow(['chat']);
      await technician.admit();
      await technician.sees('chat', 'in-use');
      await customer.page.close();
      await new CustomerPage(own.page).enterCode(desk.broker.url, code);
      const { closedTab } = t.customer.browser;
      await own.page.getByText(closedTab).waitFor();
      assert.match(closedTab, /Ctrl Shift T/);
      const again = new CustomerPage(await own.opensTabBy([CONTROL, SHIFT, LETTER_T]));
      const helps = t.customer.local.with(isolated(PEOPLE.tess.name));
      await again.page.getByRole('heading', { name: helps }).waitFor();
      await technician.sees('chat', 'in-use');
      await again.stopEverything();
      await again.over();
    } finally {
      await own.close();
      await display.stop();
      await profile.remove();
    }
  });

  it('and what could not be loaded is tried again: before the code is used, and before the session goes on', async () => {
    const technician = await desk.technician();
    const wish = { name: 'Ada Example', reason: 'Printing fails', tools: ['chat'] as const };
    const code = await technician.openSession(wish);
    const { page } = await newCustomer(desk.customers);
    const customer = new CustomerPage(page);
    const { notLoaded, tryAgain, go } = t.customer.browser;
    const parts = '**/assets/session-here-*.js';
    await page.route(parts, (route) => route.abort());
    await customer.lookAtCode(desk.broker.url, code);
    await page.getByRole('button', { name: t.customer.join.goOn }).click();
    await page.getByRole('button', { name: go }).click();
    await page.getByText(notLoaded).waitFor();
    await page.unroute(parts);
    // A browser may remember what it did not get: the page itself is loaded again.
    await page.getByRole('button', { name: tryAgain }).click();
    await page.getByRole('button', { name: t.customer.join.goOn }).click();
    await page.getByRole('button', { name: go }).click();
    await page.getByRole('button', { name: t.customer.local.allowTicked }).waitFor();

    await page.route(parts, (route) => route.abort());
    await page.reload();
    await page.getByText(notLoaded).waitFor();
    await page.unroute(parts);
    await page.getByRole('button', { name: tryAgain }).click();
    await page.getByRole('button', { name: t.customer.local.allowTicked }).waitFor();
    await customer.stopEverything();
    await page.context().close();
  });

  it('and its styles are tried again, too: nobody is asked on a page without them', async () => {
    const technician = await desk.technician();
    const code = await technician.openSession({
      name: 'Ada Example',
      reason: 'Printing fails',
      tools: ['chat'],
    });
    const { page } = await newCustomer(desk.customers);
    const customer = new CustomerPage(page);
    const { notLoaded, tryAgain, go } = t.customer.browser;
    await page.goto(new URL('/join', desk.broker.url).href);
    await page.getByLabel(t.customer.join.field).fill(code);
    const styles = '**/assets/*.css';
    await page.route(styles, (route) => route.abort());
    await page.getByRole('button', { name: t.customer.join.proceed }).click();
    await page.getByRole('button', { name: t.customer.join.goOn }).click();
    await page.getByRole('button', { name: go }).click();
    await page.getByText(notLoaded).waitFor();
    await page.unroute(styles);
    // A browser that translates the page, or an extension, puts sheets of its own there: they are not ours to miss.
    await page.addInitScript(() =>
      document.addEventListener('DOMContentLoaded', () => {
        // One of the last two the page does not take (CSP), and the other one never comes.
        const own = URL.createObjectURL(new Blob(['p { color: red }'], { type: 'text/css' }));
        for (const href of ['https://translated.example/page.css', own, ''])
          document.head.append(
            Object.assign(document.createElement('link'), { rel: 'stylesheet', ...(href && { href }) }),
          );
      }),
    );
    await page.getByRole('button', { name: tryAgain }).click();
    await page.getByRole('button', { name: t.customer.join.goOn }).click();
    await page.getByRole('button', { name: go }).click();
    await page.getByRole('button', { name: t.customer.local.allowTicked }).waitFor();
    // Of a sheet that did not come nobody may read the rules.
    const rules = await page.evaluate(() =>
      [...document.styleSheets]
        .filter(({ href }) => href?.startsWith(location.origin))
        .map(({ cssRules }) => cssRules.length),
    );
    assert(rules.length > 0);
    await customer.stopEverything();
    await page.context().close();
  });

  it('and without storage for our pages it goes on as long as its page', async () => {
    const display = await startVirtualDisplay();
    const profile = await temporaryFolder();
    await blockSiteData(profile.path);
    const own = await startOwnBrowser(display.display, profile.path);
    try {
      const technician = await desk.technician();
      const code = await technician.openSession({
        name: 'Ada Example',
        reason: 'Printing fails',
        tools: ['chat'],
      });
      const customer = new CustomerPage(own.page);
      await customer.shareHere(desk.broker.url, code);
      assert.equal(await own.page.evaluate(whatStorageSays), 'SecurityError');
      await customer.allow(['chat']);
      await technician.admit();
      await technician.sees('chat', 'in-use');
      const field = technician.page.getByPlaceholder(t.technician.chat.placeholder);
      await field.fill('Is the lamp of your printer on?');
      await field.press('Enter');
      await customer.gets('Is the lamp of your printer on?');
      await customer.stopEverything();
      await customer.over();
      const used = t.customer.local.used(isolated(PEOPLE.tess.name), ['chat']);
      await own.page.getByText(used).waitFor();
      await customer.enterCode(desk.broker.url, code);
      await own.page.getByText(t.customer.join.wrong).waitFor();
    } finally {
      await own.close();
      await display.stop();
      await profile.remove();
    }
  });

  it('and a second tab with the same code says where the session is', async () => {
    const { customer, code, technician } = await desk.session({ tools: ['view'], allow: ['view'] });
    const second = new CustomerPage(await customer.page.context().newPage());
    await second.enterCode(desk.broker.url, code);
    await second.page.getByText(t.customer.browser.otherTab).waitFor();
    await technician.sees('view', 'in-use');
    await customer.stopEverything();
    await customer.over();
  });

  it('and a tab that was duplicated says so, and keeps nothing of what was said', async () => {
    const { customer, technician } = await desk.session({ tools: ['chat'], allow: ['chat'] });
    await technician.page.getByPlaceholder(t.technician.chat.placeholder).fill('For you alone');
    await technician.page.getByPlaceholder(t.technician.chat.placeholder).press('Enter');
    await customer.gets('For you alone');
    const kept = (page: Page) => page.evaluate(() => sessionStorage.getItem('countersign-chat'));
    assert.match((await kept(customer.page)) ?? '', /For you alone/);
    await until('what was used is kept: a page that crashes says nothing as it goes', () =>
      customer.page.evaluate(
        () => JSON.parse(sessionStorage.getItem('countersign-session') ?? '{}').used?.join() === 'chat',
      ),
    );
    const opening = customer.page.waitForEvent('popup');
    // What such a window begins with is a copy of this one's storage, as a duplicated tab's is.
    await customer.page.evaluate(() => void window.open(window.location.href));
    const duplicate = await opening;
    await duplicate.getByText(t.customer.browser.otherTab).waitFor();
    assert.equal(await kept(duplicate), null);
    assert.match((await kept(customer.page)) ?? '', /For you alone/);
    await customer.stopEverything();
    await customer.over();
  });

  it('and a tab that was duplicated goes on when the first is closed: what its customer allows there counts', async () => {
    const { customer, technician, story } = await desk.session({ tools: ['chat'], allow: ['chat'] });
    const opening = customer.page.waitForEvent('popup');
    await customer.page.evaluate(() => void window.open(window.location.href));
    const duplicate = new CustomerPage(await opening);
    await duplicate.page.getByText(t.customer.browser.otherTab).waitFor();
    // The first one goes on signing, and the duplicate hears nothing of it.
    await technician.ask('file-upload');
    await customer.answer(true);
    await technician.sees('file-upload', 'granted');
    await customer.stop('file-upload');
    await technician.sees('file-upload', 'revoked');
    await customer.page.close();
    await duplicate.page.reload();
    await duplicate.page.getByRole('button', { name: t.customer.local.stopEverything }).waitFor();
    await technician.ask('file-download');
    await duplicate.answer(true);
    await technician.sees('file-download', 'granted');
    assert(!(await story()).includes('statement.refused'));
    await duplicate.stopEverything();
    await duplicate.over();
    const isNoted = () => Object.keys(localStorage).some((name) => name.startsWith('countersign-number'));
    await until('no number is kept', async () => !(await duplicate.page.evaluate(isNoted)));
  });

  it('and who was looking at the code when another page used it reads that it is gone', async () => {
    const { url } = desk.broker;
    const code = await (await desk.technician()).openSession({
      name: 'Ada Example',
      reason: 'Printing fails',
      tools: ['view'],
    });
    const [first, second] = [
      new CustomerPage((await newCustomer(desk.customers)).page),
      new CustomerPage((await newCustomer(desk.customers)).page),
    ];
    await second.lookAtCode(url, code);
    await second.page.getByRole('button', { name: t.customer.join.goOn }).click();
    await first.shareHere(url, code);
    const { page } = second;
    await page.getByText(t.customer.join.codeLeft(9).slice(0, 14)).waitFor();
    await page.getByRole('button', { name: t.customer.browser.go }).click();
    await page.getByText(t.customer.join.gone).waitFor();
    assert.equal(await page.getByText(t.customer.join.codeLeft(9).slice(0, 14)).count(), 0);
    await page.getByRole('button', { name: t.customer.join.anotherCode }).click();
    await page.getByLabel(t.customer.join.field).waitFor();
    await first.notNow();
    await first.over();
  });
});

/** As its settings do, for every site. */
async function blockSiteData(profile: string): Promise<void> {
  const blocked = 2;
  const settings = { profile: { default_content_setting_values: { cookies: blocked } } };
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(settings));
}

function whatStorageSays(): string {
  try {
    return `${window.sessionStorage.length} kept`;
  } catch (thrown) {
    return (thrown as Error).name;
  }
}
