import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { ClipboardLane } from '../../../agent/screen/clipboard-lane.ts';
import { RfbProtocolError } from '../../../agent/screen/rfb/client-messages.ts';
import {
  ClipboardFlag,
  clipboardProvide,
  readProvidedText,
} from '../../../agent/screen/rfb/extended-clipboard.ts';
import { memoryLane } from '../../support/memory-lane.ts';
import { until } from '../../support/until.ts';

const { text, caps, request, notify, provide, peek } = ClipboardFlag;

function start() {
  const { a, b } = memoryLane();
  const written: string[] = [];
  const received: Buffer[] = [];
  const ended: (string | undefined)[] = [];
  /** Set to hold up every write until it resolves. */
  const display = { gate: Promise.resolve() };
  let copy = (_text: string) => {};
  let closed = false;
  b.onMessage((message) => received.push(message));
  const lane = new ClipboardLane(
    a,
    async (changed) => {
      copy = changed;
      return {
        write: async (text) => {
          written.push(text);
          await display.gate;
        },
        close: async () => {
          closed = true;
        },
      };
    },
    (reason) => ended.push(reason),
  );
  return {
    lane,
    near: a,
    far: b,
    display,
    written,
    received,
    ended,
    copy: (text: string) => copy(text),
    isClosed: () => closed,
  };
}

/** A viewer's cut text in the extended form. */
function extended(flags: number, data: Uint8Array = new Uint8Array()): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes[0] = 6;
  bytes.writeInt32BE(-(4 + data.length), 4);
  bytes.writeUInt32BE(flags, 8);
  bytes.set(data, 12);
  return bytes;
}

function flagsOf(message: Buffer): number {
  assert.equal(message[0], 3);
  assert.equal(message.readInt32BE(4), -(message.length - 8));
  return message.readUInt32BE(8);
}

function packed(content: string | Buffer, length = Buffer.byteLength(content)): Buffer {
  const plain = Buffer.concat([Buffer.alloc(4), Buffer.from(content)]);
  plain.writeUInt32BE(length, 0);
  return deflateSync(plain);
}

