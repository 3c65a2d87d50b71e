import assert from 'node:assert/strict';
import { FramesUnderWay } from '../../../console/customer/browser/frames-under-way.ts';

describe('FramesUnderWay', () => {
  /** A way that takes `ms`, on which one frame was seen. */
  function way(ms: number): FramesUnderWay {
    const frames = new FramesUnderWay();
    frames.sent(1, 0);
    frames.seen(1, ms);
    return frames;
  }

  it('has room on a long way for what a long way takes', () => {
    const frames = way(600);
    frames.sent(2, 1000);
    assert(frames.hasRoom(1600));
  });

  it('has none once the oldest waits longer than the way takes', () => {
    const frames = way(20);
    frames.sent(2, 1000);
    assert(frames.hasRoom(1070));
    assert(!frames.hasRoom(1090));
    frames.seen(2, 1100);
    assert(frames.hasRoom(1101));
  });

  it('goes by the oldest, and takes what came before a frame that was seen for seen', () => {
    const frames = way(20);
    frames.sent(2, 1000);
    frames.sent(3, 1050);
    assert(!frames.hasRoom(1090));
    frames.seen(3, 1091);
    assert(frames.hasRoom(2000));
  });

  it('takes a way that became longer for what it is, in a while', () => {
    const frames = way(20);
    const hasRoomAt = (at: number, number: number) => {
      frames.sent(number, at);
      const hasRoom = frames.hasRoom(at + 290);
      frames.seen(number, at + 300);
      return hasRoom;
    };
    assert(!hasRoomAt(1000, 2));
    assert(!hasRoomAt(11_000, 3));
    assert(!hasRoomAt(12_000, 4));
    assert(!hasRoomAt(22_000, 5));
    assert(hasRoomAt(23_000, 6));
  });

  it('has room for so many and no more, and for all when none of them will be seen', () => {
    const frames = way(600);
    for (let number = 2; frames.hasRoom(1000); number += 1) {
      assert(number < 20);
      frames.sent(number, 1000);
    }
    frames.forget();
    assert(frames.hasRoom(1000));
  });

  it('lets another one go where nothing is heard of the last for a second', () => {
    const frames = way(20);
    frames.sent(2, 1000);
    assert(!frames.hasRoom(1999));
    assert(frames.hasRoom(2000));
    frames.sent(3, 2000);
    frames.seen(2, 2030);
    assert(frames.hasRoom(2040), 'as a decoder does that gives a frame out when the next one comes');
  });

  it('gives the first frames a quarter of a second', () => {
    const frames = new FramesUnderWay();
    frames.sent(1, 0);
    assert(frames.hasRoom(200));
    assert(!frames.hasRoom(300));
  });
});
