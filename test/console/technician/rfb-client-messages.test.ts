import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  RfbClientStream,
  type RfbLane,
  RfbStreamError,
} from '../../../console/technician/rfb-client-messages.ts';

const HANDSHAKE = [...Buffer.from('RFB 003.008\n'), 1, 1];

/** One of each message that noVNC sends, with the lane it belongs to. */
const MESSAGES: readonly { name: string; lane: RfbLane; bytes: number[] }[] = [
  { name: 'SetPixelFormat', lane: 'view', bytes: [0, 0, 0, 0, ...zeros(16)] },
  { name: 'SetEncodings', lane: 'view', bytes: [2, 0, 0, 3, ...zeros(12)] },
  { name: 'FramebufferUpdateRequest', lane: 'view', bytes: [3, 1, 0, 0, 0, 0, 5, 0, 4, 0] },
  { name: 'KeyEvent', lane: 'control', bytes: [4, 1, 0, 0, 0, 0, 0, 97] },
  { name: 'PointerEvent', lane: 'control', bytes: [5, 1, 0, 10, 0, 20] },
  { name: 'PointerEvent with more buttons', lane: 'control', bytes: [5, 0x81, 0, 10, 0, 20, 1] },
  { name: 'ClientCutText', lane: 'clipboard', bytes: [6, 0, 0, 0, 0, 0, 0, 2, 104, 105] },
  { name: 'extended ClientCutText', lane: 'clipboard', bytes: [6, 0, 0, 0, 255, 255, 255, 252, 2, 0, 0, 1] },
  { name: 'EnableContinuousUpdates', lane: 'view', bytes: [150, 1, ...zeros(8)] },
  { name: 'ClientFence', lane: 'view', bytes: [248, 0, 0, 0, 0, 0, 0, 1, 3, 4, 5, 6] },
  { name: 'xvp', lane: 'view', bytes: [250, 0, 1, 2] },
  { name: 'SetDesktopSize', lane: 'view', bytes: [251, 0, 5, 0, 4, 0, 1, 0, ...zeros(16)] },
  { name: 'QEMUExtendedKeyEvent', lane: 'control', bytes: [255, 0, 0, 1, 0, 0, 0, 97, 0, 0, 0, 30] },
];

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

/** What comes out when the bytes go in with these cuts. The viewer's buffer is overwritten after each piece, as noVNC does. */
function readInPieces(
  bytes: readonly number[],
  cuts: readonly number[],
): { lane: RfbLane; bytes: number[] }[] {
  const stream = new RfbClientStream();
  const out: { lane: RfbLane; bytes: number[] }[] = [];
  const edges = [
    0,
    ...[...new Set(cuts)].filter((cut) => cut < bytes.length).sort((a, b) => a - b),
    bytes.length,
  ];
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const piece = Uint8Array.from(bytes.slice(from, edges[index + 1]));
    for (const message of stream.read(piece)) out.push({ lane: message.lane, bytes: [...message.bytes] });
    piece.fill(0xee);
  }
  return out;
}

const withoutHandshake = (read: { lane: RfbLane; bytes: number[] }[]) => {
  let left = HANDSHAKE.length;
  return read.filter((message) => {
    if (left === 0) return true;
    left -= message.bytes.length;
    return false;
  });
};

describe('RfbClientStream', () => {
  it('passes the handshake to the view lane byte by byte', () => {
    const read = readInPieces(
      HANDSHAKE,
      HANDSHAKE.map((_, index) => index),
    );
    assert.deepEqual(
      read.flatMap(({ bytes }) => bytes),
      HANDSHAKE,
    );
    assert.ok(read.every(({ lane }) => lane === 'view'));
  });

  for (const { name, lane, bytes } of MESSAGES) {
    it(`sends a ${name} whole down the ${lane} lane, however it is cut`, () => {
      for (let cut = 1; cut < bytes.length; cut++) {
        const read = withoutHandshake(readInPieces([...HANDSHAKE, ...bytes], [14, 14 + cut]));
        assert.deepEqual(read, [{ lane, bytes }]);
      }
    });
  }

  it('tells any sequence of messages apart, in any pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...MESSAGES), { maxLength: 40 }),
        fc.array(fc.nat(800), { maxLength: 60 }),
        (messages, cuts) => {
          const bytes = [...HANDSHAKE, ...messages.flatMap((message) => message.bytes)];
          const read = withoutHandshake(readInPieces(bytes, [14, ...cuts]));
          assert.deepEqual(
            read,
            messages.map(({ lane, bytes }) => ({ lane, bytes })),
          );
        },
      ),
    );
  });

  it('gives up on a byte that begins no message', () => {
    const stream = new RfbClientStream();
    stream.read(Uint8Array.from(HANDSHAKE));
    assert.throws(() => stream.read(Uint8Array.of(77)), RfbStreamError);
  });
});
