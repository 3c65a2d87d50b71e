import assert from 'node:assert/strict';
import { JoinedChannel, type LaneEnd } from '../../../console/technician/joined-channel.ts';
import { fenceAnswer, fenceRequest } from '../../../console/technician/rfb-fence.ts';

const HANDSHAKE = Uint8Array.from([...Buffer.from('RFB 003.008\n'), 1, 1]);
const KEY = Uint8Array.of(4, 1, 0, 0, 0, 0, 0, 97);
const UPDATE_REQUEST = Uint8Array.of(3, 1, 0, 0, 0, 0, 5, 0, 4, 0);

/** The near end of a lane whose far end is an array. */
class CollectingLane implements LaneEnd {
  bufferedBytes = 0;
  isOpen = true;
  readonly sent: number[][] = [];
  send(bytes: Uint8Array): void {
    this.sent.push([...bytes]);
  }
  close(): void {
    this.isOpen = false;
  }
}

function connected() {
  const view = new CollectingLane();
  const channel = new JoinedChannel(view);
  channel.send(HANDSHAKE);
  view.sent.length = 0;
  return { view, channel };
}

describe('JoinedChannel', () => {
  it('has what noVNC demands of a channel', () => {
    const { channel } = connected();
    const names = [...Object.keys(channel), ...Object.getOwnPropertyNames(Object.getPrototypeOf(channel))];
    for (const needed of [
      'send',
      'close',
      'binaryType',
      'onerror',
      'onmessage',
      'onopen',
      'protocol',
      'readyState',
    ])
      assert.ok(names.includes(needed), needed);
  });

  it('drops input while control is not in use, and passes the rest', () => {
    const { view, channel } = connected();
    channel.send(Uint8Array.from([...KEY, ...UPDATE_REQUEST]));
    assert.deepEqual(view.sent, [[...UPDATE_REQUEST]]);
  });

  it('sends input down the control lane alone, until control is taken away', () => {
    const { view, channel } = connected();
    const control = new CollectingLane();
    channel.useControl(control);
    channel.send(KEY);
    channel.useControl(undefined);
    channel.send(KEY);
    assert.deepEqual(control.sent, [[...KEY]]);
    assert.deepEqual(view.sent, []);
  });

  it('does not send the end of a key event whose beginning was dropped', () => {
    const { channel } = connected();
    const control = new CollectingLane();
    channel.send(KEY.subarray(0, 3));
    channel.useControl(control);
    channel.send(KEY.subarray(3));
    channel.send(KEY);
    assert.deepEqual(control.sent, [[...KEY], [...KEY]]);
  });

  it('gives noVNC every message of the view lane but the answers to its own fences', () => {
    const { view, channel } = connected();
    const received: number[][] = [];
    channel.onmessage = ({ data }) => received.push([...new Uint8Array(data)]);
    let measured: number | undefined;
    channel.measureLatency((ms) => {
      measured = ms;
    });
    const request = Uint8Array.from(view.sent[0]!);
    const answer = request.slice();
    answer[4] = 0;
    const serverFence = Uint8Array.of(248, 0, 0, 0, 0x80, 0, 0, 1, 1, 117);
    channel.viewMessage(serverFence);
    channel.viewMessage(answer);
    channel.viewMessage(Uint8Array.of(2));
    assert.deepEqual(received, [[...serverFence], [2]]);
    assert.ok(measured !== undefined && measured >= 0);
  });

  it('measures once at a time, and tells how long an answer stays away', () => {
    const { view, channel } = connected();
    assert.equal(channel.unansweredMs, 0);
    channel.measureLatency(() => {});
    channel.measureLatency(() => {});
    assert.equal(view.sent.length, 1);
    assert.ok(channel.unansweredMs >= 0);
  });

  it('measures nothing before the handshake is over: the bytes would break it', () => {
    const view = new CollectingLane();
    const channel = new JoinedChannel(view);
    channel.measureLatency(() => {});
    assert.deepEqual(view.sent, []);
  });

  it('closes the lane when noVNC speaks nonsense, and tells once', () => {
    const { view, channel } = connected();
    const closings: number[] = [];
    channel.onclose = ({ code }) => closings.push(code);
    channel.send(Uint8Array.of(99));
    channel.viewClosed(1006);
    assert.deepEqual(closings, [1000]);
    assert.equal(view.isOpen, false);
    assert.equal(channel.readyState, 3);
  });

  it('tells a fence answer from a fence request and from any other fence', () => {
    assert.equal(fenceAnswer(fenceRequest(7)), undefined);
    const answer = fenceRequest(7);
    answer[4] = 0;
    assert.equal(fenceAnswer(answer), 7);
    assert.equal(fenceAnswer(answer.subarray(0, 16)), undefined);
    assert.equal(fenceAnswer(Uint8Array.of(248, 0, 0, 0, 0, 0, 0, 1, 1, 117)), undefined);
  });
});
