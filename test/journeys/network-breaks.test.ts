import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT } from '../../agent/agent-error.ts';
import { customer as customerText } from '../../console/shared/strings/en/customer.ts';
import { technician as technicianText } from '../../console/shared/strings/en/technician.ts';
import { composeBroker } from '../support/composed-broker.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { layNetworkCable, type NetworkCable } from '../support/network-cable.ts';
import { openSupportDeskAt, type SupportDesk, type SupportSession } from '../support/support-desk.ts';
import { until } from '../support/until.ts';

const CUT_MS = 20_000;
const GRACE_MS = 120_000;
/** Both ends ask every 10 s whether the other is there, and wait 10 s for the answer; and this machine may be busy. */
const NOTICED_WITHIN_MS = 40_000;

const text = customerText.local;

describe('journey: the customer’s network breaks', function () {
  this.timeout(180_000);
  const clock = new FakeClock(Date.now());
  let desk: SupportDesk<Awaited<ReturnType<typeof composeBroker>>>;
  let cable: NetworkCable;
  before(async () => {
    desk = await openSupportDeskAt(await composeBroker(clock));
    cable = await layNetworkCable({ host: '127.0.0.1', port: desk.broker.port });
  });
  afterEach(() => cable.mend());
  after(async () => {
    await desk.close();
    await cable.unplug();
  });

  /** A session that the agent holds over the cable. */
  const session = () => desk.session({ url: `http://127.0.0.1:${cable.port}`, allow: ['view'] });

  /** Both ends have noticed, each by itself. */
  async function noticed({ customer, story }: SupportSession): Promise<void> {
    await customer.page.getByText(text.offline).first().waitFor({ timeout: NOTICED_WITHIN_MS });
    await until(
      'the broker noticed',
      async () => (await story()).at(-1) === 'connection.lost',
      NOTICED_WITHIN_MS,
    );
  }

  it('for 20 seconds: the session goes on, and nobody is asked again', async () => {
    const held = await session();
    const { technician, customer, record } = held;
    const cutAt = performance.now();
    cable.cut();
    await noticed(held);
    await technician.page.getByText('Waiting for it to come back').first().waitFor();
    // The story is about this length, so it is waited for: nothing would tell that it has passed.
    await pause(Math.max(0, CUT_MS - (performance.now() - cutAt)));
    cable.mend();

    await customer.page.getByText(text.offline).first().waitFor({ state: 'hidden', timeout: 20_000 });
    await technician.sees('view', 'in-use');
    await technician.end('Solved', 'It was a tunnel.');
    await customer.over();

    const { timeline } = await record();
    const connections = timeline.filter(({ type }) => type.startsWith('connection.'));
    assert.deepEqual(
      connections.map(({ type, side }) => [type, side]),
      [
        ['connection.lost', 'customer'],
        ['connection.resumed', 'customer'],
      ],
    );
    assert.equal(timeline.filter(({ type }) => type === 'consent.requested').length, 1, 'asked once');
    assert.equal(timeline.filter(({ type }) => type === 'lane.opened').length, 2, 'seen before and after');
    assert.equal((await record()).record.status, 'ended');
  });

  it('for longer than the grace period: the session is lost, and both pages say so', async () => {
    const held = await session();
    cable.cut();
    await noticed(held);
    clock.advance(GRACE_MS);
    await held.technician.page.getByText(technicianText.ended.titles.lost).waitFor();
    const { status, endReason, endedBy } = (await held.record()).record;
    assert.deepEqual([status, endReason, endedBy], ['lost', 'customer-gone', 'broker']);

    cable.mend();
    await held.customer.over();
    await held.customer.page.getByText(text.ending('customer-gone', 'Tess Technician')).waitFor();
    await held.customer.leaves();
    assert.equal(await held.agent.program.ended, EXIT.lost);
  });
});
