import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { customer as text } from '../../console/shared/strings/en/customer.ts';
import { type BrowserDesk, openBrowserDesk } from '../support/browser-desk.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

describe('journey: files go both ways through a customer’s browser', function () {
  this.timeout(120_000);
  let desk: BrowserDesk;
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder();
    desk = await openBrowserDesk();
  });
  after(async () => {
    await desk.close();
    await folder.remove();
  });

  it('and each is the same at both ends', async () => {
    const { technician, customer, record } = await desk.session({
      tools: ['chat', 'file-upload', 'file-download'],
      allow: ['chat', 'file-upload', 'file-download'],
    });
    const sent = join(folder.path, 'driver.bin');
    await writeFile(sent, randomBytes(3_000_000));
    await technician.tool('file-upload').waitFor();
    await technician.sendFile(sent);
    const download = customer.page.waitForEvent('download');
    await customer.acceptFile();
    const arrived = await (await download).path();
    assert((await readFile(arrived)).equals(await readFile(sent)), 'to the customer');

    const log = join(folder.path, 'printer.log');
    await writeFile(log, 'out of paper\n'.repeat(50_000));
    const back = technician.page.waitForEvent('download');
    await technician.fetchFile('/var/log/printer.log');
    const chooser = customer.page.waitForEvent('filechooser');
    const choose = customer.page.getByRole('button', { name: text.browser.chooseFile });
    await choose.waitFor();
    await choose.click();
    await (await chooser).setFiles(log);
    assert((await readFile(await (await back).path())).equals(await readFile(log)), 'to the technician');

    await technician.end('Solved', 'Files went both ways.');
    await customer.over();
    const { record: told, accounts } = await record();
    assert.deepEqual(
      told.files.map(({ name, standing, bothSidesAgree }) => [name, standing, bothSidesAgree]),
      [
        ['driver.bin', 'completed', true],
        ['printer.log', 'completed', true],
      ],
    );
    assert.deepEqual([accounts.customer?.state, accounts.technician?.state], ['signed', 'signed']);
  });
});
