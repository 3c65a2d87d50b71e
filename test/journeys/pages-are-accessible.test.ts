import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { customer as customerText } from '../../console/shared/strings/en/customer.ts';
import { rulesWords } from '../../console/shared/strings/rules.ts';
import { t } from '../../console/shared/strings.ts';
import { violationsOf } from '../support/accessibility.ts';
import { startBroker } from '../support/broker.ts';
import { newPerson, startBrowser } from '../support/browser.ts';
import { CustomerPage } from '../support/customer-page.ts';
import { openSupportDeskAt, type SupportDesk, type SupportSession } from '../support/support-desk.ts';
import { tamperWith } from '../support/tampered-store.ts';
import type { TechnicianPage } from '../support/technician-page.ts';

const text = t.technician;

describe('journey: every page is for everybody (axe finds nothing)', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  let tess: TechnicianPage;
  let session: SupportSession;
  let setUpPage: string[];
  const isFocused = (element: Element) => element === document.activeElement;
  const heading = (page: Page, name: string) => page.getByRole('heading', { name }).first().waitFor();

  before(async () => {
    const broker = await startBroker();
    const browser = await startBrowser();
    const { page } = await newPerson(browser);
    await page.goto(broker.setUpLink!);
    await page.getByRole('button', { name: text.setUp.action }).click();
    await page.getByText(text.setUp.needed.password).waitFor();
    assert.equal(await page.getByLabel(text.setUp.organisation).evaluate(isFocused), true);
    setUpPage = await violationsOf(page, 'set-up', 'AA');
    await page.goto(`${broker.url}/set-up?token=of-an-earlier-start`);
    await page.getByText(text.setUp.notValidTitle).waitFor();
    await page.goto(broker.url);
    await page.getByText(text.signIn.nobodyYet).waitFor();
    await browser.close();
    desk = await openSupportDeskAt(broker);
  });
  after(() => desk.close());

  /** Pixels by which a page, or the table in it, is wider than the window. */
  const sidewaysRoom = (page: Page) =>
    page.evaluate(() =>
      Math.max(
        ...[document.documentElement, ...document.querySelectorAll('main *')].map((element) =>
          getComputedStyle(element).overflowX === 'auto' || element === document.documentElement
            ? element.scrollWidth - element.clientWidth
            : 0,
        ),
      ),
    );

  /** One part of the story. `look` checks a page as it stands; what was found is told at the end of the part. */
  const part = (
    title: string,
    story: (look: (page: Page, name: string, contrast?: 'AA' | 'AAA') => Promise<void>) => Promise<void>,
  ) =>
    it(title, async () => {
      const found: string[] = [];
      await story(async (page, name, contrast = 'AA') => {
        found.push(...(await violationsOf(page, name, contrast)));
      });
      assert.deepEqual(found, []);
    });

  it('set-up', () => assert.deepEqual(setUpPage, []));

  part('sign-in and the pages before a session', async (look) => {
    const { page } = await newPerson(desk.browser);
    await page.goto(desk.broker.url);
    await page.getByLabel(text.signIn.password).waitFor();
    await look(page, 'sign-in');

    tess = await desk.technician('tess');
    await heading(tess.page, text.home.title);
    await look(tess.page, 'home, empty');
    await tess.page.goto(`${desk.broker.url}/sessions/new`);
    await heading(tess.page, text.open.title);
    await tess.page.getByText(text.open.noVoice).waitFor();
    await tess.page.getByRole('button', { name: text.open.action }).click();
    await tess.page.getByText(text.open.needed.reason).waitFor();
    assert.equal(await tess.page.getByLabel(text.open.name, { exact: true }).evaluate(isFocused), true);
    await look(tess.page, 'open a session, with what is missing');
    await tess.page.goto(`${desk.broker.url}/nowhere`);
    await heading(tess.page, t.notFound.title);
    await look(tess.page, 'an address that leads nowhere');
  });

  part('the code and the join page', async (look) => {
    const code = await tess.openSession({ name: 'Ada Example', reason: 'Printing fails', tools: ['view'] });
    await look(tess.page, 'waiting');

    const { page } = await newPerson(desk.browser);
    const customer = new CustomerPage(page);
    await customer.enterCode(desk.broker.url, code.startsWith('1') ? '234-567-891' : '123-456-789');
    await page.getByText(customerText.join.wrong).first().waitFor();
    await look(page, 'join, wrong code', 'AAA');
    await customer.lookAtCode(desk.broker.url, code);
    await look(page, 'join, card', 'AAA');
    await customer.agentCommand();
    await look(page, 'join, start the helper', 'AAA');
    await page.close();
  });

  part('a session from the card to the question', async (look) => {
    session = await desk.session({ technician: tess, tools: ['view', 'chat', 'file-upload'] });
    const { customer } = session;
    await customer.page.getByRole('checkbox').first().waitFor();
    await look(customer.page, 'local, card', 'AAA');
    await customer.allow(['view', 'chat', 'file-upload']);
    await customer.page.getByText(customerText.local.waitingLead).waitFor();
    await look(customer.page, 'local, waiting', 'AAA');
    await tess.page.getByRole('button', { name: text.joined.admit }).waitFor();
    await look(tess.page, 'joined');
    await tess.admit();
    await tess.sees('view', 'in-use');
    await look(customer.page, 'local, in session', 'AAA');
    await tess.ask('control');
    await customer.question().waitFor();
    await look(customer.page, 'local, question', 'AAA');
  });

  part('the technician’s session page with each of its panels, and its end at both sides', async (look) => {
    for (const tab of ['chat', 'files', 'consent', 'notes'] as const) {
      await tess.page.getByRole('tab', { name: text.active.tabs[tab] }).click();
      await look(tess.page, `session, ${tab}`);
    }
    await tess.page.getByRole('button', { name: text.active.end }).first().click();
    await tess.page.getByText(text.end.outcome, { exact: true }).waitFor();
    await look(tess.page, 'session, end');
    await tess.page.keyboard.press('Escape');
    await tess.end('Solved', 'Tray 2 was empty.');
    await look(tess.page, 'ended');
    await session.customer.over();
    await look(session.customer.page, 'local, ended', 'AAA');
    await tess.page.goto(desk.broker.url);
    await tess.page.getByText('Ada Example').first().waitFor();
    await look(tess.page, 'home');
  });

  part('the log and a record', async (look) => {
    const { page } = await desk.technician('max');
    await page.goto(`${desk.broker.url}/log`);
    const row = page.getByText('Ada Example').first();
    await row.waitFor();
    await look(page, 'log');
    await row.click();
    await page.getByText('Tray 2 was empty.').first().waitFor();
    await look(page, 'log, one session beside it');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: t.log.export }).click();
    await page.getByRole('dialog').waitFor();
    await look(page, 'log, export');
    await page.goto(`${desk.broker.url}/log/00000000-0000-4000-8000-000000000000`);
    await page.getByText(t.log.notFoundTitle).waitFor();
    await look(page, 'record, not found');
    await page.goto(`${desk.broker.url}/log/${session.id}`);
    await page.getByText('Tray 2 was empty.').first().waitFor();
    await look(page, 'record');
  });

  part('the overview, as plots and as tables', async (look) => {
    const { page } = await desk.technician('max');
    await page.goto(`${desk.broker.url}/overview`);
    await heading(page, t.overview.teams);
    await look(page, 'overview');
    const tables = page.getByRole('button', { name: t.overview.showTable });
    while ((await tables.count()) > 0) await tables.first().click();
    await look(page, 'overview, tables');
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await sidewaysRoom(page), 0, 'nothing is cut sideways');
    await page.goto(`${desk.broker.url}/overview?from=2020-01-01&to=2020-01-02`);
    await page.getByText(t.overview.emptyTitle).waitFor();
    await look(page, 'overview, nothing');
    await page.goto(`${desk.broker.url}/log`);
    await page.getByRole('button', { name: /^Plots/ }).click();
    await heading(page, t.overview.teams);
    await look(page, 'log, with its plots');
  });

  part('retention, and a session that is held', async (look) => {
    const { page } = await desk.technician('priya');
    await page.goto(`${desk.broker.url}/retention`);
    await page.getByText(t.retention.noneYetTitle).waitFor();
    await page.getByRole('rowheader', { name: 'Session records' }).waitFor();
    await look(page, 'retention');
    await page.goto(`${desk.broker.url}/log/${session.id}`);
    await page.getByRole('button', { name: t.retention.record.actions.hold }).click();
    await page.getByRole('dialog').waitFor();
    await page.getByRole('button', { name: t.retention.dialog.action.hold, exact: true }).click();
    await page.getByText(t.retention.dialog.needed.reason).waitFor();
    await look(page, 'record, hold it, with what is missing');
    const { until, reason } = t.retention.dialog;
    await page.getByLabel(until).fill(new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10));
    await page.getByLabel(reason).fill('Claim 17 of the customer’s insurer');
    await page.getByRole('button', { name: t.retention.dialog.action.hold, exact: true }).click();
    await page.getByText('Claim 17 of the customer’s insurer').first().waitFor();
    await look(page, 'record, held');
    await page.getByRole('button', { name: t.retention.record.lift.hold }).click();
    await page.getByRole('dialog').waitFor();
    await look(page, 'record, lift the hold');
    await page.getByLabel(reason).fill('Settled');
    await page.getByRole('button', { name: t.retention.liftDialog.action.hold, exact: true }).click();
    await page.getByText(t.retention.liftDialog.done.hold).first().waitFor();
  });

  part('the privacy rules, changed by one who may and read by one who may not', async (look) => {
    const { reading, periods } = rulesWords;
    const { page } = await desk.technician('priya');
    await page.goto(`${desk.broker.url}/privacy`);
    await heading(page, periods.title);
    await look(page, 'privacy rules');
    const stale = await page.context().newPage();
    await stale.goto(page.url());
    await heading(stale, periods.title);
    const cell = reading.cell(t.roles.manager, reading.rights.contactDetails);
    // A table is one stop of the Tab key; inside, the arrows walk.
    await page.getByRole('checkbox', { name: cell }).focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Space'])
      await page.keyboard.press(key);
    await page.getByRole('button', { name: reading.save }).click();
    await page.getByText(reading.change('manager', 'contactDetails', false)).waitFor();
    await look(page, 'privacy rules, who reads what, asked');
    await page.getByRole('button', { name: reading.action }).click();
    await page.getByText(reading.done).first().waitFor();

    const exports = stale.getByRole('checkbox', {
      name: reading.cell(t.roles.manager, reading.rights.export),
    });
    await stale.getByRole('checkbox', { name: cell }).focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Space'])
      await stale.keyboard.press(key);
    await stale.getByRole('button', { name: reading.save }).click();
    await stale.getByRole('button', { name: reading.action }).click();
    await stale.getByText('Somebody changed meanwhile who reads what.').first().waitFor();
    await stale.getByRole('alertdialog').waitFor({ state: 'detached' });
    assert.equal(await stale.getByRole('checkbox', { name: cell }).isChecked(), false);
    assert.equal(await exports.isChecked(), true);
    await look(stale, 'privacy rules, changed by somebody else meanwhile');
    await stale.close();

    await page.getByRole('button', { name: periods.changeOf('Session records') }).click();
    const days = page.getByLabel(periods.forAll);
    await days.fill('4000');
    await page.getByRole('button', { name: periods.go }).click();
    await page.getByText('Keep it from 30 to 3650 days').waitFor();
    await days.and(page.locator(':focus')).waitFor();
    await look(page, 'privacy rules, a period beyond its bounds');
    await days.fill('60');
    await page.getByRole('button', { name: periods.addTeam }).click();
    await page.getByRole('option', { name: 'Desk' }).click();
    await page.getByLabel(/sessions of .*Desk/).fill('90');
    await page.getByRole('button', { name: periods.go }).click();
    await page.getByText(periods.deletesSame).waitFor();
    await look(page, 'privacy rules, a period, asked');
    await page.getByRole('button', { name: periods.action, exact: true }).click();
    await page.getByText(periods.done('Session records')).first().waitFor();
    await page.getByText(t.retention.ofTeam('Desk', 90)).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await sidewaysRoom(page), 0, 'nothing is cut sideways');

    const auditor = await desk.technician('ada');
    await auditor.page.goto(`${desk.broker.url}/privacy`);
    await heading(auditor.page, periods.title);
    assert.equal(await auditor.page.getByRole('checkbox').count(), 0);
    await look(auditor.page, 'privacy rules, to read');
  });

  part('the log as its reader wants it, and who read what', async (look) => {
    const { page } = await desk.technician('ada');
    await page.goto(`${desk.broker.url}/log`);
    await page.getByText('Ada Example').first().waitFor();
    await page.getByRole('button', { name: t.log.more }).click();
    await look(page, 'log, every filter');
    await page.getByRole('button', { name: t.log.views.title }).click();
    await page.getByText(t.log.views.none).waitFor();
    await page.getByRole('button', { name: t.log.views.keep }).click();
    await page.getByText(t.log.views.needed).waitFor();
    await look(page, 'log, views');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: t.log.chooseColumns }).click();
    await page.getByRole('menuitemcheckbox', { name: t.log.columns.reference }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: t.log.columns.reference }).waitFor();
    await look(page, 'log, columns of the reader’s own');
    await page.goto(`${desk.broker.url}/reads`);
    await page.getByRole('row').nth(1).waitFor();
    await look(page, 'who read what');
    await page.goto(`${desk.broker.url}/reads?person=nobody@example.org`);
    await page.getByText(t.reads.noMatchTitle).waitFor();
    await look(page, 'who read what, nothing found');
  });

  part('verification: never, right, and the alarm', async (look) => {
    const text = t.verification;
    const { page } = await desk.technician('ada');
    const state = () => heading(page, text.log);
    await page.goto(`${desk.broker.url}/verification`);
    await state();
    await page.getByText(text.neverTitle).waitFor();
    await look(page, 'verification, never and without a witness');
    await page.getByRole('button', { name: text.action }).click();
    await page.getByRole('progressbar', { name: text.running }).waitFor();
    await look(page, 'verification, running');
    await page.getByText(text.rightTitle).waitFor();
    await look(page, 'verification, right');
    await tamperWith(desk.broker, (connection) =>
      connection.exec(
        `UPDATE entries SET fields = replace(fields, 'Printing fails', 'Nothing') WHERE type = 'session.created'`,
      ),
    );
    await page.getByRole('button', { name: text.action }).click();
    await page.getByText(text.wrongTitle).waitFor();
    await look(page, 'verification, alarm');
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await sidewaysRoom(page), 0, 'nothing is cut sideways');
    await page.emulateMedia({ colorScheme: 'dark' });
    await look(page, 'verification, alarm, dark');
    await page.goto(`${desk.broker.url}/log`);
    await page.getByText(text.alarmsTitle).waitFor();
    // The alarm stands above the page, which comes by itself.
    await heading(page, t.log.title);
    await look(page, 'log, with the alarm');
    assert.equal(await sidewaysRoom(page), 0, 'the head and the line fit a telephone');
    await page.getByRole('button', { name: t.navigation.log }).click();
    await page.getByRole('menuitem', { name: `${t.navigation.verification} (${text.alarms(1)})` }).waitFor();
    await look(page, 'the menu of pages');
    await page.keyboard.press('Escape');
    // The record is as it was again, for whoever looks at it after this.
    await tamperWith(desk.broker, (connection) =>
      connection.exec(
        `UPDATE entries SET fields = replace(fields, 'Nothing', 'Printing fails') WHERE type = 'session.created'`,
      ),
    );
  });

  part('the people', async (look) => {
    const { page } = await desk.technician('admin');
    await page.getByRole('heading').first().waitFor();
    await page.getByText(t.admin.next.onlyHere).waitFor();
    await look(page, 'next steps');
    await page.goto(`${desk.broker.url}/people`);
    await page.getByText('Tess Technician').first().waitFor();
    await look(page, 'people');
    await page.getByRole('button', { name: t.admin.people.add }).first().click();
    await page.getByRole('dialog').waitFor();
    await look(page, 'people, add one');
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, 'people, on a phone');
    assert.equal(await sidewaysRoom(page), 0, 'nothing is cut sideways');
    for (const address of ['/log', '/sessions/new']) {
      await page.goto(`${desk.broker.url}${address}`);
      await heading(page, t.notYours.title);
    }
    await look(page, 'a page of another role');
  });
});
