import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CustomerFile } from '../../../agent/consent/customer-desk.ts';
import { placesOnDisk } from '../../../agent/files/places-on-disk.ts';
import { nodeDigests } from '../../../agent/session-key.ts';
import { Account } from '../../../protocol/customer-end/account.ts';
import { type FileMessage, FileOutbox } from '../../../protocol/customer-end/files/file-outbox.ts';
import { OutgoingFiles } from '../../../protocol/customer-end/files/outgoing-files.ts';
import { TransferProgress } from '../../../protocol/customer-end/files/transfer-progress.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

describe('A file that the technician asked for', () => {
  let folder: TemporaryFolder;
  let asked: string;
  let secret: string;
  const told: FileMessage[] = [];
  let files: OutgoingFiles<CustomerFile>;
  beforeEach(async () => {
    folder = await temporaryFolder();
    asked = join(folder.path, 'logs', 'printer.log');
    secret = join(folder.path, 'private', 'printer.log');
    for (const path of [asked, secret]) await mkdir(dirname(path));
    await writeFile(asked, 'out of paper');
    await writeFile(secret, 'the password');
    told.length = 0;
    const send = async () => undefined;
    const account = new Account({ sessionId: randomUUID(), key: undefined, send });
    const outbox = new FileOutbox(async (message) => void told.push(message), account, nodeDigests);
    files = new OutgoingFiles(placesOnDisk(folder.path), outbox, new TransferProgress(() => {}), () => {});
  });
  afterEach(async () => {
    files.halt();
    await folder.remove();
  });

  it('is offered when the customer gives it', async () => {
    const fileId = randomUUID();
    await files.lookUp(fileId, asked);
    assert.deepEqual(files.asked(), [{ fileId, path: asked, size: 12 }]);
    await files.give(fileId);
    assert.deepEqual(told, [
      { type: 'file.offer', fileId, tool: 'file-download', name: 'printer.log', size: 12 },
    ]);
  });

  for (const [what, replace] of [
    ['a link', () => rm(asked).then(() => symlink(secret, asked))],
    ['another file', () => rename(secret, asked)],
    ['the same name in another folder', () => moveFolder(dirname(asked), dirname(secret))],
  ] as const) {
    it(`is not sent when ${what} took its place before the customer said yes`, async () => {
      const fileId = randomUUID();
      await files.lookUp(fileId, asked);
      await replace();
      await files.give(fileId);
      assert.deepEqual(
        told.map(({ type }) => type),
        ['file.refuse'],
      );
    });
  }

  it('is not sent when it was not there yet as the customer read so', async () => {
    const fileId = randomUUID();
    await rm(asked);
    await files.lookUp(fileId, asked);
    await writeFile(asked, 'there now');
    await files.give(fileId);
    assert.deepEqual(told, [
      { type: 'file.refuse', fileId, reason: 'not-found', detail: 'There is no such file.' },
    ]);
  });
});

/** A link to `target` in the place of `folder`. */
async function moveFolder(folder: string, target: string): Promise<void> {
  await rename(folder, `${folder}-moved`);
  await symlink(target, folder);
}
