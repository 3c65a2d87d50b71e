import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { CLOSED_QUESTION } from '../../protocol/customer-end/customers-commands.ts';
import type { EntryOf } from '../../protocol/record.ts';
import { CONSENT_TIMEOUT_MS } from '../../server/sessions/consent-decisions.ts';
import type { ReachableBroker } from '../support/broker.ts';
import { type BrowserDesk, openBrowserDeskAt } from '../support/browser-desk.ts';
import { composeBroker } from '../support/composed-broker.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { microphoneOf, writeTone } from '../support/fake-microphone.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** What this page holds in reach of a test. */
interface InReach {
  shared?: MediaStream;
  answerMicrophone?: () => void;
}

describe('journey: a question closes while the browser asks for what its answer takes', function () {
  this.timeout(180_000);
  const clock = new FakeClock(Date.now());
  let desk: BrowserDesk<ReachableBroker>;
  before(async () => {
    const folder = await temporaryFolder();
    const customers = await writeTone(folder.path, 500);
    desk = await openBrowserDeskAt(await composeBroker(clock, { COUNTERSIGN_MEDIA: 'on' }), { customers });
    after(async () => {
      await desk.close();
      await folder.remove();
    });
  });

  it('and what was chosen to be shown is let go at once, with nothing answered', async () => {
    const { technician, customer, record } = await desk.session({ tools: ['chat'], allow: ['chat'] });
    const { page } = customer;
    await askForBothAtOnce(technician.page);
    await holdMicrophone(page);
    await technician.ask('voice');
    await customer.allow(['view', 'voice']);
    await until('the browser asks for the microphone', () =>
      page.evaluate(() => (window as InReach).answerMicrophone !== undefined),
    );
    assert.equal(await shown(page), 'live');

    clock.advance(CONSENT_TIMEOUT_MS);
    await until('it is let go', async () => (await shown(page)) === 'ended');
    await page.evaluate(() => (window as InReach).answerMicrophone?.());
    await until('so is the microphone', async () => (await microphoneOf(page)) === 'ended');
    await page.getByText(CLOSED_QUESTION).first().waitFor();
    const { timeline } = await record();
    assert(timeline.every(({ type }) => !/^surface|^microphone|^grant/.test(type)));
    const answers = timeline.filter(({ type }) => type === 'consent.answered');
    assert.deepEqual(
      (answers as unknown as EntryOf<'consent.answered'>[]).map(({ mode, allowed }) => [mode, ...allowed]),
      [['person', 'chat'], ['timed-out']],
    );
    await customer.stopEverything();
    await customer.over();
  });
});

const shown = (page: Page) =>
  page.evaluate(() => (window as InReach).shared?.getVideoTracks()[0]?.readyState);

/** The console asks for one tool with each press; its messages can ask for more. */
async function askForBothAtOnce(page: Page): Promise<void> {
  await page.routeWebSocket(/signalling/, (console) => {
    const broker = console.connectToServer();
    console.onMessage((message) =>
      broker.send(String(message).replace('"tools":["voice"]', '"tools":["view","voice"]')),
    );
  });
  await page.reload();
  await page.getByRole('toolbar').first().waitFor();
}

async function holdMicrophone(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = (wish) =>
      new Promise((resolve) => {
        (window as InReach).answerMicrophone = () => resolve(ask(wish));
      });
  });
}
