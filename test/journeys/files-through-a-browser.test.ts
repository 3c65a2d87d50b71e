import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { byteSize } from '../../console/shared/figures.ts';
import { isolated } from '../../console/shared/isolated.ts';
import { customer as text } from '../../console/shared/strings/en/customer.ts';
import { technician as staff } from '../../console/shared/strings/en/technician.ts';
import { t } from '../../console/shared/strings.ts';
import { PEOPLE } from '../support/api-client.ts';
import { type BrowserDesk, openBrowserDesk } from '../support/browser-desk.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

/** From now on this page reads the first piece of a file and then waits: what it sends stays under way. */
const stallReading = (page: Page) =>
  page.evaluate(() => {
    const read = Blob.prototype.arrayBuffer;
    let pieces = 0;
    Blob.prototype.arrayBuffer = function () {
      pieces += 1;
      return pieces > 1 ? new Promise(() => {}) : read.call(this);
    };
  });

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
    const sent = join(folder.path, 'driver.exe');
    await writeFile(sent, randomBytes(3_000_000));
    await technician.tool('file-upload').waitFor();
    await technician.sendFile(sent);
    const download = customer.page.waitForEvent('download');
    await customer.page.getByText(text.local.canBeRun(isolated(PEOPLE.tess.name))).waitFor();
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
        ['driver.exe', 'completed', true],
        ['printer.log', 'completed', true],
      ],
    );
    assert.deepEqual([accounts.customer?.state, accounts.technician?.state], ['signed', 'signed']);
  });

  it('and one on its way is cut off at both ends when either page is loaded anew', async () => {
    const { technician, customer, record } = await desk.session({
      tools: ['chat', 'file-upload', 'file-download'],
      allow: ['chat', 'file-upload', 'file-download'],
    });
    for (const { page } of [technician, customer]) page.on('dialog', (dialog) => void dialog.accept());
    const size = 30_000_000;
    const onItsWay = technician.page.getByText(staff.files.progress('', byteSize(size)));
    const loadedAnew = t.files.because('loaded-anew');
    const isCutOff = async (name: string) => {
      await technician.showFiles();
      for (const { page } of [technician, customer])
        await page.getByRole('listitem').filter({ hasText: name }).getByText(loadedAnew).waitFor();
      assert.equal(await onItsWay.count(), 0);
    };
    const file = async (name: string) => {
      const path = join(folder.path, name);
      await writeFile(path, Buffer.alloc(size));
      return path;
    };
    for (const reloaded of [customer, technician]) {
      const name = reloaded === customer ? 'their-page.bin' : 'our-page.bin';
      await stallReading(technician.page);
      await technician.sendFile(await file(name));
      await customer.acceptFile();
      await onItsWay.waitFor();
      await reloaded.page.reload();
      await isCutOff(name);
    }
    // With nothing under way the lane is given back.
    await technician.sees('file-upload', 'granted');

    for (const reloaded of [technician, customer]) {
      const name = reloaded === customer ? 'their-page.log' : 'our-page.log';
      await stallReading(customer.page);
      await technician.fetchFile(`/var/log/${name}`);
      const chooser = customer.page.waitForEvent('filechooser');
      await customer.page.getByRole('button', { name: text.browser.chooseFile }).click();
      await (await chooser).setFiles(await file(name));
      await onItsWay.waitFor();
      await reloaded.page.reload();
      await isCutOff(name);
    }
    await technician.sees('file-download', 'granted');

    await technician.end('Not solved', 'Pages were loaded anew.');
    await customer.over();
    const { record: told, accounts } = await record();
    assert.deepEqual(
      told.files.map(({ name, standing, reason }) => [name, standing, reason]),
      ['their-page.bin', 'our-page.bin', 'our-page.log', 'their-page.log'].map((name) => [
        name,
        'cancelled',
        'loaded-anew',
      ]),
    );
    assert.deepEqual([accounts.customer?.findings, accounts.technician?.findings], [[], []]);
  });
});
