import assert from 'node:assert/strict';
import { RfbProtocolError } from '../../../../agent/screen/rfb/client-messages.ts';
import { RfbHandshake } from '../../../../agent/screen/rfb/handshake.ts';

function start() {
  const sent: string[] = [];
  const handshake = new RfbHandshake((message) => sent.push(Buffer.from(message).toString('latin1')));
  return { handshake, sent };
}

describe('RFB handshake', () => {
  it('offers version 3.8 and no security of its own, and hands back what follows', () => {
    const { handshake, sent } = start();
    const rest = handshake.read(Buffer.from('RFB 003.008\n\x01\x01next'));
    assert.equal(rest?.toString(), 'next');
    assert.deepEqual(sent, ['RFB 003.008\n', '\x01\x01', '\0\0\0\0']);
  });

  it('takes one byte at a time', () => {
    const { handshake } = start();
    const answers = [...Buffer.from('RFB 003.008\n\x01\x01')].map((byte) =>
      handshake.read(Buffer.from([byte])),
    );
    assert.deepEqual(answers.slice(0, -1), new Array(13).fill(undefined));
    assert.equal(answers.at(-1)?.length, 0);
  });

  for (const [what, bytes] of [
    ['an older version', 'RFB 003.003\n'],
    ['another protocol', 'GET / HTTP/1.1\r\n'],
    ['a security type that was not offered', 'RFB 003.008\n\x02'],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { handshake } = start();
      assert.throws(() => handshake.read(Buffer.from(bytes)), RfbProtocolError);
    });
  }
});
