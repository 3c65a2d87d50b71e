import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import type { LogState, WitnessReport } from '../../protocol/log-state.ts';
import { violationsOf } from '../support/accessibility.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { newPerson, startBrowser } from '../support/browser.ts';
import { tamperWith } from '../support/tampered-store.ts';
import { TechnicianPage } from '../support/technician-page.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const text = t.verification;

describe('journey: an auditor verifies the whole log, before and after somebody changed it', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let browser: Browser;
  let witness: TemporaryFolder;
  let sessionId: string;

  before(async () => {
    witness = await temporaryFolder();
    broker = await startBroker({ COUNTERSIGN_WITNESSES: pathToFileURL(witness.path).href });
    await setUpOrganisation(broker.url, broker.setUpLink);
    browser = await startBrowser();
    const tess = new ApiClient(broker.url);
    await tess.signIn(PEOPLE.tess.email, PASSWORD);
    sessionId = (await tess.openSession()).id;
    await tess.call('POST', `/api/v1/sessions/${sessionId}/end`, { outcome: 'solved' });
  });
  after(async () => {
    await browser.close();
    await broker.close();
    await witness.remove();
  });

  const signedIn = async (person: keyof typeof PEOPLE): Promise<{ page: Page; errors: string[] }> => {
    const { page, errors } = await newPerson(browser);
    await new TechnicianPage(page, broker.url).signIn(PEOPLE[person].email, PASSWORD);
    return { page, errors };
  };
  const opened = async (page: Page) => {
    await page.getByRole('link', { name: t.navigation.verification }).click();
    await page.getByRole('heading', { name: text.log, exact: true }).waitFor();
  };

  it('shows the newest checkpoint, the key, and the witness that agrees', async () => {
    const { page, errors } = await signedIn('ada');
    await opened(page);
    await page.getByText(text.neverTitle).waitFor();
    await page.getByText(witness.path).waitFor();
    await page.getByText(text.standing.agrees, { exact: true }).waitFor();
    await page.getByRole('button', { name: text.copyRoot }).click();
    const root = await page.evaluate(() => navigator.clipboard.readText());
    const { root: said } = (await (await fetch(`${broker.url}/api/v1/log/checkpoint`)).json()) as {
      root: string;
    };
    assert.equal(root, said);
    assert.deepEqual(errors, []);
    await page.context().close();
  });

  it('verifies at the press of a button, goes on while its page is left, and says that all is right', async () => {
    const { page, errors } = await signedIn('ada');
    await opened(page);
    await page.getByRole('button', { name: text.action }).click();
    await page.getByRole('progressbar', { name: text.running }).waitFor();
    await page.getByRole('link', { name: t.navigation.log }).click();
    await page.getByRole('heading', { name: t.log.title }).waitFor();
    await opened(page);
    await page.getByText(text.rightTitle, { exact: true }).first().waitFor();
    await page.getByText(/^All is right: \d+ entries and 1 session are what was logged/).waitFor();
    const past = page.getByRole('grid', { name: text.past });
    await past.getByText(PEOPLE.ada.name).waitFor();
    await past.getByText(text.outcomes.right).waitFor();
    assert.equal(await page.getByText(text.onlyWitness).count(), 0);
    await page.getByRole('link', { name: t.navigation.reads }).click();
    await page.getByText(t.reads.verificationStarted).waitFor();
    await page.getByText(t.verification.outcomes.right, { exact: true }).waitFor();
    assert.deepEqual(errors, []);
    await page.context().close();
  });

  it('says nothing in green of an earlier verification while a witness has seen another log', async () => {
    const { page, errors } = await signedIn('ada');
    // The broker's own answer, with what the witness would say of another log, and one that only takes.
    await page.route('**/api/v1/log/state', async (route) => {
      const response = await route.fetch();
      const state = (await response.json()) as LogState;
      const [told] = state.witnesses;
      assert(told);
      const witnesses: WitnessReport[] = [
        { ...told, state: 'disagrees' },
        { ...told, name: 'stdout:', state: 'took' },
      ];
      await route.fulfill({ response, json: { ...state, witnesses } });
    });
    await opened(page);
    await page.getByRole('alert').filter({ hasText: text.alarm.disagrees.title }).waitFor();
    const outcome = page.getByRole('status').filter({ hasText: text.disputedTitle });
    await outcome.getByText(text.disputed).waitFor();
    assert.equal(await page.getByText(text.rightTitle, { exact: true }).count(), 0);
    await page.getByText(text.tookOutput).waitFor();
    assert.equal(await page.getByText(text.standing.took).count(), 0, 'it can name no key');
    assert.deepEqual(errors, []);
    await page.context().close();
  });

  it('tells of rows that retention found changed, and what to do, until the log was verified', async () => {
    await new ApiClient(broker.url).signIn(PEOPLE.ada.email, 'not the password').catch(() => {});
    // By its row it is ten years old; so is nothing that the log holds.
    await tamperWith(broker, (connection) =>
      connection.exec(`UPDATE entries SET at = '2016-01-01T00:00:00.000Z' WHERE type = 'sign-in.failed'`),
    );
    const priya = new ApiClient(broker.url);
    await priya.signIn(PEOPLE.priya.email, PASSWORD);
    await priya.call('POST', '/api/v1/retention/run');
    const { page, errors } = await signedIn('ada');
    const said = page.getByRole('alert').filter({ hasText: text.alarmOf.rows(1, 0) });
    await said.getByRole('link', { name: text.toVerification }).click();
    await said.getByText(text.rowsNext).waitFor();
    await said.getByText(/^It is about .*log entry \d+\.$/).waitFor();
    assert.deepEqual(await violationsOf(page, 'verification, damaged rows', 'AA'), []);
    await page.getByRole('button', { name: text.action }).click();
    await page.getByText(/^Log entry \d+ \(sign-in\.failed, .*\) is not what was logged/).waitFor();
    await page.reload();
    await page.getByRole('alert').filter({ hasText: text.wrongTitle }).waitFor();
    await said.waitFor({ state: 'detached' });
    assert.deepEqual(errors, []);
    await page.context().close();
  });

  it('raises the alarm when a row was changed, names it with its session, and says what to do', async () => {
    await tamperWith(broker, (connection) =>
      connection.exec(
        `UPDATE entries SET fields = replace(fields, 'Printing fails', 'Nothing at all') WHERE type = 'session.created'`,
      ),
    );
    const { page, errors } = await signedIn('ada');
    await opened(page);
    await page.getByRole('button', { name: text.action }).click();
    const alarm = page.getByRole('alert').filter({ hasText: text.wrongTitle });
    await alarm.waitFor();
    await page.getByText(/^Log entry \d+ \(session\.created, .*\) is not what was logged/).waitFor();
    await page.getByText(text.next[0]!).waitFor();
    await page.getByRole('link', { name: text.toSession }).first().click();
    await page.waitForURL(new RegExp(`/log/${sessionId}$`));

    // Whoever comes later finds the alarm standing, also after a restart, though not what it was about.
    const { page: officer } = await signedIn('priya');
    await opened(officer);
    await officer.getByRole('alert').filter({ hasText: text.wrongTitle }).waitFor();
    await broker.program.stop();
    broker = await broker.startAgain();
    await officer.reload();
    await officer.getByText(text.wrongGone).waitFor();
    assert.deepEqual(errors, []);
    await officer.context().close();
    await page.context().close();
  });

  it('lets the administrator see how the log stands, and nobody else but who verifies', async () => {
    const { page: admin } = await signedIn('admin');
    await opened(admin);
    await admin.getByRole('alert').filter({ hasText: text.wrongTitle }).waitFor();
    assert.equal(await admin.getByRole('button', { name: text.action }).count(), 0);
    assert.equal(await admin.getByRole('link', { name: text.toSession }).count(), 0);
    await admin.context().close();
    const { page: max } = await signedIn('max');
    assert.equal(await max.getByRole('link', { name: t.navigation.verification }).count(), 0);
    await max.goto(`${broker.url}/verification`);
    await max.getByText(t.notYours.title).waitFor();
    await max.context().close();
  });
});
