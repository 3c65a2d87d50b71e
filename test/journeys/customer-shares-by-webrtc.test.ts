import assert from 'node:assert/strict';
import { t } from '../../console/shared/strings.ts';
import type { EntryOf } from '../../protocol/record.ts';
import { type BrowserDesk, type BrowserSession, openBrowserDesk } from '../support/browser-desk.ts';
import { hears, writeTone } from '../support/fake-microphone.ts';
import { mediaWorkersOf } from '../support/media-workers-of.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** Two browsers, an encoder and a decoder on a few cores. */
const BUSY_MS = 30_000;

/** A codec keeps greys to a few steps of 255. */
const isGrey = (pixel: readonly number[], wanted: number): boolean =>
  pixel.every((value) => Math.abs(value - wanted) <= 8);

const showsSquare = async ({ technician }: BrowserSession, grey = 0xc0) =>
  until(
    'the square is in the picture',
    async () => isGrey(await technician.pixel(250, 180).catch(() => [0, 0, 0]), grey),
    BUSY_MS,
  );

type LaneEntry = EntryOf<'lane.opened'> | EntryOf<'lane.closed'>;
const lanes = async ({ record }: BrowserSession) =>
  (await record()).timeline.filter(({ type }) => type.startsWith('lane.')) as unknown as LaneEntry[];

describe('journey: a browser’s picture goes by WebRTC where it can', function () {
  this.timeout(120_000);
  let desk: BrowserDesk;
  afterEach(() => desk.close());

  it('through the media worker, until the customer takes it back', async () => {
    desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: 'on' });
    const session = await desk.session({ tools: ['view'], allow: ['view'] });
    const { technician, customer, shown } = session;
    await showsSquare(session);
    await shown.paint('#303030', '#808080');
    await showsSquare(session, 0x80);
    assert.equal(await technician.desktop.evaluate(({ tagName }) => tagName), 'VIDEO');
    await customer.stop('view');
    await technician.sees('view', 'revoked');
    assert.equal(await technician.desktop.count(), 0, 'nothing of it stays in sight');
    await until('the lane is closed', async () => (await lanes(session)).length === 2);
    const [opened, closed] = (await lanes(session)) as [EntryOf<'lane.opened'>, EntryOf<'lane.closed'>];
    assert.equal(opened.path, 'webrtc');
    assert.equal(closed.reason, 'revoked');
    assert((closed.bytesFromCustomer ?? 0) > 0 && (closed.media?.packets ?? 0) > 0);
    await until('both ends have said it', async () => {
      const { accounts } = await session.record();
      return accounts.customer?.state === 'signed' && accounts.technician?.state === 'signed';
    });
  });

  it('and through the web address where no way leads to the worker: nobody is asked, and the record shows it', async () => {
    // RFC 5737: nobody is there.
    desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: 'on', COUNTERSIGN_MEDIA_ADDRESS: '192.0.2.1' });
    const session = await desk.session({ tools: ['view'], allow: ['view'] });
    await showsSquare(session);
    assert.equal(await session.technician.desktop.evaluate(({ tagName }) => tagName), 'CANVAS');
    const [first, given, second] = await lanes(session);
    assert(first?.type === 'lane.opened' && given?.type === 'lane.closed' && second?.type === 'lane.opened');
    assert.deepEqual([first.path, given.reason, second.path], ['webrtc', 'unreachable', undefined]);
  });

  it('and through the web address where pictures come and the technician’s browser can show none of them', async () => {
    desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: 'on' }, { script: decodesNothing });
    const session = await desk.session({ tools: ['view'], allow: ['view'] });
    await showsSquare(session);
    assert.equal(await session.technician.desktop.evaluate(({ tagName }) => tagName), 'CANVAS');
    const [first, given, second] = await lanes(session);
    assert(first?.type === 'lane.opened' && given?.type === 'lane.closed' && second?.type === 'lane.opened');
    assert.deepEqual([first.path, given.reason, second.path], ['webrtc', 'no-codec', undefined]);
    assert((given.bytesFromCustomer ?? 0) > 0, 'pictures came');
  });

  it('and is back when the worker was killed', async () => {
    desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: 'on' });
    const session = await desk.session({ tools: ['view'], allow: ['view'] });
    await showsSquare(session);
    const [worker] = await mediaWorkersOf(desk.broker.program.process.pid!);
    process.kill(worker!, 'SIGKILL');
    await until('another lane is open', async () => (await lanes(session)).length === 3);
    await session.shown.paint('#303030', '#808080');
    await showsSquare(session, 0x80);
    const [, died, again] = await lanes(session);
    assert(died?.type === 'lane.closed' && again?.type === 'lane.opened');
    assert.deepEqual([died.reason, again.path], ['media-worker-died', 'webrtc']);
  });

  for (const [how, end] of [
    ['was killed', (desk: BrowserDesk) => desk.broker.kill()],
    ['was stopped', (desk: BrowserDesk) => desk.broker.program.stop()],
  ] as const)
    it(`and is back, with the voice, when the broker ${how} and started again`, async () => {
      const folder = await temporaryFolder();
      const [staff, customers] = [await writeTone(folder.path, 1200), await writeTone(folder.path, 500)];
      desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: 'on' }, { staff, customers });
      const session = await desk.session({ tools: ['view', 'voice'], allow: ['view', 'voice'] });
      const { technician, customer, shown } = session;
      await showsSquare(session);
      await hears(technician.page, 500);
      await end(desk);
      await technician.page.getByText(t.technician.active.brokerAway.split('.')[0]!).first().waitFor();
      await technician.page.getByText(t.technician.active.lastPicture).waitFor();
      const again = await desk.broker.startAgain();
      try {
        await technician.hasBroker();
        await shown.paint('#303030', '#808080');
        await showsSquare(session, 0x80);
        assert.equal(await technician.desktop.evaluate(({ tagName }) => tagName), 'VIDEO');
        await hears(technician.page, 500);
        await hears(customer.page, 1200);
      } finally {
        await again.program.stop();
        await folder.remove();
      }
    });
});

/** A browser whose decoder does not manage what it said it could: pictures come, and none of them gets as far as the decoder. */
function decodesNothing(): void {
  const Usual = RTCPeerConnection;
  window.RTCPeerConnection = class extends Usual {
    constructor(options?: RTCConfiguration) {
      const isTechnicians = !window.location.pathname.startsWith('/join');
      super({ ...options, encodedInsertableStreams: isTechnicians } as RTCConfiguration);
      if (!isTechnicians) return;
      this.addEventListener('track', ({ receiver }) => {
        const { readable } = (
          receiver as unknown as { createEncodedStreams(): { readable: ReadableStream } }
        ).createEncodedStreams();
        void readable.pipeTo(new WritableStream());
      });
    }
  };
}
