import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FILE_REASONS } from '../../protocol/file-reason.ts';
import {
  ackFrame,
  cancelFrame,
  DATA_OFFSET,
  dataFrame,
  endFrame,
  MAX_FRAME_DATA_BYTES,
  MalformedFrame,
  parseFileFrame,
} from '../../protocol/file-transfer.ts';

const fileId = fc.uuid();
const offset = fc.maxSafeNat();
const sha256 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));

describe('file frames', () => {
  it('read as they were written', () => {
    fc.assert(
      fc.property(fileId, offset, sha256, fc.constantFrom(...FILE_REASONS), (id, at, hash, reason) => {
        assert.deepEqual(parseFileFrame(ackFrame(id, at)), { kind: 'ack', fileId: id, receivedBytes: at });
        assert.deepEqual(parseFileFrame(endFrame(id, at, hash)), {
          kind: 'end',
          fileId: id,
          totalBytes: at,
          sha256: hash,
        });
        assert.deepEqual(parseFileFrame(cancelFrame(id, reason)), { kind: 'cancel', fileId: id, reason });
      }),
    );
  });

  it('carry bytes, also from the middle of a larger buffer', () => {
    fc.assert(
      fc.property(fileId, offset, fc.uint8Array({ minLength: 1, maxLength: 300 }), (id, at, bytes) => {
        const frame = dataFrame(id, at, bytes.length);
        frame.set(bytes, DATA_OFFSET);
        const within = Buffer.concat([Buffer.alloc(7), frame, Buffer.alloc(3)]).subarray(7, 7 + frame.length);
        const parsed = parseFileFrame(within);
        assert.ok(parsed.kind === 'data');
        assert.deepEqual([parsed.fileId, parsed.offset], [id, at]);
        assert.deepEqual(new Uint8Array(parsed.bytes), bytes);
      }),
    );
  });

  it('are read or refused as malformed, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        try {
          const { fileId: id } = parseFileFrame(bytes);
          assert.match(id, /^[0-9a-f-]{36}$/);
        } catch (error) {
          assert.ok(error instanceof MalformedFrame);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('are refused when cut, lengthened, empty or too large', () => {
    const id = 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
    const good = [ackFrame(id, 1), endFrame(id, 1, '00'.repeat(32)), cancelFrame(id, 'cancelled-by-person')];
    for (const frame of good) {
      for (let length = 0; length < frame.length; length++)
        assert.throws(() => parseFileFrame(frame.subarray(0, length)), MalformedFrame);
      assert.throws(() => parseFileFrame(Buffer.concat([frame, Buffer.alloc(1)])), MalformedFrame);
    }
    assert.throws(() => parseFileFrame(dataFrame(id, 0, 0)), MalformedFrame);
    assert.throws(() => parseFileFrame(dataFrame(id, 0, MAX_FRAME_DATA_BYTES + 1)), MalformedFrame);
    assert.ok(parseFileFrame(dataFrame(id, 0, MAX_FRAME_DATA_BYTES)));
    const unsafe = ackFrame(id, 0);
    unsafe.fill(0xff, DATA_OFFSET - 8);
    assert.throws(() => parseFileFrame(unsafe), MalformedFrame);
  });

  it('read a reason that only newer programs know as a failure', () => {
    const frame = cancelFrame('f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'cancelled-by-person');
    frame[frame.length - 1] = 200;
    const parsed = parseFileFrame(frame);
    assert.equal(parsed.kind === 'cancel' && parsed.reason, 'failed');
  });
});
