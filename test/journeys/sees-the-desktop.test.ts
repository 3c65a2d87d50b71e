import assert from 'node:assert/strict';
import { PaintedWindow } from '../support/painted-window.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import { until } from '../support/until.ts';

describe('journey: a technician sees the customer’s desktop', function () {
  this.timeout(120_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  it('shows a known window pixel for pixel, and follows it when it changes', async () => {
    const window = await PaintedWindow.open(desk.display.display, 100, 80, 300, 200, 0x20a060);
    const { technician, story } = await desk.session({ allow: ['view'] });

    await until('the window is in the picture', async () => {
      const [r, g, b] = await technician.pixel(250, 180);
      return r === 0x20 && g === 0xa0 && b === 0x60;
    });
    assert.deepEqual(await technician.pixel(100, 80), [0x20, 0xa0, 0x60], 'its top left corner');
    assert.deepEqual(await technician.pixel(399, 279), [0x20, 0xa0, 0x60], 'its bottom right corner');
    assert.notDeepEqual(await technician.pixel(99, 80), [0x20, 0xa0, 0x60], 'left of it');
    assert.notDeepEqual(await technician.pixel(400, 279), [0x20, 0xa0, 0x60], 'right of it');

    await window.fill(0xd03020, 50, 50, 64, 64);
    await until('the change is in the picture', async () => {
      const [r, g, b] = await technician.pixel(182, 162);
      return r === 0xd0 && g === 0x30 && b === 0x20;
    });
    await technician.end('Solved', 'It was only the paper.');
    await window.close();

    assert.deepEqual(await story(), [
      'session.created',
      'technician.noted',
      'session.joined',
      'consent.requested',
      'consent.answered',
      'session.admitted',
      'session.started',
      'lane.opened',
      'lane.closed',
      'session.noted',
      'note.written',
      'session.ended',
    ]);
  });
});
