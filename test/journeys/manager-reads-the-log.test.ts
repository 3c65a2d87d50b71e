import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { newPerson, startBrowser } from '../support/browser.ts';
import { TechnicianPage } from '../support/technician-page.ts';

const text = t.log;
/** More than the page is high. */
const SESSIONS = 30;

describe('journey: a manager reads the log', function () {
  this.timeout(120_000);
  let broker: RunningBroker;
  let browser: Browser;
  let page: Page;

  before(async () => {
    broker = await startBroker();
    await setUpOrganisation(broker.url, broker.setUpLink);
    const tess = new ApiClient(broker.url);
    await tess.signIn(PEOPLE.tess.email, PASSWORD);
    for (let index = 0; index < SESSIONS; index += 1) {
      const { id } = await tess.openSession({ reference: index === 0 ? 'T-1' : 'T-2' });
      await tess.call('POST', `/api/v1/sessions/${id}/end`, { outcome: 'solved' });
    }
    browser = await startBrowser();
    ({ page } = await newPerson(browser, { width: 1280 }));
    await new TechnicianPage(page, broker.url).signIn(PEOPLE.max.email, PASSWORD);
  });
  after(async () => {
    await browser.close();
    await broker.close();
  });

  const openers = () => page.locator('button[id^="open-"]');
  const list = async (address: string) => {
    await page.goto(`${broker.url}/log${address}`);
    await openers().first().waitFor();
  };
  const head = async () => (await page.locator('thead').boundingBox())!;

  it('finds the head of the table above its rows with whatever columns, and at the page’s edge once the page scrolls', async () => {
    await list('?columns=contact,company,reference&reference=T-1');
    const row = (await openers().first().boundingBox())!;
    assert((await head()).y + (await head()).height <= row.y);

    await list(
      '?columns=contact,company,reference,reason,technician,team,platform,tools,active,total,status',
    );
    await page.setViewportSize({ width: 1100, height: 700 });
    const status = page.getByRole('columnheader', { name: text.columns.status });
    await status.getByRole('button').focus();
    await page.waitForFunction(() => {
      const left = document.querySelector('tbody')!.scrollLeft;
      return left > 0 && left === document.querySelector('thead')!.scrollLeft;
    });
    await page.mouse.move(500, 500);
    await page.mouse.wheel(0, 400);
    await page.waitForFunction(() => document.querySelector('tbody')!.getBoundingClientRect().top < 0);
    assert.equal(Math.round((await head()).y), 56);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('goes from a row to its record and back by keyboard alone', async () => {
    await list('');
    const panel = page.getByRole('complementary', { name: text.panel });
    const focused = (id: string) =>
      page.waitForFunction((wanted) => document.activeElement?.id === wanted, id);
    const first = (await openers().nth(0).getAttribute('id'))!;
    const second = (await openers().nth(1).getAttribute('id'))!;
    await page.keyboard.press('j');
    await focused(first);
    await page.keyboard.press('Enter');
    await focused('log-panel');
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), text.wholeRecord);

    await page.keyboard.press('j');
    await focused(second);
    await page.keyboard.press('Enter');
    await focused('log-panel');
    await page.keyboard.press('Escape');
    await focused(second);
    assert.equal(await panel.count(), 0);
  });

  it('says beside the field what cannot be searched for, and leaves it as it was typed', async () => {
    await list('');
    const field = page.getByRole('textbox', { name: text.search });
    const words = Array.from({ length: 33 }, (_, index) => `word${index}`).join(' ');
    await field.fill(words);
    await page.getByText(text.tooManyWords(32)).waitFor();
    await field.fill('x'.repeat(501));
    await page.getByText(text.tooLong(500)).waitFor();
    await field.press('Enter');
    assert.equal((await field.inputValue()).length, 501);
    assert.equal(new URL(page.url()).search, '');
    await field.fill('nobody');
    await page.getByText(text.noMatchTitle).waitFor();

    // An old link may still ask it.
    await page.goto(`${broker.url}/log?q=${encodeURIComponent(words)}`);
    await page.getByText(t.problems.fields).waitFor();
    assert.equal(await page.getByText(text.tooManyWords(32)).count(), 1);
  });

  it('says of a period that ends before it begins which day is wrong, and swaps the two', async () => {
    await page.goto(`${broker.url}/log?from=2100-03-02&to=2000-03-01`);
    await page.getByText(text.backwards('2 Mar 2100', '1 Mar 2000')).waitFor();
    assert.equal(await page.getByText(text.noMatchTitle).count(), 0);
    await page.getByRole('button', { name: text.swapDays }).click();
    await openers().first().waitFor();
    assert.equal(new URL(page.url()).search, '?from=2000-03-01&to=2100-03-02');
  });

  it('says which part of an address it did not understand, until it is asked anew', async () => {
    await list('?status=nonsense&reference=T-1');
    await page.getByText(text.leftOut(['status'])).waitFor();
    await page.getByRole('button', { name: text.leftOutDrop }).click();
    await page.getByText(text.leftOutTitle).waitFor({ state: 'hidden' });
    assert.equal(new URL(page.url()).search, '?reference=T-1');
  });
});
