import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import type { EntryOf } from '../../protocol/record.ts';
import { violationsOf } from '../support/accessibility.ts';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { newPerson } from '../support/browser.ts';
import { openBrowserDesk } from '../support/browser-desk.ts';
import { CustomerPage } from '../support/customer-page.ts';
import { forbid, hears, hearsNothing, microphoneOf, permit, writeTone } from '../support/fake-microphone.ts';
import { layNetworkCable } from '../support/network-cable.ts';
import { openSupportDesk, type SupportDesk, type SupportSession } from '../support/support-desk.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { startVirtualDisplay } from '../support/virtual-display.ts';

const CUSTOMER_HZ = 500;
const TECHNICIAN_HZ = 1200;
const text = t.voice;
const MEDIA = { COUNTERSIGN_MEDIA: 'on' };
const PAGE_LEFT = /The page on which you talked was closed or loaded anew/;

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const reads = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor();
const closings = async ({ record }: SupportSession) =>
  (await record()).timeline.filter(
    (entry) => entry.type === 'lane.closed' && entry.tool === 'voice',
  ) as unknown as EntryOf<'lane.closed'>[];
/** The switch of the voice on the customer's page. */
const talkSwitch = (page: Page) =>
  page.locator('label', {
    has: page.getByRole('switch', { name: t.customer.local.allowSwitch(t.customer.tool.title.voice) }),
  });

