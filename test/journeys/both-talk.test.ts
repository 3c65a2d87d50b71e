import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import type { EntryOf } from '../../protocol/record.ts';
import { type BrowserDesk, type BrowserSession, openBrowserDesk } from '../support/browser-desk.ts';
import { forbid, hears, hearsNothing, microphoneOf, permit, writeTone } from '../support/fake-microphone.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const CUSTOMER_HZ = 500;
const TECHNICIAN_HZ = 1200;
const text = t.voice;

const laneClosed = async ({ record }: BrowserSession) => {
  const isClosed = ({ type }: { type: string }) => type === 'lane.closed';
  await until('the lane is closed', async () => (await record()).timeline.some(isClosed));
  return (await record()).timeline.find(isClosed) as unknown as EntryOf<'lane.closed'>;
};
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const reads = (page: Page, words: string) => page.getByText(words).first().waitFor();

describe('journey: customer and technician talk', function () {
  this.timeout(240_000);
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  describe('with a microphone each', () => {
    let desk: BrowserDesk;
    before(async () => {
      desk = await openBrowserDesk(
        { COUNTERSIGN_MEDIA: 'on' },
        {
          staff: await writeTone(folder.path, TECHNICIAN_HZ),
          customers: await writeTone(folder.path, CUSTOMER_HZ),
        },
      );
    });
    after(() => desk.close());
    afterEach(async () => {
      // Pages that go on talking would talk into the next test.
      const contexts = [...desk.staff.contexts(), ...desk.customers.contexts()];
      await Promise.all(contexts.map((context) => context.close()));
    });

    it('and hear each other, mute themselves, and fall silent when the customer takes it back', async () => {
      const session = await desk.session({ tools: ['voice', 'chat'], allow: ['voice'] });
      const [theirs, ours] = [session.customer.page, session.technician.page];
      await session.technician.sees('voice', 'in-use');
      await hears(ours, CUSTOMER_HZ);
      await hears(theirs, TECHNICIAN_HZ);
      await ours.getByRole('img', { name: `${text.levelOf('Ada Example')}: ${text.speaking}` }).waitFor();

      await press(ours, text.muteLong);
      await hearsNothing(theirs);
      await theirs.getByRole('img', { name: `${text.levelOf('Tess Technician')}: ${text.muted}` }).waitFor();
      await ours.keyboard.press('Control+Alt+Shift+KeyV');
      await hears(theirs, TECHNICIAN_HZ);

      await press(theirs, text.muteLong);
      await hearsNothing(ours);
      await press(theirs, text.unmuteLong);
      await hears(ours, CUSTOMER_HZ);

      await session.customer.stop('voice');
      await session.technician.sees('voice', 'revoked');
      await hearsNothing(ours);
      await hearsNothing(theirs);
      assert.equal(await microphoneOf(theirs), 'ended', 'the browser shows no microphone any more');
      const closed = await laneClosed(session);
      assert.equal(closed.reason, 'revoked');
      assert((closed.bytesFromCustomer ?? 0) > 0 && (closed.bytesFromTechnician ?? 0) > 0);
      assert((closed.media?.packets ?? 0) > 0);
      const told = await session.story();
      assert(!told.some((type) => /mute|spoke/.test(type)), told.join());
      await until('both ends have said it', async () => {
        const { accounts } = await session.record();
        return accounts.customer?.state === 'signed' && accounts.technician?.state === 'signed';
      });
    });

    it('and after their page was loaded anew the customer is heard when they press, and not before', async () => {
      const session = await desk.session({ tools: ['voice'], allow: ['voice'] });
      const [theirs, ours] = [session.customer.page, session.technician.page];
      await hears(ours, CUSTOMER_HZ);
      await theirs.reload();
      await reads(theirs, text.offAtFirst('Tess Technician'));
      await reads(ours, text.customerHasNone['loaded-anew']('Ada Example'));
      await session.technician.sees('voice', 'granted');
      await reads(ours, t.technician.active.nothingSeen);
      await press(theirs, text.useMicrophone);
      await hears(ours, CUSTOMER_HZ);
      await hears(theirs, TECHNICIAN_HZ);
      await session.technician.sees('voice', 'in-use');
      const ofVoice = (await session.story()).filter((type) => /^lane|^microphone/.test(type));
      assert.deepEqual(ofVoice, ['lane.opened', 'lane.closed', 'microphone.refused', 'lane.opened']);
    });

    it('and who refuses the browser’s question has answered nothing: both read why, and can try again', async () => {
      const session = await desk.session({ tools: ['voice'] });
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

    it('and who stops sharing while the browser asks for the microphone has answered nothing', async () => {
      const session = await desk.session({ tools: ['view', 'voice'] });
      const [theirs] = [session.customer.page];
      await theirs.evaluate(() => {
        const { mediaDevices } = navigator;
        const ask = mediaDevices.getUserMedia.bind(mediaDevices);
        mediaDevices.getUserMedia = async (wish) => {
          mediaDevices.getUserMedia = ask;
          const { shared } = window as unknown as { shared: MediaStream };
          for (const track of shared.getTracks()) {
            track.stop();
            track.dispatchEvent(new Event('ended')); // as the browser's own bar does
          }
          return ask(wish);
        };
      });
      await session.customer.allow(['view', 'voice']);
      await reads(theirs, t.customer.browser.nothingShown['not-chosen']);
      assert((await session.story()).every((type) => !/^consent.answered|^surface.shared/.test(type)));
      await session.customer.allowAgain();
      await session.technician.admit();
      await session.technician.sees('view', 'in-use');
    });

    it('and a technician whose browser gives no microphone listens, and is heard as soon as it does', async () => {
      const session = await desk.session({ tools: ['voice'] });
      const [theirs, ours] = [session.customer.page, session.technician.page];
      await forbid(ours);
      await session.customer.allow(['voice']);
      await session.technician.admit();
      await hears(ours, CUSTOMER_HZ);
      await reads(ours, text.missing['not-allowed']);
      await theirs.getByRole('img', { name: `${text.levelOf('Tess Technician')}: ${text.muted}` }).waitFor();
      await permit(ours);
      await press(ours, text.useMicrophone);
      await hears(theirs, TECHNICIAN_HZ);
    });

    it('and a browser that plays nothing by itself says so: one press, and the other side is heard', async () => {
      const session = await desk.session({ tools: ['voice'] });
      const [theirs, ours] = [session.customer.page, session.technician.page];
      await blockSound(ours);
      await session.customer.allow(['voice']);
      await session.technician.admit();
      await press(ours, text.hear);
      await until('it plays', () => ours.evaluate(() => document.querySelector('audio')?.paused === false));
      await hears(ours, CUSTOMER_HZ);
      await hears(theirs, TECHNICIAN_HZ);
    });
  });

  it('not without a microphone at the customer’s: nothing is answered or shown, and both read why', async () => {
    const desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: 'on' });
    try {
      const session = await desk.session({ tools: ['view', 'voice'] });
      const [theirs, ours] = [session.customer.page, session.technician.page];
      await session.customer.allow(['view', 'voice']);
      await reads(theirs, text.notYet.none);
      await reads(ours, text.customerHasNone.none('Ada Example'));
      const surface = await theirs.evaluate(
        () => (window as unknown as { shared: MediaStream }).shared.getVideoTracks()[0]!.readyState,
      );
      assert.equal(surface, 'ended', 'what was chosen is let go: nothing is captured without a grant');
      assert.deepEqual((await session.story()).slice(-2), ['consent.requested', 'microphone.refused']);
      await theirs
        .getByRole('checkbox', { name: t.customer.tool.title.voice, exact: true })
        .setChecked(false, { force: true });
      await session.customer.allowAgain();
      await session.technician.admit();
      await session.technician.sees('view', 'in-use');
    } finally {
      await desk.close();
    }
  });

  it('not where no way leads to the media worker: both read it, and the rest goes on', async () => {
    // RFC 5737: nobody is there.
    const desk = await openBrowserDesk(
      { COUNTERSIGN_MEDIA: 'on', COUNTERSIGN_MEDIA_ADDRESS: '192.0.2.1' },
      { customers: await writeTone(folder.path, CUSTOMER_HZ) },
    );
    try {
      const session = await desk.session({ tools: ['voice', 'chat'], allow: ['voice', 'chat'] });
      await reads(session.technician.page, text.obstacle.unreachable);
      await reads(session.customer.page, text.obstacle.unreachable);
      assert.equal((await laneClosed(session)).reason, 'unreachable');
      await session.technician.sees('chat', 'in-use');
    } finally {
      await desk.close();
    }
  });

  it('not without a media worker: nobody is asked for it, and both read why', async () => {
    const desk = await openBrowserDesk();
    try {
      const session = await desk.session({ tools: ['voice', 'chat'], allow: ['chat'] });
      await reads(session.technician.page, text.obstacle['no-worker']);
      await reads(session.customer.page, text.obstacle['no-worker']);
      await session.technician.ask('voice');
      const notes = session.technician.page.getByRole('log', { name: t.notifications });
      await notes.getByText(text.obstacle['no-worker']).waitFor();
      assert.equal((await session.story()).filter((type) => type === 'consent.requested').length, 1);
    } finally {
      await desk.close();
    }
  });
});

/** What a browser does that wants a press first. */
async function blockSound(page: Page): Promise<void> {
  await page.evaluate(() => {
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = () => {
      HTMLMediaElement.prototype.play = play;
      return Promise.reject(new DOMException('a press is needed', 'NotAllowedError'));
    };
  });
}
