import { createHash, randomUUID } from 'node:crypto';
import { FileOnArrival, type SavedFile } from '../../agent/files/receive-file.ts';
import { NodeSha256 } from '../../agent/files/running-hash.ts';
import { attachFileLane } from '../../protocol/customer-end/files/file-lane.ts';
import { FileReceiver } from '../../protocol/file-receiver.ts';
import { type FileProblem, FileSender, type FileSource } from '../../protocol/file-sender.ts';
import { FileTransfers } from '../../protocol/file-transfers.ts';
import { memoryLane } from './memory-lane.ts';

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** How one end saw a file end. */
export type Ending =
  | { readonly outcome: 'done'; readonly sha256: string; readonly saved?: SavedFile }
  | { readonly outcome: 'failed'; readonly problem: FileProblem };

export interface StartOptions {
  readonly name?: string;
  readonly fileId?: string;
  readonly progressed?: (bytes: number) => void;
  /** A slow disk: how many turns of the event loop each write takes longer. */
  readonly turnsPerWrite?: number;
}

/** A sending and a receiving end, with lanes between them that a test makes and breaks. */
export class TransferPair {
  readonly sending = new FileTransfers();
  readonly receiving = new FileTransfers();
  readonly folder: string;
  lane = memoryLane();

  constructor(folder: string) {
    this.folder = folder;
  }

  connect(): void {
    this.lane = memoryLane();
    attachFileLane(this.lane.a, this.sending);
    attachFileLane(this.lane.b, this.receiving);
  }

  /** Both ends of one accepted file, begun. */
  async start(source: FileSource, options: StartOptions = {}) {
    const { name = 'file.bin', fileId = randomUUID(), progressed, turnsPerWrite = 0 } = options;
    const hash = new NodeSha256();
    const sink = await FileOnArrival.open({ folder: this.folder, name, fileId, size: source.size }, hash);
    const write = sink.write.bind(sink);
    sink.write = async (bytes) => {
      for (let turn = 0; turn < turnsPerWrite; turn++) await new Promise(setImmediate);
      await write(bytes);
    };
    const sent = new Promise<Ending>((resolve) => {
      const sender = new FileSender(fileId, source, new NodeSha256(), {
        sent: (digest) => resolve({ outcome: 'done', sha256: digest }),
        failed: (problem) => resolve({ outcome: 'failed', problem }),
      });
      this.sending.send(sender);
    });
    const received = new Promise<Ending>((resolve) => {
      const events = {
        ...(progressed && { progressed }),
        completed: (saved: SavedFile, digest: string) => resolve({ outcome: 'done', sha256: digest, saved }),
        failed: (problem: FileProblem) => resolve({ outcome: 'failed', problem }),
      };
      this.receiving.receive(new FileReceiver(fileId, source.size, sink, hash, events, sink.alreadyThere));
    });
    return { fileId, sent, received };
  }
}
