import assert from 'node:assert/strict';
import { customer as customerText } from '../../console/shared/strings/en/customer.ts';
import { technician as technicianText } from '../../console/shared/strings/en/technician.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';

const text = technicianText.active;

describe('journey: small mishaps of a working day', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  it('a mistyped path is answered by the computer, and the customer reads that it was tried', async () => {
    const { technician, customer, record } = await desk.session({
      tools: ['view', 'file-download'],
      allow: ['view', 'file-download'],
    });
    await technician.fetchFile('~/lettr.odt');
    await technician.page.getByText(/There is no such file on .*Ada Example.*’s computer/).waitFor();
    const line = customer.page.getByText(/Asked for\. There is no such file on your computer/);
    await line.waitFor();
    assert.match(
      (await customer.page.getByRole('listitem').filter({ has: line }).textContent())!,
      /lettr\.odt/,
    );
    const question = customer.page.getByRole('region', { name: customerText.local.question });
    assert.equal(await question.count(), 0);
    await technician.end('Solved', 'Was another name.');
    const [file] = (await record()).record.files;
    assert.deepEqual([file?.standing, file?.reason], ['refused', 'not-found']);
  });

  it('a reloaded page finds its conversation again, and the record calls it no trouble', async () => {
    const { technician, customer, record } = await desk.session({
      tools: ['view', 'chat'],
      allow: ['view', 'chat'],
    });
    const { page } = technician;
    const say = async (line: string) => {
      await page.getByPlaceholder(technicianText.chat.placeholder).fill(line);
      await page.getByRole('button', { name: technicianText.chat.send, exact: true }).click();
    };
    await say('Which printer is it?');
    await customer.page.getByText('Which printer is it?').first().waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.getByText('Which printer is it?').first().waitFor();
    await say('And which floor?');
    await customer.page.getByText('And which floor?').first().waitFor();
    assert.equal(
      await customer.page.locator('li', { hasText: 'Which printer is it?' }).count(),
      1,
      'said once',
    );
    await technician.end('Solved', 'The second floor.');
    assert.equal(await page.evaluate(() => sessionStorage.length), 0, 'nothing is kept after the end');
    assert.equal((await record()).record.connectionLosses, 0);
  });

  it('a broker that is gone: the last picture stays, greyed, and both ends say how long the session waits', async () => {
    const { technician, customer } = await desk.session({ tools: ['view'], allow: ['view'] });
    await technician.sees('view', 'in-use');
    await technician.desktop.waitFor();
    await desk.broker.kill();
    await technician.page.getByText(text.lastPicture).waitFor();
    const canvas = technician.page.getByTestId('last-picture').locator('canvas');
    assert(await canvas.evaluate((still) => (still as HTMLCanvasElement).width > 100));
    await technician.page.getByText(/the session waits \d:\d\d more and ends then/).waitFor();
    await customer.page.getByText(/If it does not come back, the session ends in \d:\d\d/).waitFor();
  });
});
