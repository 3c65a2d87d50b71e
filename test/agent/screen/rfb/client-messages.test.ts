import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  type ClientMessage,
  ClientMessageReader,
  ClientType,
  MAX_CUT_TEXT_BYTES,
  RfbProtocolError,
} from '../../../../agent/screen/rfb/client-messages.ts';
import { writePixelFormat } from '../../../../agent/screen/rfb/pixel-format.ts';
import { NOVNC_FORMAT } from '../../../support/novnc-picture.ts';

const ALL = Object.values(ClientType);

/** One message of each kind, as noVNC writes it, and what it means. */
const SAMPLES: [bytes: Buffer, meaning: ClientMessage][] = [
  [
    Buffer.concat([Buffer.from([0, 0, 0, 0]), writePixelFormat(NOVNC_FORMAT)]),
    { type: 'pixel-format', format: NOVNC_FORMAT },
  ],
  [
    Buffer.from('02000002000000 07ffffff11'.replaceAll(' ', ''), 'hex'),
    { type: 'encodings', encodings: [7, -239] },
  ],
  [
    Buffer.from('0301000100020300 0400'.replaceAll(' ', ''), 'hex'),
    { type: 'update-request', incremental: true, rect: { x: 1, y: 2, w: 0x300, h: 0x400 } },
  ],
  [Buffer.from('0401000001006f22', 'hex'), { type: 'key', down: true, keysym: 0x1006f22, keycode: 0 }],
  [Buffer.from('050102000180', 'hex'), { type: 'pointer', buttons: 1, x: 512, y: 0x180 }],
  [Buffer.from('05830200018001', 'hex'), { type: 'pointer', buttons: 0x83, x: 512, y: 0x180 }],
  [Buffer.from('0600000000000002e941', 'hex'), { type: 'cut-text', latin1: Buffer.from('éA', 'latin1') }],
  [
    Buffer.from('06000000fffffffa08000001abcd', 'hex'),
    { type: 'extended-cut-text', flags: 0x08000001, data: Buffer.from('abcd', 'hex') },
  ],
  [
    Buffer.from('96010000000007800438', 'hex'),
    { type: 'continuous-updates', enable: true, rect: { x: 0, y: 0, w: 1920, h: 1080 } },
  ],
  [Buffer.from('f8000000000000010175', 'hex'), { type: 'fence', flags: 1, payload: Buffer.from('u') }],
  [Buffer.from('fa000102', 'hex'), { type: 'ignored' }],
  [
    Buffer.concat([Buffer.from('fb00050002d00100', 'hex'), Buffer.alloc(16)]),
    { type: 'desktop-size', width: 0x500, height: 0x2d0 },
  ],
  [
    Buffer.from('ff0000010000ff0d0000009c', 'hex'),
    { type: 'key', down: true, keysym: 0xff0d, keycode: 0x9c },
  ],
];

describe('client messages', () => {
  it('are read one by one', () => {
    for (const [bytes, meaning] of SAMPLES) {
      assert.deepEqual(new ClientMessageReader(ALL).read(bytes), [meaning]);
    }
  });

  it('are read the same however the network cuts them', () => {
    const wire = Buffer.concat(SAMPLES.map(([bytes]) => bytes));
    const cuts = fc.array(fc.nat(wire.length), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, (positions) => {
        const edges = [0, ...positions.sort((a, b) => a - b), wire.length];
        const reader = new ClientMessageReader(ALL);
        const read = edges.slice(1).flatMap((end, i) => reader.read(wire.subarray(edges[i], end)));
        assert.deepEqual(
          read,
          SAMPLES.map(([, meaning]) => meaning),
        );
        assert.equal(reader.pendingBytes, 0);
      }),
    );
  });

  it('are read byte by byte', () => {
    const wire = Buffer.concat(SAMPLES.map(([bytes]) => bytes));
    const reader = new ClientMessageReader(ALL);
    const read = [...wire].flatMap((byte) => reader.read(Buffer.from([byte])));
    assert.equal(read.length, SAMPLES.length);
  });

  const hostile: [what: string, bytes: string][] = [
    ['65,535 encodings', '0200ffff'],
    ['2 GiB of cut text', '060000007fffffff'],
    ['4 GiB of cut text in the extended form', '0600000080000000'],
    ['an extended cut text without flags', '06000000ffffffff'],
    ['255 bytes of fence', 'f800000000000001ff'],
    ['255 screens', 'fb00050002d0ff00'],
    ['an unknown QEMU message', 'ff01'],
    ['an unknown message type', '63'],
  ];
  for (const [what, bytes] of hostile) {
    it(`end the connection at once when they announce ${what}`, () => {
      const reader = new ClientMessageReader([...ALL, 0x63]);
      assert.throws(() => {
        // `ffffffff` is a length of 1: its byte must be there for the message to be whole.
        reader.read(Buffer.from(bytes, 'hex'));
        reader.read(Buffer.from([0]));
      }, RfbProtocolError);
    });
  }

  it('end the connection when their type has no place on this lane', () => {
    const reader = new ClientMessageReader([ClientType.key]);
    assert.throws(() => reader.read(Buffer.from([ClientType.pointer])), /type 5 has no place here/);
  });

  it('never make random bytes hang or throw anything but a protocol error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const reader = new ClientMessageReader(ALL);
        try {
          reader.read(bytes);
        } catch (error) {
          assert.ok(error instanceof RfbProtocolError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('take a megabyte of cut text in single bytes without copying it for each', () => {
    const reader = new ClientMessageReader([ClientType.cutText]);
    const header = Buffer.from([6, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(MAX_CUT_TEXT_BYTES, 4);
    reader.read(header);
    const byte = Buffer.from('x');
    for (let i = 1; i < MAX_CUT_TEXT_BYTES; i++) reader.read(byte);
    const [message] = reader.read(byte);
    assert.ok(message?.type === 'cut-text' && message.latin1.length === MAX_CUT_TEXT_BYTES);
  });
});
