import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { LaneEnd } from '../../../console/technician/joined-channel.ts';
import { LanePicture, MAX_QUEUED_FRAMES } from '../../../console/technician/picture/lane-picture.ts';
import {
  frameMessage,
  nothingMessage,
  type PictureFormat,
  parseFromViewer,
  unknownMessage,
} from '../../../protocol/picture.ts';

/** Chromium's words for colours, of which a browser takes no others. */
const PRIMARIES = ['bt709', 'bt470bg', 'smpte170m', 'bt2020', 'smpte432'];

/** What a browser has for a viewer, as far as the viewer sees of it. Frames are decoded when the test says so. */
class DecoderHere {
  static all: DecoderHere[] = [];
  state = 'unconfigured';
  readonly waiting: { timestamp: number }[] = [];
  constructor(readonly init: { output(frame: object): void; error(error: Error): void }) {
    DecoderHere.all.push(this);
  }
  get decodeQueueSize(): number {
    return this.waiting.length;
  }
  static isConfigSupported = async ({ codec }: { codec: string }) => ({
    supported: codec === 'vp8' || codec.startsWith('vp09'),
  });
  configure({ colorSpace }: VideoDecoderConfig): void {
    const primaries = colorSpace?.primaries;
    if (primaries && !PRIMARIES.includes(primaries)) throw new TypeError(`${primaries} is not a valid value`);
    this.state = 'configured';
  }
  decode(chunk: { timestamp: number }): void {
    this.waiting.push(chunk);
  }
  draw(): void {
    const { timestamp } = this.waiting.shift()!;
    this.init.output({ timestamp, displayWidth: 8, displayHeight: 8, close() {} });
  }
  close(): void {
    this.state = 'closed';
  }
}

class ChunkHere {
  readonly timestamp: number;
  constructor({ timestamp }: { timestamp: number }) {
    this.timestamp = timestamp;
  }
}

class CollectingLane implements LaneEnd {
  bufferedBytes = 0;
  isOpen = true;
  readonly sent: string[] = [];
  send(bytes: Uint8Array): void {
    const message = parseFromViewer(bytes)!;
    if (message.kind === 'hello') this.sent.push(`hello ${message.codecs.join(' ')}`.trim());
    else this.sent.push('number' in message ? `${message.kind} ${message.number}` : message.kind);
  }
  close(): void {
    this.isOpen = false;
  }
}

const FORMAT: PictureFormat = { codec: 'vp8', width: 8, height: 8 };
const colours = (primaries: string) => ({
  colorSpace: { primaries, transfer: null, matrix: null, fullRange: null },
});

