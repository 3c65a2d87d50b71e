import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as all } from 'node:stream/consumers';
import type { Browser, Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import { violationsOf } from '../support/accessibility.ts';
import { PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import { COUNTERSIGN, type RunningBroker, startBroker } from '../support/broker.ts';
import { newPerson, startBrowser } from '../support/browser.ts';
import { logForgedSession } from '../support/forged-session.ts';
import { TechnicianPage } from '../support/technician-page.ts';

const text = t.verification;

/** One end can sign what it likes, for as long as its session is kept: that may not hide a log that was changed. */
describe('journey: an auditor verifies a log with a session that is not what was signed', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let browser: Browser;
  let page: Page;
  let errors: string[];
  let sessionId: string;

  before(async () => {
    broker = await startBroker();
    await setUpOrganisation(broker.url, broker.setUpLink);
    await broker.program.stop();
    sessionId = await logForgedSession(broker);
    broker = await broker.startAgain();
    browser = await startBrowser();
    ({ page, errors } = await newPerson(browser));
    await new TechnicianPage(page, broker.url).signIn(PEOPLE.ada.email, PASSWORD);
  });
  after(async () => {
    await browser.close();
    await broker.close();
  });

  it('is told that all is as logged and not as signed, which session, and not in red', async () => {
    await page.getByRole('link', { name: t.navigation.verification }).click();
    await page.getByRole('button', { name: text.action }).click();
    const found = page.getByRole('status').filter({ hasText: text.notAsSigned.title });
    await found.waitFor();
    await found.getByText(/^All is as logged, but 1 session is not what was signed: \d+ entries/).waitFor();
    await found.getByText(new RegExp(`^Session ${sessionId} is not what was signed\\. Entry`)).waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
    assert.equal(await page.getByText(text.wrongTitle).count(), 0);
    const past = page.getByRole('grid', { name: text.past });
    await past.getByText(text.outcomes['not-as-signed']).waitFor();
    assert.deepEqual(await violationsOf(page, 'verification, not as signed', 'AA'), []);
    await found.getByRole('link', { name: text.toSession }).click();
    await page.waitForURL(new RegExp(`/log/${sessionId}$`));
  });

  it('finds a line of it where they land, which no restart takes away', async () => {
    await broker.program.stop();
    broker = await broker.startAgain();
    await page.goto(`${broker.url}/log`);
    const line = page.getByRole('status').filter({ hasText: text.alarmsTitle });
    await line.getByText(text.alarmOf.signatures(1)).waitFor();
    await page
      .getByRole('link', { name: new RegExp(`^${t.navigation.verification}.*${text.alarms(1)}$`) })
      .waitFor();
    assert.deepEqual(await violationsOf(page, 'log, not as signed', 'AA'), []);
    await line.getByRole('link', { name: text.toVerification }).click();
    await page.getByText(text.notAsSigned.summary(1)).waitFor();
    assert.deepEqual(errors, []);
  });

  it('finds such sessions in the log by a filter, and reads it in a column', async () => {
    const { log } = t;
    await page.goto(`${broker.url}/log?columns=contact,signatures,status`);
    await page.getByRole('button', { name: log.more }).click();
    await page.getByRole('button', { name: log.signatures, exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name: log.signed['not-as-signed'] }).click();
    await page.keyboard.press('Escape');
    await page
      .getByRole('button', { name: log.remove(log.chip.signatures(log.signed['not-as-signed'])) })
      .waitFor();
    await page.getByRole('cell', { name: log.signed['not-as-signed'] }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('signatures'), 'not-as-signed');
    assert.deepEqual(await violationsOf(page, 'log, by signatures', 'AA'), []);
    await page.goto(`${broker.url}/log?signatures=signed`);
    await page.getByText(log.noMatchTitle).waitFor();
  });

  it('reads it on the command line too, with an exit code of its own', async () => {
    const child = spawn(process.execPath, [COUNTERSIGN, 'verify'], {
      env: { ...process.env, ...broker.env },
    });
    const [error, [code]] = await Promise.all([all(child.stderr), once(child, 'exit')]);
    assert.match(error, /All is as logged, but 1 session is not what was signed: .*\nSession /);
    assert.equal(code, 3);
  });
});
