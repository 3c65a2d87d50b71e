import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { clipboardProvide, readProvidedText } from '../../../agent/screen/rfb/extended-clipboard.ts';
import { cutText } from '../../../agent/screen/rfb/server-messages.ts';
import {
  ClipboardFlag,
  clipboardCaps,
  extendedCutText,
  fitsClipboard,
  MAX_CLIPBOARD_BYTES,
  packText,
  parseCutText,
  unpackText,
} from '../../../console/shared/cut-text.ts';

const TEXT = 'naïve\n€ 漢字 👋\ttab';

describe('cut text', () => {
  it('reads what the agent provides', async () => {
    const message = parseCutText('server', clipboardProvide(TEXT));
    assert.ok(message?.kind === 'extended');
    assert.ok(message.flags & ClipboardFlag.provide);
    assert.equal(await unpackText(message.data), TEXT);
  });

  it('writes what the agent reads', async () => {
    assert.equal(readProvidedText(Buffer.from(await packText(TEXT))), TEXT);
  });

  it('reads plain Latin-1 text', () => {
    assert.deepEqual(parseCutText('server', cutText('déjà vu')), { kind: 'plain', text: 'déjà vu' });
  });

  it('marks its messages as extended by a negative length', () => {
    const message = Buffer.from(extendedCutText('viewer', ClipboardFlag.notify | ClipboardFlag.text));
    assert.equal(message[0], 6);
    assert.equal(message.readInt32BE(4), -4);
    assert.equal(Buffer.from(clipboardCaps('viewer')).readInt32BE(4), -8);
  });

  it('takes no message that is shorter or longer than it says', () => {
    const whole = clipboardProvide(TEXT);
    assert.equal(parseCutText('server', whole.subarray(0, whole.length - 1)), undefined);
    assert.equal(parseCutText('server', Uint8Array.from([...whole, 0])), undefined);
    assert.equal(parseCutText('server', Uint8Array.of(3, 0, 0, 0)), undefined);
    assert.equal(parseCutText('server', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0)), undefined);
  });

  it('measures a text as it is carried: with the line ends of the protocol, and a byte behind it', async () => {
    const lines = '\n'.repeat(MAX_CLIPBOARD_BYTES / 2 - 1);
    assert.ok(fitsClipboard(`${lines}x`));
    assert.equal(readProvidedText(Buffer.from(await packText(`${lines}x`))), `${lines}x`);
    assert.equal(await unpackText(await packText(`${lines}x`)), `${lines}x`);
    assert.ok(!fitsClipboard(`${lines}xx`));
  });

  it('unpacks neither nonsense nor gigabytes', async () => {
    assert.equal(await unpackText(Uint8Array.of(1, 2, 3)), undefined);
    assert.equal(await unpackText(deflateSync(Buffer.alloc(64 * 1024 * 1024))), undefined);
    assert.equal(await unpackText(deflateSync(Buffer.from([0, 0, 1, 0, 65]))), undefined);
  });
});
