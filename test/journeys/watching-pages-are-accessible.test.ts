import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import { violationsOf } from '../support/accessibility.ts';
import { PASSWORD, PEOPLE } from '../support/api-client.ts';
import { newPerson } from '../support/browser.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import { WatcherPage } from '../support/watcher-page.ts';

const { watcher: text, technician: helper, customer: told, invitations } = t.watching;

describe('journey: the pages of who watches are for everybody (axe finds nothing)', function () {
  this.timeout(240_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  it('at the watcher’s, the customer’s and the technician’s, from the invitation to the end', async () => {
    const found: string[] = [];
    const look = async (page: Page, name: string, contrast: 'AA' | 'AAA' = 'AA') => {
      found.push(...(await violationsOf(page, name, contrast)));
    };
    const { technician, customer, id } = await desk.session({ allow: ['view'] });
    const max = new WatcherPage((await newPerson(desk.browser)).page, desk.broker.url);
    await max.signIn(PEOPLE.max.email, PASSWORD);
    await max.page.goto(`${desk.broker.url}/log/${id}`);
    await max.page.getByRole('button', { name: t.watching.log.watch }).waitFor();
    await look(max.page, 'record with Watch');

    await technician.showConsent();
    await technician.page.getByRole('button', { name: helper.invite }).click();
    await technician.page.getByLabel(helper.search, { exact: true }).waitFor();
    await look(technician.page, 'invite dialog');
    await technician.page.getByRole('button', { name: /Max/ }).click();
    await max.page.getByRole('link', { name: invitations.open, exact: true }).waitFor();
    await look(max.page, 'invitation');
    await technician.showConsent();
    await look(technician.page, 'who is invited');
    await max.acceptInvitation();
    await max.reads(text.ask);
    await look(max.page, 'invited');
    await max.ask();
    await customer.page.getByText(told.meaning).waitFor();
    await look(customer.page, 'question', 'AAA');
    await look(max.page, 'asked');
    await customer.answer(true);
    await max.sees();
    await look(max.page, 'watching');
    await look(customer.page, 'watched', 'AAA');
    await technician.showConsent();
    await look(technician.page, 'who watches');
    await customer.stop('view');
    await max.reads(text.notShown);
    await look(max.page, 'ended');
    await technician.end('Solved', 'Done.');
    await max.reads(text.over);
    await look(max.page, 'over');
    await max.page.goto(`${desk.broker.url}/log/${id}`);
    await max.page.getByText(t.watching.log.title).waitFor();
    await look(max.page, 'record of who watched');
    assert.deepEqual(found, []);
  });

  it('and a session that is not theirs to watch is not there', async () => {
    const { id } = await desk.session({ allow: ['view'] });
    const tom = new WatcherPage((await newPerson(desk.browser)).page, desk.broker.url);
    await tom.signIn(PEOPLE.tom.email, PASSWORD);
    await tom.page.goto(`${desk.broker.url}/watch/${id}`);
    await tom.reads(text.notYours);
    assert.deepEqual(await violationsOf(tom.page, 'not there', 'AA'), []);
  });
});
