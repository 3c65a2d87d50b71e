import assert from 'node:assert/strict';
import type { InputSink } from '../../../agent/platform/platform.ts';
import { ControlLane } from '../../../agent/screen/control-lane.ts';
import { memoryLane } from '../../support/memory-lane.ts';
import { until } from '../../support/until.ts';

/** A display that writes down what it is told. */
class Recorder implements InputSink {
  readonly holding = false;
  readonly events: string[] = [];
  /** Set to hold every event until it resolves. */
  gate: Promise<void> = Promise.resolve();

  async key(keysym: number, down: boolean, keycode: number): Promise<void> {
    await this.gate;
    this.events.push(`key ${keysym.toString(16)} ${down ? 'down' : 'up'} ${keycode}`);
  }

  async pointer(x: number, y: number, buttons: number): Promise<void> {
    await this.gate;
    this.events.push(`pointer ${x},${y} ${buttons}`);
  }

  async releaseAll(): Promise<void> {
    this.events.push('release all');
  }

  async close(): Promise<void> {}
}

function start(input: InputSink) {
  const { a, b } = memoryLane();
  const ended: (string | undefined)[] = [];
  const lane = new ControlLane(a, input, (reason) => ended.push(reason));
  return { lane, far: b, ended, send: (hex: string) => b.send(Buffer.from(hex.replaceAll(' ', ''), 'hex')) };
}

const pointer = (x: number, y: number, buttons: number) =>
  Buffer.from([5, buttons, x >> 8, x & 255, y >> 8, y & 255]).toString('hex');

describe('control lane', () => {
  it('takes keys, key codes, the pointer and its further buttons to the display, in order', async () => {
    const input = new Recorder();
    const { send, ended, far } = start(input);
    send('04 01 0000 00000061 04 00 0000 00000061');
    send('ff 00 0001 0000ff0d 0000009c 05 81 0010 0020 01');
    await until('all came', () => input.events.length === 4);
    assert.deepEqual(input.events, [
      'key 61 down 0',
      'key 61 up 0',
      'key ff0d down 156',
      'pointer 16,32 129',
    ]);
    far.close();
    await until('it ended', () => ended.length === 1);
    assert.deepEqual([input.events.at(-1), ended[0]], ['release all', undefined]);
  });

  it('keeps the last of the moves that wait, and every press and release', async () => {
    const input = new Recorder();
    let open = () => {};
    input.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { send, far } = start(input);
    const moves = Array.from({ length: 100 }, (_, i) => pointer(i, 0, 0));
    send(moves.join('') + pointer(99, 0, 1) + pointer(99, 0, 0) + pointer(100, 0, 0));
    open();
    await until('all came', () => input.events.at(-1) === 'pointer 100,0 0');
    assert.deepEqual(input.events, ['pointer 99,0 0', 'pointer 99,0 1', 'pointer 100,0 0']);
    far.close();
  });

  it('stops at once when the lane closes, whatever still waits, and releases everything', async () => {
    const input = new Recorder();
    let open = () => {};
    input.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { send, far, ended } = start(input);
    send('04 01 0000 00000061'.repeat(200));
    await until('they were read', () => far.bufferedBytes === 0);
    far.close();
    open();
    await until('it ended', () => ended.length === 1);
    assert.deepEqual(input.events.slice(1), ['release all']);
  });

  it('stops reading while the display is slow', async () => {
    const input = new Recorder();
    let open = () => {};
    input.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { send, far } = start(input);
    for (let i = 0; i < 2000; i++) send('04 01 0000 00000061');
    await until('reading stopped', () => far.bufferedBytes > 0 && far.bufferedBytes < 2000 * 8);
    const held = far.bufferedBytes;
    assert.ok(held > 1000 * 8, `${held} bytes wait outside`);
    open();
    await until('all came', () => input.events.length === 2000);
    far.close();
  });

  for (const [what, hex] of [
    ['a display request', '03 01 0000 0000 0001 0001'],
    ['cut text', '06 000000 00000001 41'],
    ['nonsense', '77'],
  ] as const) {
    it(`closes on ${what}`, async () => {
      const input = new Recorder();
      const { send, far, ended } = start(input);
      send(hex);
      await until('it ended', () => ended.length === 1);
      assert.match(ended[0]!, /has no place here/);
      assert.equal(far.closed, true);
      assert.deepEqual(input.events, ['release all']);
    });
  }

  it('closes when the display takes no input any more', async () => {
    const input = new Recorder();
    input.key = async () => {
      throw new Error('no display');
    };
    const { send, far, ended } = start(input);
    send('04 01 0000 00000061');
    await until('it ended', () => ended.length === 1);
    assert.match(ended[0]!, /takes no input: no display/);
    assert.equal(far.closed, true);
  });
});
