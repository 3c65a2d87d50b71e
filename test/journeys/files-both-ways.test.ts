import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import { until } from '../support/until.ts';

const SIZE = 200 * 2 ** 20;

describe('journey: a file of 200 MB each way', function () {
  this.timeout(240_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  it('arrives byte for byte, and the record knows both', async () => {
    const { technician, customer, record, downloads, home } = await desk.session({
      tools: ['view', 'file-upload', 'file-download'],
      allow: ['view', 'file-upload', 'file-download'],
    });
    const sent = join(home, 'disk image.bin');
    const hash = await writeRandom(sent);

    await technician.sendFile(sent);
    await customer.acceptFile();
    const folder = join(downloads, 'Countersign');
    // It is linked under its name before the temporary one goes, so that nothing else is ever written over.
    await until(
      'the file has its name, and no temporary one is left',
      async () => (await names(folder)).join() === 'disk image.bin',
      120_000,
    );
    assert.equal(await sha256(join(folder, 'disk image.bin')), hash);

    const saved = technician.page.waitForEvent('download', { timeout: 120_000 });
    await technician.fetchFile('disk image.bin');
    await customer.sendFile();
    assert.equal(await sha256(await (await saved).path()), hash);
    await technician.end('Solved', 'Both ways.');

    const { files, tools } = (await record()).record;
    assert.deepEqual(
      files.map((file) => [file.tool, file.name, file.size, file.sha256, file.standing, file.bothSidesAgree]),
      ['file-upload', 'file-download'].map((tool) => [tool, 'disk image.bin', SIZE, hash, 'completed', true]),
    );
    assert(tools.find(({ tool }) => tool === 'file-upload')!.bytesFromTechnician > SIZE);
    assert(tools.find(({ tool }) => tool === 'file-download')!.bytesFromCustomer > SIZE);
  });
});

const names = (folder: string) => readdir(folder).catch(() => [] as string[]);

async function writeRandom(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  const block = randomBytes(2 ** 20);
  for (let left = SIZE; left > 0; left -= block.length) {
    block.writeUInt32LE(left, 0);
    hash.update(block);
    await file.write(block);
  }
  await file.close();
  return hash.digest('hex');
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
