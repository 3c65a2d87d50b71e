import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import type { RetentionPreview } from '../../protocol/retention.ts';
import { PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { newPerson, startBrowser } from '../support/browser.ts';
import { TechnicianPage } from '../support/technician-page.ts';
import { until } from '../support/until.ts';

describe('journey: a privacy officer looks on while much is being deleted', function () {
  this.timeout(120_000);
  let broker: RunningBroker;
  let browser: Browser;

  before(async () => {
    broker = await startBroker();
    await setUpOrganisation(broker.url, broker.setUpLink);
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await broker.close();
  });

  it('sees the count in the end, however long it takes: it is not given up for the next one', async () => {
    const { page, errors } = await newPerson(browser);
    await page.clock.install();
    await new TechnicianPage(page, broker.url).signIn(PEOPLE.priya.email, PASSWORD);
    let asked = 0;
    let answer = () => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    // The broker's own answer, as if it were deleting, and the second one as late as on a busy machine.
    await page.route('**/api/v1/retention', async (route) => {
      asked += 1;
      const turn = asked;
      const response = await route.fetch();
      const preview = (await response.json()) as RetentionPreview;
      const kinds = preview.kinds.map((kind) => ({
        ...kind,
        ...(kind.due && { due: { ...kind.due, now: 1000 + turn } }),
      }));
      if (turn === 2) await slow;
      await route.fulfill({ response, json: { ...preview, kinds, isRunning: turn < 3 } });
    });
    await page.goto(`${broker.url}/retention`);
    await page.getByText(t.retention.running).waitFor();
    await page.getByText(t.retention.amount(1001, 'sessions')).first().waitFor();
    await page.clock.runFor(4000);
    await until('the page asked again', () => asked === 2);
    await page.clock.runFor(30_000);
    assert.equal(asked, 2, 'while it waits it does not ask once more');
    answer();
    await page.getByText(t.retention.amount(1002, 'sessions')).first().waitFor();
    await page.clock.runFor(4000);
    await page.getByText(t.retention.amount(1003, 'sessions')).first().waitFor();
    await page.getByText(t.retention.running).waitFor({ state: 'hidden' });
    assert.deepEqual(errors, []);
    await page.context().close();
  });

  it('asks again where the count could not be fetched once: the run goes on', async () => {
    const { page, errors } = await newPerson(browser);
    await page.clock.install();
    await new TechnicianPage(page, broker.url).signIn(PEOPLE.priya.email, PASSWORD);
    let asked = 0;
    let answer = () => {};
    const seen = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/v1/retention', async (route) => {
      asked += 1;
      const turn = asked;
      if (turn === 2) {
        await route.abort();
        return;
      }
      const response = await route.fetch();
      const preview = (await response.json()) as RetentionPreview;
      if (turn === 3) await seen;
      await route.fulfill({ response, json: { ...preview, isRunning: turn < 3 } });
    });
    await page.goto(`${broker.url}/retention`);
    await page.getByText(t.retention.running).waitFor();
    await page.clock.runFor(4000);
    await page.getByText(t.retention.failed).waitFor();
    await page.getByText(t.retention.running).waitFor();
    await page.clock.runFor(4000);
    await until('the page asked again', () => asked === 3);
    answer();
    await page.getByText(t.retention.failed).waitFor({ state: 'hidden' });
    await page.getByText(t.retention.running).waitFor({ state: 'hidden' });
    assert.deepEqual(errors, []);
    await page.context().close();
  });
});