describe('LanePicture', () => {
  const before = { ...globalThis } as Record<string, unknown>;
  beforeEach(() => {
    DecoderHere.all = [];
    mock.timers.enable({ apis: ['setTimeout'] });
    const canvas = () => ({ getContext: () => ({ drawImage() {} }) });
    Object.assign(globalThis, {
      VideoDecoder: DecoderHere,
      EncodedVideoChunk: ChunkHere,
      document: { createElement: canvas },
      window: { VideoDecoder: DecoderHere },
    });
  });
  afterEach(() => {
    mock.timers.reset();
    for (const name of ['VideoDecoder', 'EncodedVideoChunk', 'document', 'window'])
      if (name in before) Object.assign(globalThis, { [name]: before[name] });
      else Reflect.deleteProperty(globalThis, name);
  });

  function viewing() {
    const lane = new CollectingLane();
    const picture = new LanePicture(lane);
    const frame = (number: number, format?: PictureFormat, timestamp = number) =>
      picture.receive(frameMessage({ number, timestamp, ...(format && { format }), data: Uint8Array.of(1) }));
    return { lane, picture, frame };
  }

  it('says of each picture that it was drawn', () => {
    const { lane, picture, frame } = viewing();
    frame(1, FORMAT);
    frame(2);
    const [decoder] = DecoderHere.all;
    decoder!.draw();
    decoder!.draw();
    assert.deepEqual(lane.sent, ['seen 1', 'seen 2']);
    assert.equal(picture.standing.get(), 'shown');
    picture.receive(nothingMessage());
    assert.equal(picture.standing.get(), 'nothing');
    assert.equal(decoder!.state, 'closed');
  });

  it('says that it cannot be shown where the customer’s browser encodes nothing that this one decodes', () => {
    const { picture } = viewing();
    picture.receive(unknownMessage());
    assert.equal(picture.standing.get(), 'undecodable');
  });

  it('asks for a whole picture where it has only the change of one', () => {
    const { lane, frame } = viewing();
    frame(7);
    assert.deepEqual(lane.sent, ['keyWanted']);
    frame(8, FORMAT);
    DecoderHere.all[0]!.draw();
    assert.deepEqual(lane.sent, ['keyWanted', 'seen 8']);
  });

  it('asks once for a whole picture, however many changes come before it', () => {
    const { lane, frame } = viewing();
    for (let number = 1; number <= 10; number += 1) frame(number);
    assert.deepEqual(lane.sent, ['keyWanted']);
  });

  it('leaves a codec that fails twice for another one, and says so where none is left', async () => {
    const { lane, picture, frame } = viewing();
    picture.opened();
    await new Promise((resolve) => setImmediate(resolve));
    const fail = (codec: string) => {
      frame(1, { ...FORMAT, codec });
      DecoderHere.all.at(-1)!.init.error(new Error('not at this size'));
    };
    fail('vp09.00.40.08');
    fail('vp09.00.40.08');
    fail('vp8');
    frame(2, FORMAT);
    DecoderHere.all.at(-1)!.draw();
    fail('vp8');
    fail('vp8');
    assert.deepEqual(lane.sent, [
      'hello vp09.00.51.08 vp8',
      'keyWanted',
      'hello vp8',
      'keyWanted',
      'seen 2',
      'keyWanted',
      'hello',
    ]);
    fail('vp8');
    assert.equal(lane.isOpen, false, 'it was told that this cannot be decoded');
  });

  it('leaves a codec of which no picture comes, though its decoder names no fault, but not one whose first picture came', async () => {
    const { lane, picture, frame } = viewing();
    picture.opened();
    await new Promise((resolve) => setImmediate(resolve));
    frame(1, { ...FORMAT, codec: 'vp09.00.40.08' });
    frame(2);
    mock.timers.tick(4_999);
    assert.deepEqual(lane.sent, ['hello vp09.00.51.08 vp8']);
    mock.timers.tick(1);
    assert.deepEqual(lane.sent, ['hello vp09.00.51.08 vp8', 'hello vp8']);
    assert.equal(DecoderHere.all[0]!.state, 'closed');
    frame(3, FORMAT);
    DecoderHere.all[1]!.draw();
    frame(4);
    mock.timers.tick(60_000);
    assert.deepEqual(lane.sent.slice(2), ['seen 3']);
    picture.receive(nothingMessage());
    frame(5, FORMAT);
    picture.close();
    mock.timers.tick(60_000);
    assert.deepEqual(lane.sent.slice(2), ['seen 3'], 'a closed one waits for nothing');
  });

  it('says nothing more to who sends and does not read', () => {
    const { lane, frame } = viewing();
    lane.bufferedBytes = 1024 * 1024;
    frame(7);
    assert.deepEqual(lane.sent, []);
  });

  it('closes the lane of colours that there are not, and of a description that is no base64', () => {
    for (const wrong of [colours('ultraviolet'), { description: '%%%' }]) {
      const { lane, frame } = viewing();
      frame(1, { ...FORMAT, ...wrong });
      assert.equal(lane.isOpen, false, JSON.stringify(wrong));
      frame(2, FORMAT);
      assert.deepEqual(lane.sent, [], 'and hears nothing more of it');
    }
    const { lane, frame } = viewing();
    frame(1, { ...FORMAT, ...colours('bt709'), description: 'AAAA' });
    assert.equal(lane.isOpen, true);
  });

  it('lets go of what it cannot decode in time, also of frames that share a timestamp, and begins anew', () => {
    for (const timestampOf of [(number: number) => number, () => 1]) {
      DecoderHere.all = [];
      const { lane, frame } = viewing();
      for (let number = 1; number <= MAX_QUEUED_FRAMES; number += 1)
        frame(number, number === 1 ? FORMAT : undefined, timestampOf(number));
      assert.deepEqual(lane.sent, []);
      frame(MAX_QUEUED_FRAMES + 1, undefined, timestampOf(MAX_QUEUED_FRAMES + 1));
      assert.deepEqual(lane.sent, ['keyWanted']);
      assert.equal(DecoderHere.all[0]!.state, 'closed');
      frame(MAX_QUEUED_FRAMES + 2, FORMAT, 99);
      DecoderHere.all[1]!.draw();
      assert.deepEqual(lane.sent, ['keyWanted', `seen ${MAX_QUEUED_FRAMES + 2}`]);
    }
  });
});
