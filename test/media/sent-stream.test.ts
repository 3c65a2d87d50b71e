import assert from 'node:assert/strict';
import { SentStream } from '../../server/media/sent-stream.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** What the worker counts is the worker's; here it is given. */
describe('what one end sends', () => {
  let clock: FakeClock;
  let bytes: number;
  let floods: number;
  let asked: number;
  let stream: SentStream;
  beforeEach(() => {
    clock = new FakeClock();
    [bytes, floods, asked] = [0, 0, 0];
    const producer = {
      closed: false,
      close() {},
      async getStats() {
        asked += 1;
        return [{ byteCount: bytes, packetCount: 1, packetsLost: 0 }];
      },
    };
    stream = new SentStream(producer as unknown as ConstructorParameters<typeof SentStream>[0], clock, () => {
      floods += 1;
    });
  });
  afterEach(() => stream.close());

  const sends = async (megabytes: number) => {
    bytes += megabytes * 1_000_000;
    const before = asked;
    clock.advance(500);
    assert.equal(asked, before + 1);
    await new Promise((resolve) => setImmediate(resolve));
  };

  it('may burst: a picture that changes whole', async () => {
    await sends(5);
    await sends(0.1);
    await sends(5);
    assert.deepEqual([floods, stream.bytes], [0, 10_100_000]);
  });

  it('ends where it goes on at twice of what it was asked to send at most', async () => {
    await sends(5);
    await sends(5);
    assert.equal(floods, 1);
  });
});
