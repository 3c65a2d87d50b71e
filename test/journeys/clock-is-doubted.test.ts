import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import { LogAlarms } from '../../protocol/log-alarm.ts';
import { violationsOf } from '../support/accessibility.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import type { ReachableBroker } from '../support/broker.ts';
import { newPerson, startBrowser } from '../support/browser.ts';
import { composeBroker } from '../support/composed-broker.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { TechnicianPage } from '../support/technician-page.ts';
import { until } from '../support/until.ts';

const text = t.retention;
const DAY = 86_400_000;

describe('journey: a clock that does not follow the log stops the deleting until somebody looks at it', function () {
  this.timeout(180_000);
  let clock: FakeClock;
  let broker: ReachableBroker;
  let admin: ApiClient;
  let browser: Browser;

  before(async () => {
    clock = new FakeClock(Date.now());
    broker = await composeBroker(clock, { COUNTERSIGN_LOG_LEVEL: 'silent' });
    await setUpOrganisation(broker.url, broker.setUpLink);
    clock.advance(21 * DAY);
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await broker.close();
  });

  const alarms = async () => LogAlarms.parse(await admin.call('GET', '/api/v1/log/alarms')).alarms;
  const signIn = async (email: string, options = {}) => {
    const { page, errors } = await newPerson(browser, options);
    await new TechnicianPage(page, broker.url).signIn(email, PASSWORD);
    return { page, errors };
  };
  const alarmLine = (page: Page) => page.getByText(/^Nothing is deleted by itself: the server’s clock says/);

  it('tells an administrator where they land, and on the page that the alarm leads to', async () => {
    admin = new ApiClient(broker.url);
    await admin.signIn(PEOPLE.admin.email, PASSWORD);
    await until('the alarm stands', async () => (await alarms()).some(({ kind }) => kind === 'clock'));
    const { page, errors } = await signIn(PEOPLE.admin.email);
    await alarmLine(page).waitFor();
    assert.equal(await page.getByRole('link', { name: t.verification.toRetention }).count(), 0);
    await page.getByRole('link', { name: t.verification.toVerification }).click();
    await page.getByRole('heading', { name: t.verification.title }).first().waitFor();
    await alarmLine(page).waitFor();
    assert.deepEqual(await violationsOf(page, 'verification, clock in doubt', 'AA'), []);
    assert.deepEqual(errors, []);
  });

  it('lets a privacy officer go on by hand, though nothing is due', async () => {
    const { page, errors } = await signIn(PEOPLE.priya.email, { width: 390, height: 844, dark: true });
    await page.goto(`${broker.url}/retention`);
    const notice = page.getByRole('status').filter({ hasText: text.doubtTitle });
    await notice.waitFor();
    assert.deepEqual(await violationsOf(page, 'retention, clock in doubt', 'AA'), []);
    await page.getByRole('button', { name: text.run }).click();
    const dialog = page.getByRole('alertdialog', { name: text.runTitle });
    await dialog.getByText(text.nothingDue).waitFor();
    await dialog.getByText(/Compare it with another clock/).waitFor();
    assert.deepEqual(await violationsOf(page, 'retention, asked about the clock', 'AA'), []);
    await dialog.getByRole('button', { name: text.runOfNothing }).click();
    await notice.waitFor({ state: 'detached' });
    assert.deepEqual(await alarms(), []);
    assert.deepEqual(errors, []);
  });
});
