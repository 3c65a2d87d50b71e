import assert from 'node:assert/strict';
import type { ViewerEncoder } from '../../../agent/screen/encode/encoder-thread.ts';
import type { EncodedUpdate, TakePiece } from '../../../agent/screen/encode/update-encoder.ts';
import { Encoding } from '../../../agent/screen/rfb/encodings.ts';
import { FenceFlag, fence } from '../../../agent/screen/rfb/server-messages.ts';
import { RfbServer } from '../../../agent/screen/rfb-server.ts';
import { memoryLane } from '../../support/memory-lane.ts';
import { until } from '../../support/until.ts';

/** Makes the update that the test gives it, when the test says so. */
class HeldEncoder implements ViewerEncoder {
  takePiece: TakePiece | undefined;
  finish: (update: EncodedUpdate) => void = () => {};

  encode(_rects: unknown, _settings: unknown, takePiece: TakePiece): Promise<EncodedUpdate> {
    this.takePiece = takePiece;
    return new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  refine = () => Promise.resolve({ message: undefined, remaining: [] });
  resize(): void {}
  invalidate(): void {}
  close(): void {}
}

describe('RFB server', () => {
  it('puts nothing into an update that goes out in pieces', async () => {
    const { a, b } = memoryLane();
    const encoder = new HeldEncoder();
    const got: Buffer[] = [];
    b.onMessage((message) => got.push(Buffer.from(message)));
    const server: RfbServer = new RfbServer({
      lane: a,
      encoder,
      framebuffer: { width: 64, height: 64, pixels: new SharedArrayBuffer(64 * 64 * 4) },
      name: 'test',
      cursor: undefined,
      ready: () => server.pump(),
      encodingsChanged() {},
      strayInput() {},
      closed() {},
    });
    b.send(Buffer.from('RFB 003.008\n'));
    b.send(Buffer.from([1]));
    b.send(Buffer.from([1]));
    const encodings = Buffer.alloc(12);
    encodings.writeUInt8(2);
    encodings.writeUInt16BE(2, 2);
    encodings.writeInt32BE(Encoding.lastRect, 4);
    encodings.writeInt32BE(Encoding.fence, 8);
    b.send(encodings);
    b.send(Buffer.from([3, 0, 0, 0, 0, 0, 0, 64, 0, 64]));
    await until('an update is asked of the encoder', () => encoder.takePiece !== undefined);

    got.length = 0;
    encoder.takePiece!(new Uint8Array([1]));
    b.send(fence(FenceFlag.request, Buffer.from('mine')));
    encoder.takePiece!(new Uint8Array([2]));
    await until('both pieces came', () => got.length === 2);
    encoder.finish({ message: new Uint8Array([3]), remaining: [] });
    await until('the answer to the fence came', () => got.length === 4);
    assert.deepEqual(
      got.slice(0, 3).map((message) => message[0]),
      [1, 2, 3],
    );
    assert.equal(got[3]!.subarray(9).toString(), 'mine');
  });
});
