import assert from 'node:assert/strict';
import { PictureSender } from '../../../console/customer/browser/picture-sender.ts';
import type { ShownSurface } from '../../../console/customer/browser/shown-surface.ts';
import type { LaneChannel } from '../../../protocol/customer-end/lane-channel.ts';
import {
  helloMessage,
  keyWantedMessage,
  parseToViewer,
  probeMessage,
  seenMessage,
  type ToViewer,
} from '../../../protocol/picture.ts';
import { until } from '../../support/until.ts';

const CODEC = 'vp8';

/** What a browser has for a sender. What it is given to encode comes out when the test says so. */
class EncoderHere {
  static all: EncoderHere[] = [];
  static isConfigSupported = async ({ codec }: { codec: string }) => ({ supported: codec === CODEC });
  state = 'unconfigured';
  readonly waiting: { timestamp: number; keyFrame: boolean }[] = [];
  constructor(readonly init: { output(chunk: object, metadata?: object): void; error(error: Error): void }) {
    EncoderHere.all.push(this);
  }
  get encodeQueueSize(): number {
    return this.waiting.length;
  }
  configure(): void {
    this.state = 'configured';
  }
  encode({ timestamp }: { timestamp: number }, { keyFrame }: { keyFrame: boolean }): void {
    this.waiting.push({ timestamp, keyFrame });
  }
  finishOne(): void {
    const { timestamp, keyFrame } = this.waiting.shift()!;
    const decoderConfig = { codec: CODEC, codedWidth: 8, codedHeight: 8 };
    const chunk = { type: keyFrame ? 'key' : 'delta', timestamp, byteLength: 1, copyTo() {} };
    this.init.output(chunk, keyFrame ? { decoderConfig } : undefined);
  }
  close(): void {
    this.state = 'closed';
  }
}

class FrameHere {
  static open = 0;
  readonly displayWidth = 8;
  readonly displayHeight = 8;
  readonly timestamp: number;
  constructor(_of: unknown, { timestamp }: { timestamp: number }) {
    this.timestamp = timestamp;
    FrameHere.open += 1;
  }
  close(): void {
    FrameHere.open -= 1;
  }
}

class FullLane {
  bufferedBytes = 0;
  isOpen = true;
  readonly sent: (ToViewer | undefined)[] = [];
  hear: (message: Uint8Array) => void = () => {};
  drained: () => void = () => {};
  closed: () => void = () => {};
  send(message: Uint8Array): void {
    this.sent.push(parseToViewer(message));
  }
  onMessage(handler: (message: Uint8Array) => void): void {
    this.hear = handler;
  }
  onDrain(handler: () => void): void {
    this.drained = handler;
  }
  onClose(handler: () => void): void {
    this.closed = handler;
  }
  close(): void {
    this.isOpen = false;
    this.closed();
  }
}