describe('journey: customer and technician talk through the page of the program', function () {
  this.timeout(240_000);
  let folder: TemporaryFolder;
  let microphones: { staff: string; customers: string };
  before(async () => {
    folder = await temporaryFolder();
    microphones = {
      staff: await writeTone(folder.path, TECHNICIAN_HZ),
      customers: await writeTone(folder.path, CUSTOMER_HZ),
    };
  });
  after(() => folder.remove());

  describe('with a microphone each', () => {
    let desk: SupportDesk;
    before(async () => {
      desk = await openSupportDesk({ env: MEDIA, microphones });
    });
    after(() => desk.close());
    afterEach(async () => {
      // Pages that go on talking would talk into the next test.
      const contexts = [...desk.browser.contexts(), ...desk.customers.contexts()];
      await Promise.all(contexts.map((context) => context.close()));
    });

    /** Both hear each other. */
    const talking = async (url?: string) => {
      const session = await desk.session({
        tools: ['view', 'voice'],
        allow: ['view', 'voice'],
        ...(url === undefined ? {} : { url }),
      });
      const [theirs, ours] = [session.customer.page, session.technician.page];
      await session.technician.sees('voice', 'in-use');
      await hears(ours, CUSTOMER_HZ);
      await hears(theirs, TECHNICIAN_HZ);
      return { session, theirs, ours };
    };

    it('and hear each other, mute themselves, and fall silent when the customer takes it back', async () => {
      const { session, theirs, ours } = await talking();
      await theirs
        .getByRole('img', { name: `${text.levelOf('Tess Technician')}: ${text.speaking}` })
        .waitFor();
      assert.deepEqual(await violationsOf(theirs, 'talking', 'AAA'), []);
      await press(theirs, text.muteLong);
      await hearsNothing(ours);
      await ours.getByRole('img', { name: `${text.levelOf('Ada Example')}: ${text.muted}` }).waitFor();
      await press(theirs, text.unmuteLong);
      await hears(ours, CUSTOMER_HZ);
      await press(ours, text.muteLong);
      await hearsNothing(theirs);

      await session.customer.stop('voice');
      assert.equal(await microphoneOf(theirs), 'ended', 'in the turn of the press');
      await session.technician.sees('voice', 'revoked');
      await hearsNothing(ours);
      const [closed] = await closings(session);
      assert.equal(closed?.reason, 'revoked');
      assert((closed.bytesFromCustomer ?? 0) > 0 && (closed.bytesFromTechnician ?? 0) > 0);
      await session.technician.sees('view', 'in-use');

      // And again, by the customer themself.
      await talkSwitch(theirs).click();
      await hears(ours, CUSTOMER_HZ);
      await session.customer.stopEverything();
      await session.customer.over();
      assert.equal(await microphoneOf(theirs), 'ended');
      await until('both ends have said it', async () => {
        const { accounts } = await session.record();
        return accounts.customer?.state === 'signed' && accounts.technician?.state === 'signed';
      });
    });

    it('until the page is closed or loaded anew, and then the customer reads how to talk again', async () => {
      const { session, theirs, ours } = await talking();
      await theirs.reload();
      await reads(theirs, PAGE_LEFT);
      await session.technician.sees('voice', 'revoked');
      await hearsNothing(ours);
      assert.deepEqual(await violationsOf(theirs, 'the page was loaded anew', 'AAA'), []);
      await talkSwitch(theirs).click();
      await hears(ours, CUSTOMER_HZ);
      await hears(theirs, TECHNICIAN_HZ);

      const other = await theirs.context().newPage();
      await other.goto(await session.agent.pageAddress());
      await reads(other, text.elsewhere);
      assert.equal(await microphoneOf(other), undefined);
      assert.deepEqual(await violationsOf(other, 'talks on another page', 'AAA'), []);
      await theirs.close();
      await reads(other, PAGE_LEFT);
      await session.technician.sees('voice', 'revoked');
      await talkSwitch(other).click();
      await hears(ours, CUSTOMER_HZ);
      // From any page it is stopped.
      const third = await other.context().newPage();
      await third.goto(await session.agent.pageAddress());
      await reads(third, text.elsewhere);
      await talkSwitch(third).click();
      await until('the microphone is let go', async () => (await microphoneOf(other)) === 'ended');
      await hearsNothing(ours);
      const reasons = (await closings(session)).map(({ reason }) => reason);
      assert.deepEqual(reasons, ['revoked', 'revoked', 'revoked']);
    });

    it('and again after the program lost the broker: nobody is asked, and the microphone stays', async () => {
      const cable = await layNetworkCable({ host: '127.0.0.1', port: Number(new URL(desk.broker.url).port) });
      try {
        const { session, theirs, ours } = await talking(`http://127.0.0.1:${cable.port}`);
        cable.cut();
        cable.mend();
        await until('its lane is closed', async () => (await closings(session)).length === 1);
        await session.technician.sees('voice', 'in-use');
        await hears(ours, CUSTOMER_HZ);
        await hears(theirs, TECHNICIAN_HZ);
        assert.equal(await microphoneOf(theirs), 'live');
        const asked = (await session.story()).filter((type) => type === 'consent.requested');
        assert.equal(asked.length, 1);
      } finally {
        await cable.unplug();
      }
    });

    it('until the technician gives it back: the microphone is let go', async () => {
      const { session, theirs } = await talking();
      await session.technician.ask('voice');
      await session.technician.sees('voice', 'returned');
      await until('the microphone is let go', async () => (await microphoneOf(theirs)) === 'ended');
      await hearsNothing(theirs);
    });

    it('and the microphone goes with the program', async () => {
      const { session, theirs, ours } = await talking();
      session.agent.program.process.kill('SIGKILL');
      await until('the microphone is let go', async () => (await microphoneOf(theirs)) === 'ended');
      await hearsNothing(ours);
    });

    it('and who refuses the browser’s question has answered nothing: both read why, and can try again', async () => {
      const session = await desk.session({ tools: ['voice', 'chat'] });
      const [theirs, ours] = [session.customer.page, session.technician.page];
      await forbid(theirs);
      await session.customer.allow(['voice']);
      await reads(theirs, text.notYet['not-allowed']);
      await reads(ours, text.customerHasNone['not-allowed']('Ada Example'));
      assert.deepEqual((await session.story()).slice(-1), ['microphone.refused']);
      await permit(theirs);
      await session.customer.allowAgain();
      await session.technician.admit();
      await hears(ours, CUSTOMER_HZ);
    });
  });

  it('not without a microphone, or without a media worker: both read why, and the rest goes on', async () => {
    const silent = await openSupportDesk({ env: MEDIA });
    try {
      const session = await silent.session({ tools: ['view', 'voice'] });
      await session.customer.allow(['view', 'voice']);
      await reads(session.customer.page, text.notYet.none);
      await reads(session.technician.page, text.customerHasNone.none('Ada Example'));
      assert.deepEqual((await session.story()).slice(-1), ['microphone.refused']);
      await session.customer.page
        .getByRole('checkbox', { name: t.customer.tool.title.voice, exact: true })
        .setChecked(false, { force: true });
      await session.customer.allowAgain();
      await session.technician.admit();
      await session.technician.sees('view', 'in-use');
    } finally {
      await silent.close();
    }
    const deaf = await openSupportDesk();
    try {
      const session = await deaf.session({ tools: ['view', 'voice'], allow: ['view'] });
      await reads(session.customer.page, text.obstacle['no-worker']);
      await reads(session.technician.page, text.obstacle['no-worker']);
    } finally {
      await deaf.close();
    }
  });

  it('and after a hand-over: the browser’s microphone ends, and the program’s page asks anew', async () => {
    const desk = await openBrowserDesk(MEDIA, microphones);
    const display = await startVirtualDisplay();
    const home = await temporaryFolder();
    let agent: RunningAgent | undefined;
    try {
      const session = await desk.session({ tools: ['voice', 'chat'], allow: ['voice', 'chat'] });
      const [theirs, ours] = [session.customer.page, session.technician.page];
      await hears(ours, CUSTOMER_HZ);
      await press(theirs, t.handOver.customer.begin);
      await reads(theirs, t.handOver.customer.thenVoice);
      agent = startAgent({
        url: desk.broker.url,
        code: { ticket: await session.customer.handOverTicket() },
        display: display.display,
        downloads: home.path,
        home: home.path,
      });
      await session.customer.answerProgram(true);
      await theirs.getByRole('heading', { name: t.handOver.customer.wentOn }).waitFor();
      assert.equal(await microphoneOf(theirs), 'ended');
      await hearsNothing(ours);
      const { page } = await newPerson(desk.customers);
      const program = new CustomerPage(page);
      await program.open(await agent.pageAddress());
      await program.answer(true);
      await hears(ours, CUSTOMER_HZ);
      await hears(page, TECHNICIAN_HZ);
      const asked = (await session.story()).filter((type) => type === 'consent.requested');
      assert.equal(asked.length, 2);
      await program.stopEverything();
      await program.leaves();
    } finally {
      await desk.close();
      await agent?.stop();
      await display.stop();
      await home.remove();
    }
  });
});
