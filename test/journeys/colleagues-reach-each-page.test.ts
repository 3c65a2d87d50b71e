import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import { violationsOf } from '../support/accessibility.ts';
import { PASSWORD, PEOPLE } from '../support/api-client.ts';
import { newPerson } from '../support/browser.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import type { TechnicianPage } from '../support/technician-page.ts';
import { until } from '../support/until.ts';
import { WatcherPage } from '../support/watcher-page.ts';

const { offers, technician: passing } = t.passing;
const { invitations, technician: watching, watcher } = t.watching;
const { colleagues, fullScreenLong, leaveFullScreen } = t.technician.active;
const [TESS, TOM] = [PEOPLE.tess.name, PEOPLE.tom.name];
const [ADA, BERT] = ['Ada Example', 'Bert Example'];

const invite = async ({ page }: TechnicianPage) => {
  await page.getByRole('button', { name: colleagues.title }).click();
  await page.getByRole('menuitem', { name: colleagues.invite }).click();
  await page.getByLabel(watching.search, { exact: true }).fill('tom');
  await page.getByRole('button', { name: watching.inviteOne(TOM) }).click();
};
const offer = async ({ page }: TechnicianPage) => {
  await page.getByRole('button', { name: colleagues.title }).click();
  await page.getByRole('menuitem', { name: colleagues.passOn }).click();
  await page.getByLabel(passing.search, { exact: true }).fill('tom');
  await page.getByRole('button', { name: passing.choose(TOM) }).click();
};

/** On a telephone, too, the lines lie above the picture and leave it room. */
async function coversNothing(page: Page, section: string, picture: string): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await until('the picture has room below the lines', async () => {
    const lines = await page.getByRole('region', { name: section }).boundingBox();
    const below = await page.getByTestId(picture).boundingBox();
    return lines !== null && below !== null && lines.y < below.y && below.height > 150;
  });
  if (before) await page.setViewportSize(before);
}

describe('journey: what colleagues want is read on whatever page is open', function () {
  this.timeout(240_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  it('while watching, and while helping somebody else', async () => {
    const found: string[] = [];
    const { technician: tess, customer, id } = await desk.session({ allow: ['view'] });
    const { page } = await newPerson(desk.browser);
    const context = page.context();
    const tom = new WatcherPage(page, desk.broker.url);
    await tom.signIn(PEOPLE.tom.email, PASSWORD);
    await invite(tess);
    await tom.acceptInvitation();
    await tom.ask();
    await customer.answer(true);
    await tom.sees();
    const max = new WatcherPage((await newPerson(desk.browser)).page, desk.broker.url);
    await max.signIn(PEOPLE.max.email, PASSWORD);
    await max.watchFromLog(id);
    await max.ask();
    await customer.answer(true);
    await max.sees();

    await offer(tess);
    await page.getByText(offers.text(TESS, ADA)).waitFor();
    found.push(...(await violationsOf(page, 'an offer while watching', 'AA')));
    await coversNothing(page, offers.title, 'watched-desktop');
    const second = await context.newPage();
    await second.goto(`${desk.broker.url}/watch/${id}`);
    await page.getByRole('button', { name: offers.takeOne(ADA) }).press('Enter');
    await customer.answer(true);
    await page.waitForURL(`**/sessions/${id}`);
    await max.reads(watcher.passedOn(TOM));
    const toYours = second.getByRole('button', { name: watcher.toYours });
    await toYours.waitFor();
    found.push(...(await violationsOf(second, 'their own by now', 'AA')));
    await toYours.click();
    await second.waitForURL(`**/sessions/${id}`);
    await second.close();

    const other = await desk.session({ allow: ['view'], contact: BERT });
    await invite(other.technician);
    await page.getByText(invitations.text(TESS, BERT)).waitFor();
    await page.getByText(invitations.toast(TESS)).first().waitFor();
    await offer(other.technician);
    await page.getByText(offers.text(TESS, BERT)).waitFor();
    found.push(...(await violationsOf(page, 'an offer and an invitation while helping', 'AA')));
    await coversNothing(page, offers.title, 'desktop');
    await page.getByRole('button', { name: fullScreenLong, exact: true }).click();
    await page.getByRole('button', { name: leaveFullScreen, exact: true }).waitFor();
    assert(!(await page.getByRole('button', { name: colleagues.title }).isVisible()), 'the head is away');
    for (const words of [offers.text(TESS, BERT), invitations.text(TESS, BERT)])
      assert(await page.getByText(words).isVisible(), words);
    await page.getByRole('button', { name: leaveFullScreen, exact: true }).click();
    await page.getByRole('button', { name: colleagues.title }).waitFor();
    const opening = context.waitForEvent('page');
    await page.getByRole('link', { name: offers.takeElsewhereOne(BERT) }).press('Enter');
    const elsewhere = await opening;
    await elsewhere.getByRole('button', { name: offers.takeOne(BERT) }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/sessions/${id}`, 'who helps goes on helping');
    await page.getByRole('button', { name: offers.declineOne(BERT) }).click();
    await page.getByText(offers.text(TESS, BERT)).waitFor({ state: 'hidden' });
    assert.deepEqual(found, []);
  });
});