describe('PictureSender', () => {
  const lanes: FullLane[] = [];
  const before = { ...globalThis } as Record<string, unknown>;
  beforeEach(() => {
    EncoderHere.all = [];
    FrameHere.open = 0;
    Object.assign(globalThis, { VideoEncoder: EncoderHere, VideoFrame: FrameHere });
  });
  afterEach(() => {
    // No timer goes on behind a test.
    for (const lane of lanes.splice(0)) lane.close();
    for (const name of ['VideoEncoder', 'VideoFrame'])
      if (name in before) Object.assign(globalThis, { [name]: before[name] });
      else Reflect.deleteProperty(globalThis, name);
  });

  /** A tab that is shown, with a viewer that has said hello. */
  async function showing(codecs = [CODEC]) {
    const lane = new FullLane();
    lanes.push(lane);
    let isWithoutCodec = false;
    const sender = new PictureSender(lane as unknown as LaneChannel, () => {
      isWithoutCodec = true;
    });
    let follower: (frame: VideoFrame) => void = () => {};
    const frame = () => new FrameHere(undefined, { timestamp: 0 }) as unknown as VideoFrame;
    const surface = {
      follow(listener: typeof follower) {
        follower = listener;
        return () => {
          follower = () => {};
        };
      },
      newest: frame,
    };
    sender.show(surface as unknown as ShownSurface);
    lane.hear(helloMessage({ codecs }));
    await new Promise((resolve) => setImmediate(resolve));
    const encoder = () => EncoderHere.all.at(-1)!;
    const sent = () =>
      lane.sent.map((message) =>
        message?.kind !== 'frame'
          ? message?.kind
          : `${message.frame.format ? 'key' : 'delta'} ${message.frame.number}`,
      );
    return { lane, encoder, sent, changes: () => follower(frame()), hasNoCodec: () => isWithoutCodec };
  }

  it('begins with a whole picture, and then sends changes', async () => {
    const { encoder, sent, changes } = await showing();
    encoder().finishOne();
    changes();
    encoder().finishOne();
    assert.deepEqual(sent(), ['key 1', 'delta 2']);
  });

  it('sends a whole picture where one is asked for, also when nothing moves, and no faster than it may', async () => {
    const { lane, encoder, sent } = await showing();
    encoder().finishOne();
    for (let count = 0; count < 10; count += 1) lane.hear(keyWantedMessage());
    assert.equal(encoder().waiting.length, 0);
    await until('it is encoded', () => encoder().waiting.length > 0);
    encoder().finishOne();
    assert.deepEqual(sent(), ['key 1', 'key 2']);
  });

  it('tries another picture where the viewer says nothing more', async () => {
    const { encoder, changes } = await showing();
    while (encoder().waiting.length > 0) {
      encoder().finishOne();
      changes();
    }
    await until('it is encoded', () => encoder().waiting.length === 1);
  });

  it('takes a viewer at its word that it cannot decode one codec after all, and so often', async () => {
    const { lane, encoder, sent, hasNoCodec } = await showing();
    encoder().finishOne();
    lane.hear(helloMessage({ codecs: [] }));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(sent(), ['key 1', 'unknown']);
    assert.equal(encoder().state, 'closed');
    assert(hasNoCodec());
    for (let count = 0; count < 10; count += 1) lane.hear(helloMessage({ codecs: [] }));
    assert.equal(lane.isOpen, false);
  });

  it('keeps no frame that its encoder did not take', async () => {
    const { encoder, changes } = await showing();
    encoder().finishOne();
    const { open } = FrameHere;
    const fault = new Error('the encoder is closed');
    encoder().encode = () => {
      throw fault;
    };
    assert.throws(changes, fault);
    assert.equal(FrameHere.open, open);
  });

  it('answers no probes of who does not read', async () => {
    const { lane, sent } = await showing();
    lane.hear(probeMessage(1));
    lane.bufferedBytes = 1024 * 1024;
    lane.hear(probeMessage(2));
    assert.deepEqual(sent(), ['echo']);
  });

  it('encodes nothing while the line is full, and then the newest picture alone', async () => {
    const { lane, encoder, changes } = await showing();
    encoder().finishOne();
    lane.bufferedBytes = 1024 * 1024;
    for (let count = 0; count < 5; count += 1) changes();
    assert.equal(encoder().waiting.length, 0);
    assert.equal(FrameHere.open, 1, 'of five pictures one waits');
    lane.bufferedBytes = 0;
    lane.drained();
    assert.equal(encoder().waiting.length, 1);
    assert.equal(FrameHere.open, 0);
  });

  it('waits for a viewer that is behind, until it has seen what it has', async () => {
    const { lane, encoder, changes } = await showing();
    while (encoder().waiting.length > 0) {
      encoder().finishOne();
      changes();
    }
    assert(lane.sent.length <= 12, `${lane.sent.length} that nobody has seen`);
    lane.hear(seenMessage(lane.sent.length));
    assert.equal(encoder().waiting.length, 1);
  });

  it('tells both people where neither browser has a codec that the other one knows', async () => {
    for (const codecs of [[], ['avc1.640034']]) {
      const { sent, hasNoCodec, changes } = await showing(codecs);
      changes();
      assert.deepEqual(sent(), ['unknown']);
      assert(hasNoCodec());
    }
  });

  it('tells them too where the last codec fails on the way', async () => {
    const { encoder, sent, hasNoCodec } = await showing();
    encoder().init.error(new Error('the chip is gone'));
    assert.deepEqual(sent(), ['unknown']);
    assert(hasNoCodec());
  });

  it('closes the lane of who is no viewer, and keeps no frame open behind it', async () => {
    const { lane, changes } = await showing();
    lane.bufferedBytes = 1024 * 1024;
    changes();
    lane.hear(Uint8Array.of(99));
    assert.equal(lane.isOpen, false);
    assert.equal(FrameHere.open, 0);
  });
});
