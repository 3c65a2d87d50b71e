import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { newPerson, startBrowser } from '../support/browser.ts';
import { TechnicianPage } from '../support/technician-page.ts';

const text = t.overview;
const MAX_SCRIPT_BYTES = 250_000;

describe('journey: a manager looks at the figures, and at the sessions behind one of them', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let browser: Browser;

  before(async () => {
    broker = await startBroker();
    await setUpOrganisation(broker.url, broker.setUpLink);
    browser = await startBrowser();
    const opens = async (person: keyof typeof PEOPLE, count: number) => {
      const client = new ApiClient(broker.url);
      await client.signIn(PEOPLE[person].email, PASSWORD);
      for (let index = 0; index < count; index += 1) {
        const { id } = await client.openSession();
        if (index > 0) await client.call('POST', `/api/v1/sessions/${id}/end`, { outcome: 'solved' });
      }
    };
    await opens('tess', 3);
    await opens('tom', 2);
  });
  after(async () => {
    await browser.close();
    await broker.close();
  });

  const signedIn = async (person: keyof typeof PEOPLE): Promise<{ page: Page; errors: string[] }> => {
    const { page, errors } = await newPerson(browser);
    await new TechnicianPage(page, broker.url).signIn(PEOPLE[person].email, PASSWORD);
    return { page, errors };
  };
  const tile = (page: Page, name: string) =>
    page.locator('dl > div', { hasText: name }).locator('dd').first().innerText();
  const counted = (page: Page) => page.getByRole('heading', { name: text.statuses }).waitFor();

  it('shows each reader the figures of their own sessions', async () => {
    for (const [person, sessions] of [
      ['max', '3'],
      ['tom', '2'],
      ['ada', '5'],
    ] as const) {
      const { page, errors } = await signedIn(person);
      await page.getByRole('link', { name: t.navigation.overview }).click();
      await counted(page);
      assert.equal(await tile(page, text.tiles.sessions), sessions, person);
      assert.equal(await page.getByRole('heading', { name: text.teams }).count(), person === 'tom' ? 0 : 1);
      assert.deepEqual(errors, []);
      await page.context().close();
    }
  });

  it('leads from a point, a status, a team and a technician to just those sessions', async () => {
    const { page } = await signedIn('ada');
    const overview = async () => {
      await page.goto(`${broker.url}/overview?period=last-7-days`);
      await counted(page);
    };
    const listed = async () => {
      const table = page.getByRole('table', { name: t.log.table });
      await table.waitFor();
      return (await table.getByRole('row').count()) - 1;
    };
    await overview();
    const plot = page.locator('.u-over').first();
    const box = (await plot.boundingBox())!;
    // Today is the last of seven points.
    const today = { x: (box.width * 6.5) / 7, y: box.height / 2 };
    await plot.hover({ position: today });
    await page.getByText(`${text.columns.sessions}: 5`).first().waitFor();
    await plot.click({ position: today });
    await page.waitForURL(/\/log\?from=(\d{4}-\d\d-\d\d)&to=\1$/);
    assert.equal(await listed(), 5);

    for (const [name, address, rows] of [
      [t.session.status.created, /period=last-7-days&status=created$/, 2],
      ['Desk', /period=last-7-days&team=Desk$/, 3],
      [PEOPLE.tom.name, /&technician=tom/, 2],
    ] as const) {
      await overview();
      // The first of the name: a technician's name stands in one table only.
      await page.getByRole('link', { name }).first().click();
      await page.waitForURL(address);
      assert.equal(await listed(), rows, name);
    }
  });

  it('gives the figures as a table, to the clipboard and as a file', async () => {
    const { page } = await signedIn('max');
    await page.goto(`${broker.url}/overview?period=last-7-days`);
    await counted(page);
    const title = text.sessionsTitles.day;
    await page.getByRole('button', { name: `${text.showTable}: ${title}` }).click();
    const rows = page.getByRole('table', { name: title }).getByRole('row');
    assert.equal(await rows.count(), 8);

    const menu = page.getByRole('button', { name: text.figures(title) });
    await menu.click();
    const arriving = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: text.download }).click();
    const file = await arriving;
    assert.match(file.suggestedFilename(), /^sessions-a-day-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
    const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
    assert.equal(lines[0], '\uFEFF"Day","Sessions"');
    assert.match(lines[7]!, /^"\d{4}-\d\d-\d\d",3$/);

    await menu.click();
    await page.getByRole('menuitem', { name: text.copy }).click();
    await page.getByText(text.copied).first().waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied.split('\n').at(-1)?.split('\t')[1], '3');
  });

  it('folds the same plots above the log, in the log’s filters', async () => {
    const { page } = await signedIn('ada');
    await page.goto(`${broker.url}/log?team=Field&q=nobody`);
    await page.getByRole('button', { name: text.fold(t.log.periods['last-30-days']) }).click();
    await counted(page);
    assert.equal(await tile(page, text.tiles.sessions), '2');
    await page.getByText(text.notFollowed).waitFor();
  });

  it('loads less script than a page may, and plots only for who looks at some', async () => {
    const { page } = await signedIn('max');
    const scripts = new Map<string, number>();
    page.on('response', async (response) => {
      if (response.request().resourceType() !== 'script') return;
      const body = await response.body().catch(() => undefined);
      if (body) scripts.set(new URL(response.url()).pathname, gzipSync(body).length);
    });
    // uPlot alone comes on its own, after the figures stand.
    const sum = () =>
      [...scripts].reduce((all, [path, size]) => (/span-plot-/.test(path) ? all : all + size), 0);
    await page.goto(`${broker.url}/log`);
    await page.getByRole('table', { name: t.log.table }).waitFor();
    assert(![...scripts.keys()].some((name) => /plots?-/.test(name)), 'the log brings no plots');
    scripts.clear();
    await page.goto(`${broker.url}/overview`);
    await counted(page);
    await page.locator('.u-over').nth(2).waitFor();
    await page.waitForLoadState('networkidle');
    assert(scripts.size > 3 && sum() < MAX_SCRIPT_BYTES, `${sum()} bytes in ${scripts.size} scripts`);
  });
});
