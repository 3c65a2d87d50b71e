import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as ws from 'ws';
import { MAX_LANE_MESSAGE_BYTES } from '../../protocol/lane.ts';
import { FrameError } from '../../server/lanes/frame.ts';
import { FrameSplice } from '../../server/lanes/frame-splice.ts';

/** The types of ws leave these two out. */
const { Receiver, Sender } = ws as unknown as {
  Receiver: new (options: object) => NodeJS.WritableStream;
  Sender: { frame(data: Buffer, options: object): Buffer[] };
};

interface Frame {
  opcode: number;
  fin: boolean;
  payload: Buffer;
}

/** As a client sends it; `declared` lies about the length. */
function masked({ opcode, fin, payload }: Frame, mask = [7, 0, 255, 130], declared = payload.length): Buffer {
  const head =
    declared < 126
      ? Buffer.from([declared])
      : declared < 65_536
        ? Buffer.from([126, declared >> 8, declared & 255])
        : Buffer.concat([Buffer.from([127]), bigEndian(declared)]);
  head[0]! |= 0x80;
  const body = Buffer.from(payload.map((byte, i) => byte ^ mask[i & 3]!));
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode]), head, Buffer.from(mask), body]);
}

function bigEndian(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

const binary = (payload: Buffer): Frame => ({ opcode: 2, fin: true, payload });

/** Sends `wire` through a splice in pieces, and reads what comes out with the `ws` package's own parser. */
function relayed(wire: Buffer, cuts: readonly number[]) {
  const receiver = new Receiver({ isServer: false, maxPayload: MAX_LANE_MESSAGE_BYTES });
  const messages: Buffer[] = [];
  const controls: { opcode: number; payload: Buffer }[] = [];
  receiver.on('message', (message: Buffer) => messages.push(Buffer.from(message)));
  receiver.on('error', (error: Error) => {
    throw error;
  });
  const out: Buffer[] = [];
  const splice = new FrameSplice({
    pass: (header, bytes) => out.push(Buffer.from(header ?? []), Buffer.from(bytes)),
    control: (opcode, payload) => controls.push({ opcode, payload }),
  });
  const ends = [...new Set(cuts.map((cut) => cut % (wire.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...ends, wire.length]) {
    splice.push(Buffer.from(wire.subarray(from, to)));
    from = to;
  }
  receiver.write(Buffer.concat(out));
  return { messages, controls, out: Buffer.concat(out), bytes: splice.payloadBytes };
}

const messages = fc.array(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  {
    minLength: 1,
    maxLength: 12,
  },
);
const cuts = fc.array(fc.nat(100_000), { maxLength: 40 });

describe('frame splice', () => {
  it('passes every message whole and in order, however TCP cuts it', () => {
    fc.assert(
      fc.property(messages, cuts, (sent, cutAt) => {
        const result = relayed(Buffer.concat(sent.map((payload) => masked(binary(payload)))), cutAt);
        assert.deepEqual(result.messages, sent);
        assert.equal(
          result.bytes,
          sent.reduce((sum, { length }) => sum + length, 0),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('passes large messages whole, cut anywhere', () => {
    const large = Buffer.alloc(200_000, 'lane');
    const wire = Buffer.concat([masked(binary(large)), masked(binary(Buffer.from('after')))]);
    fc.assert(
      fc.property(cuts, (cutAt) => {
        assert.deepEqual(relayed(wire, cutAt).messages, [large, Buffer.from('after')]);
      }),
      { numRuns: 40 },
    );
  });

  it('passes messages byte by byte', () => {
    const sent = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(300, 7), Buffer.from('four')];
    const wire = Buffer.concat(sent.map((payload) => masked(binary(payload))));
    const result = relayed(
      wire,
      Array.from(wire, (_byte, i) => i),
    );
    assert.deepEqual(result.messages, sent);
  });

  it('keeps control frames to itself, also in the middle of a message', () => {
    const wire = Buffer.concat([
      masked({ opcode: 2, fin: false, payload: Buffer.from('first ') }),
      masked({ opcode: 9, fin: true, payload: Buffer.from('are you there') }),
      masked({ opcode: 0, fin: false, payload: Buffer.alloc(0) }),
      masked({ opcode: 0, fin: true, payload: Buffer.from('second') }),
      masked({ opcode: 8, fin: true, payload: Buffer.from([3, 232]) }),
      masked(binary(Buffer.from('too late'))),
    ]);
    fc.assert(
      fc.property(cuts, (cutAt) => {
        const result = relayed(wire, cutAt);
        assert.deepEqual(result.messages, [Buffer.from('first second')]);
        assert.deepEqual(
          result.controls.map(({ opcode, payload }) => [opcode, payload.toString('latin1')]),
          [
            [9, 'are you there'],
            [8, '\u0003\u00e8'],
          ],
        );
      }),
      { numRuns: 100 },
    );
  });

  it('understands what the ws package sends', () => {
    const wire: Buffer[] = [];
    for (const size of [0, 1, 125, 126, 127, 65_535, 65_536]) {
      wire.push(
        ...Sender.frame(Buffer.alloc(size, size), {
          fin: true,
          opcode: 2,
          mask: true,
          readOnly: false,
          rsv1: false,
        }),
      );
    }
    assert.deepEqual(
      relayed(Buffer.concat(wire), []).messages.map(({ length }) => length),
      [0, 1, 125, 126, 127, 65_535, 65_536],
    );
  });

  const refusedAs = (code: string, wire: Buffer) =>
    assert.throws(
      () => relayed(wire, []),
      (error: unknown) => error instanceof FrameError && error.code === code,
    );

  it('refuses what breaks the rules of WebSocket or of a lane', () => {
    const payload = Buffer.from('x');
    const bad: Record<string, Buffer> = {
      'a text frame': masked({ opcode: 1, fin: true, payload }),
      'no mask': Buffer.from([0x82, 4, 120, 120, 120, 120]),
      'a reserved bit': Buffer.from([0xc2, 0x81, 1, 2, 3, 4, 120]),
      'an unknown opcode': masked({ opcode: 3, fin: true, payload }),
      'an unknown control frame': masked({ opcode: 11, fin: true, payload }),
      'a continuation of nothing': masked({ opcode: 0, fin: true, payload }),
      'a message inside a message': Buffer.concat([
        masked({ opcode: 2, fin: false, payload }),
        masked({ opcode: 2, fin: true, payload }),
      ]),
      'a ping in pieces': masked({ opcode: 9, fin: false, payload }),
      'a long ping': masked({ opcode: 9, fin: true, payload: Buffer.alloc(126) }),
    };
    for (const wire of Object.values(bad)) refusedAs('request.invalid', wire);
  });

  it('refuses too large a message by its header alone, whole or in pieces', () => {
    const start = masked({ opcode: 2, fin: true, payload: Buffer.alloc(10) }, [1, 2, 3, 4], 64 * 1024 * 1024);
    refusedAs('request.too-large', start);
    const huge = Buffer.from(start);
    huge.fill(255, 2, 10);
    refusedAs('request.too-large', huge);
    const piece = masked({ opcode: 2, fin: false, payload: Buffer.alloc(MAX_LANE_MESSAGE_BYTES) });
    refusedAs(
      'request.too-large',
      Buffer.concat([piece, masked({ opcode: 0, fin: true, payload: Buffer.from('x') })]),
    );
  });

  it('survives any bytes: they pass as frames or are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (bytes, cutAt) => {
        try {
          relayed(Buffer.from(bytes), cutAt);
        } catch (error) {
          assert(error instanceof FrameError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});
