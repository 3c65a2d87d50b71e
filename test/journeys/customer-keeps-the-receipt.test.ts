import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { customer as text } from '../../console/shared/strings/en/customer.ts';
import { receipt as receiptText } from '../../console/shared/strings/en/receipt.ts';
import { t } from '../../console/shared/strings.ts';
import { startAgent } from '../support/agent.ts';
import { COUNTERSIGN } from '../support/broker.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

describe('journey: a customer keeps the receipt of a session, and it verifies without the broker', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  let folder: TemporaryFolder;

  const verified = (file: string) => {
    const { stdout, stderr } = spawnSync(process.execPath, [COUNTERSIGN, 'verify', file], {
      encoding: 'utf8',
    });
    return stdout + stderr;
  };

  before(async () => {
    folder = await temporaryFolder();
    desk = await openSupportDesk();
  });
  after(async () => {
    await desk.close();
    await folder.remove();
  });

  it('from the page: saved, opened there, and right', async () => {
    const { technician, customer, id } = await desk.session({ tools: ['view'], allow: ['view'] });
    await technician.end('Solved', 'The cable was loose.');
    await customer.over();
    const { page } = customer;
    const save = page.getByRole('button', { name: text.local.saveReceipt });
    await save.waitFor();
    const downloading = page.waitForEvent('download');
    await save.click();
    const download = await downloading;
    assert.match(download.suggestedFilename(), /^receipt-\d{4}-\d\d-\d\d\.json$/);
    const file = join(folder.path, download.suggestedFilename());
    await download.saveAs(file);
    assert.match(verified(file), new RegExp(`^The receipt is right: all \\d+ entries of session ${id}`));

    assert.match(
      verified(file),
      /The technician’s console signed \d+ statements with the key [0-9a-f]{16}, and they agree with the entries\.$/m,
    );
    assert.match(
      verified(file),
      /The customer’s computer signed \d+ statements with the key [0-9a-f]{16}, and they agree with the entries\.$/m,
    );

    await page.getByRole('button', { name: text.local.openReceipt }).click();
    await page.getByText(receiptText.unchanged).waitFor();
    assert.match(await page.getByRole('article').innerText(), /Used once/);
    await page.getByText(receiptText.every).click();
    await page.getByText(receiptText.entry(1, 'session.created')).click();
    await page.getByText('"type": "session.created"').waitFor();

    const changed = (await readFile(file, 'utf8')).replace('Printing fails', 'Printing works');
    await writeFile(file, changed);
    assert.match(verified(file), /Log entry \d+ \(session\.created, .*is not what the log holds/);
  });

  it('an auditor gets the same from the record', async () => {
    const { items } = await (await desk.api('ada')).sessions();
    const { page } = await desk.technician('ada');
    await page.goto(`${desk.broker.url}/log/${items[0]!.id}`);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: t.log.record.receipt }).click();
    const file = join(folder.path, 'auditor.json');
    await (await downloading).saveAs(file);
    assert.match(verified(file), /^The receipt is right/);
  });

  it('without a page: in the folder of received files, and the terminal says where', async () => {
    const tess = await desk.technician('tess');
    const code = await tess.openSession({ name: 'Ada Example', reason: 'Printing fails', tools: ['view'] });
    const { url } = desk.broker;
    const agent = startAgent({
      url,
      code,
      display: desk.display.display,
      downloads: folder.path,
      home: folder.path,
      allow: 'view',
    });
    await tess.admit();
    await tess.end('Solved', 'The cable was loose.');
    const [, path = ''] = await agent.program.prints(/Your receipt is here: (.+)/, 30_000);
    assert.equal(await agent.program.ended, 0);
    assert.match(verified(path), /^The receipt is right/);
  });
});
