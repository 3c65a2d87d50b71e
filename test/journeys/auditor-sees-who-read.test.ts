import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { timelineWords } from '../../console/shared/strings/timeline.ts';
import { t } from '../../console/shared/strings.ts';
import { verifyFile } from '../../server/records/verify/verify-files.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { newPerson, startBrowser } from '../support/browser.ts';
import { TechnicianPage } from '../support/technician-page.ts';

describe('journey: an auditor sees who read what, and keeps a view of the log', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let browser: Browser;
  let sessionId: string;

  before(async () => {
    broker = await startBroker();
    await setUpOrganisation(broker.url, broker.setUpLink);
    browser = await startBrowser();
    const tess = new ApiClient(broker.url);
    await tess.signIn(PEOPLE.tess.email, PASSWORD);
    const contact = { name: 'Ada Example', company: 'Example Ltd' };
    sessionId = (await tess.openSession({ contact, reference: 'T-1042' })).id;
    await tess.openSession({ contact: { name: 'Bob Example' }, reference: 'T-1043' });
  });
  after(async () => {
    await browser.close();
    await broker.close();
  });

  const at = async (person: keyof typeof PEOPLE, path: string): Promise<Page> => {
    const { page } = await newPerson(browser);
    await new TechnicianPage(page, broker.url).signIn(PEOPLE[person].email, PASSWORD);
    await page.goto(broker.url + path);
    return page;
  };
  const lines = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('rowheader') });

  it('a manager’s search, reading and all that are in the list, in words', async () => {
    const max = await at('max', '/log');
    await max.getByLabel(t.log.search, { exact: true }).fill('ada');
    // Its chip moves the rows down; a press that began before would end beside them.
    await max.waitForURL('**/log?q=ada');
    await max.getByRole('button', { name: /Ada Example/ }).click();
    await max.getByText(t.log.record.groups.timeline).waitFor();

    const page = await at('ada', '/reads');
    const of = (text: string) => lines(page).filter({ hasText: text }).filter({ hasText: PEOPLE.max.name });
    await of(t.reads.searched)
      .filter({ hasText: 'any word: ' })
      .filter({ hasText: '1 session found' })
      .waitFor();
    await of('Ada Example').getByRole('link').click();
    await page.waitForURL(`**/log/${sessionId}`);
    await page.getByRole('link', { name: t.reads.ofSession }).click();
    await page.waitForURL(`**/reads?session=${sessionId}`);
    // Max read it, and the auditor just now.
    await lines(page).nth(1).waitFor();
    assert.deepEqual(await lines(page).getByRole('rowheader').locator('bdi').allTextContents(), [
      PEOPLE.ada.name,
      PEOPLE.max.name,
    ]);
    await page.getByRole('button', { name: t.reads.person }).click();
    await page.getByRole('option', { name: new RegExp(PEOPLE.max.name) }).click();
    await lines(page).nth(1).waitFor({ state: 'detached' });
    assert.equal(await lines(page).count(), 1);
  });

  it('the timeline numbers each entry as the transparency log does', async () => {
    const page = await at('max', `/log/${sessionId}`);
    await page.getByText(timelineWords.number(0).replace('0', '')).first().waitFor();
    const shown = await page.getByText(/^log entry \d+$/).allTextContents();
    const api = new ApiClient(broker.url);
    await api.signIn(PEOPLE.ada.email, PASSWORD);
    const { timeline } = await api.session(sessionId);
    assert.deepEqual(
      shown,
      timeline.map(({ seq }) => `log entry ${seq}`),
    );
  });

  it('a view keeps filters and columns, in another browser too, and the export follows the columns', async () => {
    const page = await at('ada', '/log?contact=ada');
    await page.getByText('Ada Example').first().waitFor();
    await page.getByRole('button', { name: t.log.chooseColumns }).click();
    for (const column of ['reference', 'platform'] as const)
      await page.getByRole('menuitemcheckbox', { name: t.log.columns[column], exact: true }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: t.log.views.title }).click();
    await page.getByLabel(t.log.views.name, { exact: true }).fill('Ada’s sessions');
    await page.getByRole('button', { name: t.log.views.keep }).click();

    const elsewhere = await at('ada', '/log');
    await elsewhere.getByText('Bob Example').first().waitFor();
    await elsewhere.getByRole('button', { name: t.log.views.title }).click();
    await elsewhere.getByRole('link', { name: 'Ada’s sessions' }).click();
    await elsewhere.getByText('Bob Example').first().waitFor({ state: 'detached' });
    await elsewhere.getByText('T-1042').first().waitFor();
    const headings = () => elsewhere.getByRole('columnheader').allTextContents();
    assert((await headings()).includes(t.log.columns.reference));
    assert(!(await headings()).includes(t.log.columns.platform));

    await elsewhere.getByRole('button', { name: t.log.export, exact: true }).click();
    await elsewhere.getByText(t.log.exportColumns).click();
    const coming = elsewhere.waitForEvent('download');
    await elsewhere.getByRole('dialog').getByRole('button', { name: t.log.export }).click();
    const [head, row, none] = (await readFile(await (await coming).path(), 'utf8')).split('\r\n');
    assert.match(head ?? '', /"created_at","technician","contact","company","reference","tools_used"/);
    assert.match(row ?? '', /"Ada Example","Example Ltd","T-1042"/);
    assert.equal(none, '');
  });

  it('an export with proofs is checked without the broker', async () => {
    const page = await at('ada', '/log');
    await page.getByText('Ada Example').first().waitFor();
    await page.getByRole('button', { name: t.log.export, exact: true }).click();
    await page.getByText(t.log.formats.proven.use).click();
    const coming = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: t.log.export }).click();
    assert.match(
      (await verifyFile(await (await coming).path())).sentence,
      /is right as far as it goes: 2 sessions/,
    );
  });

  it('who read what is exported with proofs and checked without the broker, and the list says so', async () => {
    const page = await at('ada', '/reads?kind=sign-in');
    await lines(page).first().waitFor();
    await page.getByRole('button', { name: t.reads.export, exact: true }).click();
    const coming = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: t.reads.exportProofs }).click();
    assert.match(
      (await verifyFile(await (await coming).path())).sentence,
      /of who read what is right: its \d+ entries are word for word/,
    );
    await page.goto(`${broker.url}/reads?kind=export`);
    await lines(page)
      .filter({ hasText: t.reads.exportedThis('ndjson', true) })
      .first()
      .waitFor();
  });

  it('the columns that were chosen stay, without a word in the address', async () => {
    const page = await at('max', '/log');
    await page.getByText('Ada Example').first().waitFor();
    await page.getByRole('button', { name: t.log.chooseColumns }).click();
    await page.getByRole('menuitemcheckbox', { name: t.log.columns.reason }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: t.log.columns.reason }).waitFor();
    await page.goto(`${broker.url}/log`);
    await page.getByRole('columnheader', { name: t.log.columns.reason }).waitFor();
  });
});
