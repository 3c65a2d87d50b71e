import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { clipboardProvide, readProvidedText } from '../../../agent/screen/rfb/extended-clipboard.ts';
import { cutText } from '../../../agent/screen/rfb/server-messages.ts';
import {
  ClipboardFlag,
  extendedCutText,
  packText,
  parseCutText,
  unpackText,
  viewerCaps,
} from '../../../console/technician/cut-text.ts';

const TEXT = 'naïve\n€ 漢字 👋\ttab';

describe('cut text', () => {
  it('reads what the agent provides', async () => {
    const message = parseCutText(clipboardProvide(TEXT));
    assert.ok(message?.kind === 'extended');
    assert.ok(message.flags & ClipboardFlag.provide);
    assert.equal(await unpackText(message.data), TEXT);
  });

  it('writes what the agent reads', async () => {
    assert.equal(readProvidedText(Buffer.from(await packText(TEXT))), TEXT);
  });

  it('reads plain Latin-1 text', () => {
    assert.deepEqual(parseCutText(cutText('déjà vu')), { kind: 'plain', text: 'déjà vu' });
  });

  it('marks its messages as extended by a negative length', () => {
    const message = Buffer.from(extendedCutText(ClipboardFlag.notify | ClipboardFlag.text));
    assert.equal(message[0], 6);
    assert.equal(message.readInt32BE(4), -4);
    assert.equal(Buffer.from(viewerCaps()).readInt32BE(4), -8);
  });

  it('takes no message that is shorter or longer than it says', () => {
    const whole = clipboardProvide(TEXT);
    assert.equal(parseCutText(whole.subarray(0, whole.length - 1)), undefined);
    assert.equal(parseCutText(Uint8Array.from([...whole, 0])), undefined);
    assert.equal(parseCutText(Uint8Array.of(3, 0, 0, 0)), undefined);
    assert.equal(parseCutText(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0)), undefined);
  });

  it('unpacks neither nonsense nor gigabytes', async () => {
    assert.equal(await unpackText(Uint8Array.of(1, 2, 3)), undefined);
    assert.equal(await unpackText(deflateSync(Buffer.alloc(64 * 1024 * 1024))), undefined);
    assert.equal(await unpackText(deflateSync(Buffer.from([0, 0, 1, 0, 65]))), undefined);
  });
});