describe('clipboard lane', () => {
  it('says nothing before a viewer is past its handshake, and then offers what was copied meanwhile', async () => {
    const { lane, received, copy } = start();
    copy('früh');
    lane.speak('none');
    lane.speak('latin1');
    await until('it came', () => received.length === 1);
    assert.equal(received[0]!.toString('latin1', 8), 'früh');
    lane.close();
  });

  it('gives Unicode to a viewer that can take it, when it asks', async () => {
    const { lane, far, received, copy } = start();
    lane.speak('extended');
    copy('漢字 und\nmehr');
    await until('the offer is there', () => received.length === 2);
    assert.equal(flagsOf(received[0]!) & caps, caps);
    assert.equal(flagsOf(received[1]!), notify | text);
    far.send(extended(request | text));
    await until('the text is there', () => received.length === 3);
    assert.equal(flagsOf(received[2]!), provide | text);
    assert.equal(readProvidedText(received[2]!.subarray(12)), '漢字 und\nmehr');
    lane.close();
  });

  it('does not pile up answers for a viewer that asks and does not read', async () => {
    const { lane, near, far, received, copy } = start();
    const copied = randomBytes(384 * 1024).toString('hex');
    lane.speak('extended');
    copy(copied);
    await until('the offer is there', () => received.length === 2);
    far.onMessage(undefined);
    const questions = 500;
    for (let sent = 0; sent < questions; sent++) far.send(extended(request | text));
    await until('reading stopped', () => near.bufferedBytes > 1024 * 1024);
    assert.ok(far.bufferedBytes > 0, 'the questions wait outside');
    assert.ok(near.mostBufferedBytes < 3 * 1024 * 1024, `${near.mostBufferedBytes} bytes wait here`);
    far.onMessage((message) => received.push(message));
    await until('the rest was read', () => far.bufferedBytes === 0 && near.bufferedBytes === 0, 20_000);
    assert.equal(received.length, 2 + questions);
    assert.equal(readProvidedText(received.at(-1)!.subarray(12)), copied);
    assert.ok(near.mostBufferedBytes < 3 * 1024 * 1024, `${near.mostBufferedBytes} bytes waited here`);
    lane.close();
  });

  it('gives a viewer that does not read only the newest, however often it changes what it speaks', async () => {
    const { lane, near, far, received, copy } = start();
    lane.speak('latin1');
    copy('a'.repeat(900_000));
    await until('the text is there', () => received.length === 1);
    far.onMessage(undefined);
    for (let turn = 0; turn < 50; turn++) {
      lane.speak('extended');
      lane.speak('latin1');
    }
    copy('newest');
    assert.ok(near.mostBufferedBytes < 3 * 1024 * 1024, `${near.mostBufferedBytes} bytes wait here`);
    far.onMessage((message) => received.push(message));
    await until('the newest came', () => received.at(-1)!.subarray(8).toString() === 'newest');
    lane.close();
  });

  it('answers what came at once with one answer', async () => {
    const { lane, far, received, copy } = start();
    lane.speak('extended');
    copy('once');
    await until('the offer is there', () => received.length === 2);
    far.send(Buffer.concat(Array(1000).fill(extended(request | peek | text))));
    far.send(extended(peek));
    await until('all were answered', () => received.length === 5);
    assert.deepEqual(received.slice(2).map(flagsOf), [provide | text, notify | text, notify | text]);
    lane.close();
  });

  it('writes only the newest of the texts that come while the display is slow', async () => {
    const { lane, far, written, display } = start();
    let open = () => {};
    display.gate = new Promise((resolve) => {
      open = resolve;
    });
    far.send(extended(provide | text, packed('first')));
    await until('the first is written', () => written.length === 1);
    for (let sent = 0; sent < 200; sent++) far.send(extended(provide | text, packed(`text ${sent}`)));
    await until('they were read', () => far.bufferedBytes === 0);
    open();
    await until('the next is written', () => written.length > 1);
    far.send(extended(provide | text, packed('last')));
    await until('the last is written', () => written.at(-1) === 'last');
    assert.deepEqual(written, ['first', 'text 199', 'last']);
    lane.close();
  });

  it('asks for what the viewer offers, and writes it to the display', async () => {
    const { lane, far, received, written } = start();
    lane.speak('extended');
    far.send(extended(notify | text));
    await until('it asks', () => received.length === 2);
    assert.equal(flagsOf(received[1]!), request | text);
    far.send(extended(provide | text, packed('naïve €\r\nline\0')));
    await until('it is written', () => written.length === 1);
    assert.equal(written[0], 'naïve €\nline');
    lane.close();
  });

  it('answers a peek by whether there is text', async () => {
    const { lane, far, received } = start();
    lane.speak('extended');
    far.send(extended(peek));
    await until('it answers', () => received.length === 2);
    assert.equal(flagsOf(received[1]!), notify);
    lane.close();
  });

  it('takes Latin-1 cut text', async () => {
    const { lane, far, written } = start();
    far.send(Buffer.concat([Buffer.from('0600000000000003', 'hex'), Buffer.from('éß\n', 'latin1')]));
    await until('it is written', () => written.length === 1);
    assert.equal(written[0], 'éß\n');
    lane.close();
  });

  it('closes the clipboard of the display with the lane', async () => {
    const { far, ended, isClosed } = start();
    far.close();
    await until('both are closed', () => ended.length === 1 && isClosed());
    assert.equal(ended[0], undefined);
  });

  for (const [what, message] of [
    ['a key event', Buffer.from('0401000000000061', 'hex')],
    ['data that do not unpack', extended(provide | text, Buffer.from('nonsense'))],
    ['data that unpack to a gigabyte', extended(provide | text, deflateSync(Buffer.alloc(64 * 1024 * 1024)))],
    ['text shorter than it says', extended(provide | text, packed('abc', 4000))],
  ] as const) {
    it(`closes on ${what}`, async () => {
      const { far, ended, written } = start();
      far.send(message);
      await until('it ended', () => ended.length === 1);
      assert.ok(ended[0]);
      assert.equal(far.closed, true);
      assert.deepEqual(written, []);
    });
  }

  it('packs and unpacks any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (sample) => {
        const plain = sample.replace(/\r\n?/g, '\n').replaceAll('\0', '');
        const message = Buffer.from(clipboardProvide(plain));
        assert.equal(readProvidedText(message.subarray(12)), plain);
      }),
    );
  });

  it('refuses random data only by a protocol error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        try {
          readProvidedText(Buffer.from(bytes));
        } catch (error) {
          assert.ok(error instanceof RfbProtocolError);
        }
      }),
    );
  });
});
