import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { NodeSha256 } from '../../agent/files/running-hash.ts';
import { FileFromStream } from '../../agent/files/send-stream.ts';
import { attachFileLane } from '../../protocol/customer-end/files/file-lane.ts';
import { FileReceiver } from '../../protocol/file-receiver.ts';
import { FileSender } from '../../protocol/file-sender.ts';
import { FileTransfers } from '../../protocol/file-transfers.ts';
import { memoryLane } from '../support/memory-lane.ts';
import { until } from '../support/until.ts';

describe('Files over one lane', () => {
  it('flow also when the receiver was ready before the sender knew that it may begin', async () => {
    const bytes = randomBytes(100_000);
    const fileId = randomUUID();
    const [sending, receiving] = [new FileTransfers(), new FileTransfers()];
    const lane = memoryLane();
    let acknowledged = 0;
    const send = lane.b.send.bind(lane.b);
    lane.b.send = (message) => {
      acknowledged += 1;
      send(message);
    };
    attachFileLane(lane.a, sending);
    attachFileLane(lane.b, receiving);
    const chunks: Buffer[] = [];
    const received = new Promise<Buffer>((resolve, reject) => {
      const sink = {
        write: async (part: Uint8Array) => void chunks.push(Buffer.from(part)),
        keep: async () => undefined,
        discard: async () => {},
      };
      const events = { completed: () => resolve(Buffer.concat(chunks)), failed: reject };
      receiving.receive(new FileReceiver(fileId, bytes.length, sink, new NodeSha256(), events));
    });
    await until('the receiver is ready', () => acknowledged === 1);
    await new Promise(setImmediate);
    const source = new FileFromStream(Readable.from([bytes]), bytes.length);
    sending.send(new FileSender(fileId, source, new NodeSha256(), { sent() {}, failed() {} }));
    assert.deepEqual(await received, bytes);
  });
});
