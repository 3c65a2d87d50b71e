import assert from 'node:assert/strict';
import type { EntryOf } from '../../protocol/record.ts';
import { type BrowserDesk, openBrowserDesk } from '../support/browser-desk.ts';
import { hears, writeTone } from '../support/fake-microphone.ts';
import { SleepingBrowser } from '../support/sleeping-browser.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const HZ = 500;
/** The broker asks every 10 s whether the page is there, and waits 10 s for the answer; and this machine may be busy. */
const NOTICED_WITHIN_MS = 60_000;
const BACK_WITHIN_MS = 60_000;

describe('journey: the laptop of a customer who shares from their browser falls asleep', function () {
  this.timeout(240_000);
  let folder: TemporaryFolder;
  let desk: BrowserDesk;
  let asleep: SleepingBrowser | undefined;
  before(async () => {
    folder = await temporaryFolder();
    const customers = await writeTone(folder.path, HZ);
    desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: 'on' }, { customers });
  });
  after(async () => {
    asleep?.wake();
    await desk.close();
    await folder.remove();
  });

  it('and wakes again: the technician reads that it is away, then sees and hears it, and nobody was asked anew', async () => {
    const { technician, shown, record } = await desk.session({
      tools: ['view', 'voice'],
      allow: ['view', 'voice'],
    });
    const shows = (grey: number) =>
      until(
        `grey ${grey.toString(16)} is in the picture`,
        async () =>
          (await technician.pixel(250, 180).catch(() => [0])).every((value) => Math.abs(value - grey) <= 8),
        BACK_WITHIN_MS,
      );
    await shows(0xc0);
    await hears(technician.page, HZ);

    asleep = new SleepingBrowser('--auto-select-tab-capture-source-by-title');
    const away = technician.page.getByText('Waiting for it to come back').first();
    await away.waitFor({ timeout: NOTICED_WITHIN_MS });
    // What was seen last is not taken for what is there.
    await technician.desktop.waitFor({ state: 'detached' });

    asleep.wake();
    await away.waitFor({ state: 'hidden', timeout: BACK_WITHIN_MS });
    await shown.paint('#303030', '#808080');
    await shows(0x80);
    await hears(technician.page, HZ);
    await technician.sees('voice', 'in-use');

    const { timeline } = await record();
    const types = timeline.map(({ type }) => type);
    assert.equal(types.filter((type) => type === 'consent.requested').length, 1, 'asked once');
    assert.deepEqual(
      types.filter((type) => type.startsWith('connection.')),
      ['connection.lost', 'connection.resumed'],
    );
    for (const tool of ['view', 'voice']) {
      const lanes = timeline.filter((entry) => 'tool' in entry && entry.tool === tool);
      const closed = lanes.find(({ type }) => type === 'lane.closed') as unknown as EntryOf<'lane.closed'>;
      assert.equal(closed.reason, 'connection-lost');
      assert.equal(lanes.at(-1)?.type, 'lane.opened', `${tool} is there again`);
    }
    await technician.end('Solved', 'It was the lid.');
  });
});
