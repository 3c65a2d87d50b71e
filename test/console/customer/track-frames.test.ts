import assert from 'node:assert/strict';
import { framesOf } from '../../../console/customer/browser/track-frames.ts';
import { until } from '../../support/until.ts';

/** Counts which are open: whoever is given one closes it. */
class FrameHere {
  static open = 0;
  readonly #number: number;
  #isClosed = false;
  constructor(number: number) {
    this.#number = number;
    FrameHere.open += 1;
  }
  get timestamp(): number {
    return this.#number;
  }
  clone(): FrameHere {
    return new FrameHere(this.#number);
  }
  /** A second time it does nothing, as the browser's own. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    FrameHere.open -= 1;
  }
}

describe('the frames of a track', () => {
  let came: ReadableStreamDefaultController<FrameHere>;
  let reported: unknown[];
  const had = new Map<string, PropertyDescriptor | undefined>();
  const stands = (name: string, value: unknown) => {
    had.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true });
  };
  beforeEach(() => {
    reported = [];
    FrameHere.open = 0;
    const readable = new ReadableStream<FrameHere>({
      start(controller) {
        came = controller;
      },
    });
    class MediaStreamTrackProcessor {
      readonly readable = readable;
    }
    stands('window', { MediaStreamTrackProcessor });
    stands('document', { createElement: () => ({}) });
    stands('MediaStream', class {});
    stands('reportError', (error: unknown) => reported.push(error));
  });
  afterEach(() => {
    for (const [name, descriptor] of had) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete (globalThis as Record<string, unknown>)[name];
    }
    had.clear();
  });

  it('come to everybody who follows, also when one of them fails', async () => {
    const frames = framesOf({} as MediaStreamTrack);
    const seen: number[] = [];
    const fault = new Error('the encoder is closed');
    frames.follow((frame) => {
      frame.close();
      throw fault;
    });
    frames.follow((frame) => {
      seen.push(frame.timestamp);
      frame.close();
    });
    for (const number of [1, 2]) came.enqueue(new FrameHere(number));
    await until('both frames', () => seen.length === 2);
    assert.deepEqual(seen, [1, 2]);
    assert.deepEqual(reported, [fault, fault]);
    frames.stop();
    assert.equal(FrameHere.open, 0);
  });

  it('are closed for who could not take theirs', async () => {
    const frames = framesOf({} as MediaStreamTrack);
    frames.follow(() => {
      throw new Error('the encoder is closed');
    });
    for (const number of [1, 2]) came.enqueue(new FrameHere(number));
    await until('both frames', () => reported.length === 2);
    assert.equal(FrameHere.open, 1, 'the newest, which is kept');
    frames.stop();
    assert.equal(FrameHere.open, 0);
  });

  it('come to nobody who was stopped by another one meanwhile', async () => {
    const frames = framesOf({} as MediaStreamTrack);
    let isStopped = false;
    frames.follow((frame) => {
      frame.close();
      frames.stop();
      isStopped = true;
    });
    frames.follow(() => assert.fail('it was stopped'));
    came.enqueue(new FrameHere(1));
    await until('it is stopped', () => isStopped);
    assert.deepEqual([reported, FrameHere.open], [[], 0]);
  });
});
