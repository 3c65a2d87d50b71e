import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  echoMessage,
  frameMessage,
  helloMessage,
  keyWantedMessage,
  nothingMessage,
  parseFromViewer,
  parseToViewer,
  probeMessage,
  seenMessage,
  unknownMessage,
} from '../../protocol/picture.ts';

describe('The picture of a browser on its lane', () => {
  const data = new Uint8Array([9, 8, 7]);

  it('comes as it was sent: frames, with their format where one begins', () => {
    const delta = { number: 4_000_000_000, timestamp: 2 ** 40 + 1, data };
    assert.deepEqual(parseToViewer(frameMessage(delta)), { kind: 'frame', frame: delta });
    const format = { codec: 'vp09.00.51.08', width: 1920, height: 1080, description: 'AQI=' };
    const key = { number: 1, timestamp: 0, format, data };
    assert.deepEqual(parseToViewer(frameMessage(key)), { kind: 'frame', frame: key });
  });

  it('is asked for, answered and probed in messages of their own', () => {
    assert.deepEqual(parseToViewer(nothingMessage()), { kind: 'nothing' });
    assert.deepEqual(parseToViewer(unknownMessage()), { kind: 'unknown' });
    assert.deepEqual(parseToViewer(echoMessage(5)), { kind: 'echo', number: 5 });
    assert.deepEqual(parseFromViewer(helloMessage({ codecs: ['vp8'] })), { kind: 'hello', codecs: ['vp8'] });
    assert.deepEqual(parseFromViewer(keyWantedMessage()), { kind: 'keyWanted' });
    assert.deepEqual(parseFromViewer(seenMessage(6)), { kind: 'seen', number: 6 });
    assert.deepEqual(parseFromViewer(probeMessage(7)), { kind: 'probe', number: 7 });
  });

  it('is nothing else: what is cut, too long or of the other side is no message', () => {
    const key = frameMessage({
      number: 1,
      timestamp: 1,
      format: { codec: 'vp8', width: 1, height: 1 },
      data,
    });
    for (let length = 0; length < key.length - data.length + 1; length += 1)
      assert.equal(parseToViewer(key.subarray(0, length)), undefined, `cut to ${length}`);
    assert.equal(parseFromViewer(key), undefined);
    assert.equal(parseToViewer(helloMessage({ codecs: [] })), undefined);
    assert.equal(parseFromViewer(helloMessage({ codecs: ['a b'] })), undefined);
    assert.equal(parseFromViewer(new Uint8Array([...seenMessage(1), 0])), undefined);
  });

  it('takes any bytes without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        parseToViewer(bytes);
        parseFromViewer(bytes);
      }),
    );
  });
});
