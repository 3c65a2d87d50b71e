import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { customer as customerText } from '../../console/shared/strings/en/customer.ts';
import { t } from '../../console/shared/strings.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import { until } from '../support/until.ts';

/** To a process for which no file may grow, the disk is full (setrlimit(2); Node ignores the signal that comes with it). */
function fillDisk(pid: number): void {
  execFileSync('prlimit', ['--pid', `${pid}`, '--fsize=1:unlimited']);
}

function emptyDisk(pid: number): void {
  execFileSync('prlimit', ['--pid', `${pid}`, '--fsize=unlimited:unlimited']);
}

describe('journey: the disk of the broker is full', function () {
  this.timeout(120_000);
  let desk: SupportDesk;

  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  it('nothing happens without its entry: the session ends, and the record says why when it can', async () => {
    const { technician, customer, record } = await desk.session({ tools: ['view'], allow: ['view'] });
    const pid = desk.broker.program.process.pid!;
    const ready = async () => (await fetch(`${desk.broker.url}/readyz`)).status === 200;
    assert.equal(await ready(), true);

    fillDisk(pid);
    await technician.ask('control');
    await customer.over();
    await customer.page
      .getByText(customerText.local.ending('record-unavailable', 'Tess Technician'))
      .first()
      .waitFor();
    await technician.page.getByText(t.session.endReason['record-unavailable']).first().waitFor();
    await until('the broker calls itself not ready', async () => !(await ready()));
    const tess = await desk.api('tess').catch((error: unknown) => error);
    assert.ok(tess instanceof Error, 'nobody signs in where no sign-in can be recorded');

    emptyDisk(pid);
    await until('the broker is ready again', ready, 30_000);
    await until('the record has its end', async () => (await record()).record.status === 'ended', 30_000);
    const { endReason, endedBy, tools } = (await record()).record;
    assert.deepEqual([endReason, endedBy], ['record-unavailable', 'broker']);
    assert.equal(
      tools.find(({ tool }) => tool === 'control')?.answer,
      undefined,
      'control was never asked for',
    );
    await technician.openSession({ name: 'Ada Example', reason: 'Again', tools: ['view'] });
  });
});
