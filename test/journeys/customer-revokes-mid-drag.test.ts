import assert from 'node:assert/strict';
import { openEventWindow } from '../support/event-window.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import { until } from '../support/until.ts';

/** From the customer's click to the last event that reached a window. */
const LIMIT_MS = 250;

describe('journey: the customer takes control back in the middle of a drag', function () {
  this.timeout(120_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  it('stops input at once, lets go of the button, and says so in the record', async () => {
    const { technician, customer, record } = await desk.session({
      tools: ['view', 'control'],
      allow: ['view', 'control'],
    });
    await technician.sees('control', 'in-use');
    const window = await openEventWindow(desk.display.display);
    const { mouse } = technician.page;
    const from = await technician.onScreen({ x: 100, y: 100 });
    const to = await technician.onScreen({ x: 600, y: 400 });
    await mouse.move(from.x, from.y);
    await mouse.down();
    await until('the press arrived', () => window.log.includes('b+1'));

    let dragging = true;
    const drag = (async () => {
      for (let step = 0; dragging; step = (step + 1) % 100) {
        const part = step / 100;
        await mouse.move(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
      }
    })();
    await until('the drag arrived', () => window.log.filter((event) => event.startsWith('@')).length > 20);

    let stoppedAt = 0;
    let lastEventAt = 0;
    let seen = window.log.length;
    const watch = setInterval(() => {
      if (window.log.length > seen) lastEventAt = performance.now();
      seen = window.log.length;
    }, 5);
    await customer.page.exposeFunction('pressed', () => {
      stoppedAt = performance.now();
    });
    await customer.page.evaluate(() => {
      document.addEventListener('click', () => (window as unknown as { pressed(): void }).pressed(), {
        capture: true,
        once: true,
      });
    });
    await customer.stop('control');
    await technician.sees('control', 'revoked');
    const untilThen = window.log.length;
    dragging = false;
    await drag;
    await mouse.up();
    await technician.type('x');
    await technician.end('Not solved', 'They took the mouse back.');
    await window.settle();
    clearInterval(watch);

    assert(stoppedAt > 0, 'the click was seen');
    assert(lastEventAt - stoppedAt < LIMIT_MS, `input went on for ${lastEventAt - stoppedAt} ms`);
    assert.equal(window.log.length, untilThen, 'nothing came after the page said so');
    assert.equal(window.log.filter((event) => event === 'b-1').length, 1, 'the button was let go, once');
    await window.close();

    const { timeline } = await record();
    const revoked = timeline.find(({ type }) => type === 'grant.revoked');
    assert.deepEqual([revoked?.tool, revoked?.by], ['control', 'customer']);
    const closed = timeline.find(({ type, tool }) => type === 'lane.closed' && tool === 'control');
    assert.equal(closed?.reason, 'revoked');
  });
});
