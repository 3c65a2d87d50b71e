import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FilePlaces } from '../../protocol/customer-end/files/file-places.ts';
import type { CustomerFile } from '../consent/customer-desk.ts';
import { openForCustomer } from '../consent/open-browser.ts';
import { type AskedFile, lookUpAskedFile } from './asked-file.ts';
import { FileOnArrival } from './receive-file.ts';
import { NodeSha256 } from './running-hash.ts';
import { FileOnDisk } from './send-file.ts';
import { FileFromStream } from './send-stream.ts';

/** This computer's disk. `receivedFolder` need not exist yet. */
export function placesOnDisk(receivedFolder: string): FilePlaces<CustomerFile> {
  return {
    receivedFolder,
    startHash: () => new NodeSha256(),
    async arrive(file, hash) {
      const sink = await FileOnArrival.open({ folder: receivedFolder, ...file }, hash);
      return { sink, alreadyThere: sink.alreadyThere };
    },
    lookUp: (path) => lookUpAskedFile(path),
    async openAsked({ path, identity }: AskedFile) {
      return { name: basename(path), source: await FileOnDisk.open(path, identity) };
    },
    open: ({ name, size, content }) => ({
      name,
      source: new FileFromStream(content, size),
      // The customer's browser went away, with the file half read.
      onGone: (listener) =>
        content.once('close', () => {
          if (!content.readableEnded) listener();
        }),
    }),
    async showFolder() {
      await mkdir(receivedFolder, { recursive: true });
      if (!(await openForCustomer(receivedFolder)))
        throw new Error(`The folder could not be opened. It is ${receivedFolder}.`);
    },
  };
}
