import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changedTiles, copySwapped } from '../../../../agent/platform/portable/frame-changes.ts';
import { type Monitor, PortableScreen } from '../../../../agent/platform/portable/portable-screen.ts';

/** A screen of one colour, in bytes R, G, B, A, that a test paints on. */
class PaintedMonitor implements Monitor {
  fails = false;
  constructor(
    public width: number,
    public height: number,
    public pixels = Buffer.alloc(width * height * 4, 0x11),
  ) {}
  isPrimary() {
    return true;
  }
  async captureImage() {
    if (this.fails) throw new Error('unplugged');
    const { width, height, pixels } = this;
    return { width, height, toRaw: async () => Buffer.from(pixels) };
  }
}

async function open(monitor: Monitor) {
  const told: string[] = [];
  const screen = await PortableScreen.open([monitor], {
    damaged: () => {},
    resized: (width, height) => told.push(`resized ${width}x${height}`),
    cursorChanged: () => {},
    lost: (reason) => told.push(`lost: ${reason}`),
  });
  return { screen, told };
}

const framebuffer = (width: number, height: number) => ({
  width,
  height,
  pixels: new SharedArrayBuffer(width * height * 4),
});

describe('the portable screen', () => {
  it('captures the whole screen, then only what changed, colours in our order', async () => {
    const monitor = new PaintedMonitor(200, 100);
    const { screen } = await open(monitor);
    const into = framebuffer(200, 100);
    assert.deepEqual(await screen.capture(into, true), [{ x: 0, y: 0, w: 200, h: 100 }]);
    assert.deepEqual(await screen.capture(into, false), []);
    monitor.pixels.set([1, 2, 3, 255], (70 * 200 + 130) * 4);
    assert.deepEqual(await screen.capture(into, false), [{ x: 128, y: 64, w: 64, h: 36 }]);
    const pixel = new Uint8Array(into.pixels, (70 * 200 + 130) * 4, 4);
    assert.deepEqual([...pixel.subarray(0, 3)], [3, 2, 1]);
    await screen.close();
  });

  it('tells of a new size and waits for a framebuffer that fits', async () => {
    const monitor = new PaintedMonitor(64, 64);
    const { screen, told } = await open(monitor);
    Object.assign(monitor, new PaintedMonitor(80, 40));
    assert.deepEqual(await screen.capture(framebuffer(64, 64), false), []);
    assert.deepEqual(told, ['resized 80x40']);
    assert.deepEqual(await screen.capture(framebuffer(80, 40), true), [{ x: 0, y: 0, w: 80, h: 40 }]);
    await screen.close();
  });

  it('tells once that the screen is lost', async () => {
    const monitor = new PaintedMonitor(64, 64);
    const { screen, told } = await open(monitor);
    monitor.fails = true;
    await screen.capture(framebuffer(64, 64), false);
    await screen.capture(framebuffer(64, 64), false);
    assert.deepEqual(told, ['lost: the screen can no longer be read: unplugged']);
    await screen.close();
  });

  it('leaves no difference between the frames after copying what changed', () => {
    const size = fc.record({
      width: fc.integer({ min: 1, max: 150 }),
      height: fc.integer({ min: 1, max: 150 }),
    });
    fc.assert(
      fc.property(size, fc.array(fc.nat(22_499), { maxLength: 20 }), ({ width, height }, touched) => {
        const before = new Uint32Array(width * height);
        const now = before.slice();
        for (const index of touched) if (index < now.length) now[index] = 0xff0000ff;
        const shown = before.slice();
        for (const rect of changedTiles(before, now, width, height)) copySwapped(now, shown, width, rect);
        for (let i = 0; i < now.length; i++) assert.equal(shown[i], now[i] === 0 ? 0 : 0xffff0000);
      }),
      { numRuns: 50 },
    );
  });
});
