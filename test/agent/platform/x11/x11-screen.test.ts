import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Framebuffer, ScreenEvents } from '../../../../agent/platform/platform.ts';
import { X11Screen } from '../../../../agent/platform/x11/x11-screen.ts';
import { PaintedWindow } from '../../../support/painted-window.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { until } from '../../../support/until.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../../../support/virtual-display.ts';

/** What the screen told, counted. */
class Heard implements ScreenEvents {
  damages = 0;
  cursors = 0;
  size: string | undefined;
  reason: string | undefined;
  damaged = () => void this.damages++;
  cursorChanged = () => void this.cursors++;
  resized = (width: number, height: number) => {
    this.size = `${width}x${height}`;
  };
  lost = (reason: string) => {
    assert.equal(this.reason, undefined, 'lost is told once');
    this.reason = reason;
  };
}

function framebufferFor(screen: { width: number; height: number }): Framebuffer {
  const { width, height } = screen;
  return { width, height, pixels: new SharedArrayBuffer(width * height * 4) };
}

function pixel(framebuffer: Framebuffer, x: number, y: number): number {
  return new Uint32Array(framebuffer.pixels)[y * framebuffer.width + x]! & 0xffffff;
}

describe('X11 screen', () => {
  let display: VirtualDisplay;
  const open: { close(): Promise<unknown> }[] = [];

  beforeEach(async () => {
    display = await startVirtualDisplay({ width: 800, height: 600 });
  });

  afterEach(async () => {
    for (const part of open.splice(0)) await part.close();
    await display.stop();
  });

  async function openScreen(heard = new Heard(), sharedMemory = true): Promise<X11Screen> {
    const screen = await X11Screen.open(heard, { display: display.display, sharedMemory });
    open.push(screen);
    return screen;
  }

  async function openWindow(
    x: number,
    y: number,
    w: number,
    h: number,
    colour: number,
  ): Promise<PaintedWindow> {
    const window = await PaintedWindow.open(display.display, x, y, w, h, colour);
    open.push(window);
    return window;
  }

  for (const [method, sharedMemory] of [
    ['shared-memory', true],
    ['core', false],
  ] as const) {
    it(`captures the pixels of a window (${method})`, async () => {
      const screen = await openScreen(new Heard(), sharedMemory);
      assert.equal(screen.captureMethod, method);
      await openWindow(101, 57, 33, 21, 0x12ab9f);
      const framebuffer = framebufferFor(screen);
      assert.deepEqual(await screen.capture(framebuffer, true), [{ x: 0, y: 0, w: 800, h: 600 }]);
      for (let y = 50; y < 90; y++) {
        for (let x = 95; x < 140; x++) {
          const inside = x >= 101 && x < 134 && y >= 57 && y < 78;
          assert.equal(pixel(framebuffer, x, y) === 0x12ab9f, inside, `${x},${y}`);
        }
      }
    });

    it(`captures only what changed, and answers where that was (${method})`, async () => {
      const heard = new Heard();
      const screen = await openScreen(heard, sharedMemory);
      const window = await openWindow(0, 0, 800, 600, 0x202020);
      const framebuffer = framebufferFor(screen);
      await screen.capture(framebuffer, true);
      assert.deepEqual(await screen.capture(framebuffer, false), []);
      const before = heard.damages;
      await window.fill(0xff8800, 10, 20, 30, 40);
      await window.fill(0x0088ff, 700, 500, 5, 6);
      await until('damage is told', () => heard.damages > before);
      const rects = await screen.capture(framebuffer, false);
      assert.deepEqual(
        [...rects].sort((a, b) => a.x - b.x),
        [
          { x: 10, y: 20, w: 30, h: 40 },
          { x: 700, y: 500, w: 5, h: 6 },
        ],
      );
      assert.equal(pixel(framebuffer, 39, 59), 0xff8800);
      assert.equal(pixel(framebuffer, 40, 59), 0x202020);
      assert.equal(pixel(framebuffer, 704, 505), 0x0088ff);
    });
  }

  it('captures a change that is taller than one read of shared memory', async () => {
    await display.stop();
    display = await startVirtualDisplay({ width: 300, height: 2300 });
    const heard = new Heard();
    const screen = await openScreen(heard);
    const window = await openWindow(50, 50, 100, 2200, 0x101010);
    const framebuffer = framebufferFor(screen);
    await screen.capture(framebuffer, true);
    const before = heard.damages;
    for (let row = 0; row < 2200; row++) await window.fill(0x100000 + row, 0, row, 100, 1);
    await until('damage is told', () => heard.damages > before);
    assert.deepEqual(await screen.capture(framebuffer, false), [{ x: 50, y: 50, w: 100, h: 2200 }]);
    for (let row = 0; row < 2200; row++) {
      assert.equal(pixel(framebuffer, 50, 50 + row), 0x100000 + row);
      assert.equal(pixel(framebuffer, 149, 50 + row), 0x100000 + row);
    }
  });

  it('falls back to the core protocol where the server has no MIT-SHM', async () => {
    await display.stop();
    display = await startVirtualDisplay({
      width: 320,
      height: 200,
      xvfbArguments: ['-extension', 'MIT-SHM'],
    });
    const screen = await openScreen();
    assert.equal(screen.captureMethod, 'core');
    assert.equal((await screen.capture(framebufferFor(screen), true)).length, 1);
  });

  it('tells of a new size, and captures at that size', async () => {
    const heard = new Heard();
    const screen = await openScreen(heard);
    const old = framebufferFor(screen);
    // Xvfb takes the new size of the screen and complains about the mode of its one output.
    spawnSync('xrandr', ['--fb', '640x480'], {
      env: { ...process.env, DISPLAY: display.display, XAUTHORITY: '/dev/null' },
    });
    await until('the size is told', () => heard.size !== undefined);
    assert.equal(heard.size, '640x480');
    assert.equal(screen.width, 640);
    assert.deepEqual(await screen.capture(old, true), []);
    await openWindow(600, 440, 40, 40, 0xabcdef);
    const framebuffer = framebufferFor(screen);
    assert.deepEqual(await screen.capture(framebuffer, true), [{ x: 0, y: 0, w: 640, h: 480 }]);
    assert.equal(pixel(framebuffer, 639, 479), 0xabcdef);
  });

  it('gives the picture of the pointer with its hot spot', async () => {
    const cursor = await (await openScreen()).cursor();
    assert.ok(cursor);
    assert.equal(cursor.pixels.length, cursor.width * cursor.height * 4);
    assert.ok(cursor.hotX < cursor.width && cursor.hotY < cursor.height);
    assert.ok(cursor.pixels.some((byte) => byte !== 0));
  });

  it('is lost, once, when the display dies, and refuses what was under way', async () => {
    const heard = new Heard();
    const screen = await openScreen(heard);
    const framebuffer = framebufferFor(screen);
    process.kill(display.pid, 'SIGKILL');
    const captures = Promise.allSettled([
      screen.capture(framebuffer, true),
      screen.capture(framebuffer, true),
    ]);
    await until('the loss is told', () => heard.reason !== undefined);
    await captures;
    assert.deepEqual(await screen.capture(framebuffer, true), []);
    assert.equal(await screen.cursor(), undefined);
  });

  for (const name of [':9999', ':70000', 'nonsense']) {
    it(`says that there is no screen at ${name}, and what to do`, async () => {
      await assert.rejects(
        X11Screen.open(new Heard(), { display: name }),
        new RegExp(
          `^Error: No screen was found at ${name}\\. Start this in a terminal on the desktop .* --display`,
        ),
      );
    });
  }

  it('says that a display does not let in who cannot show its key', async () => {
    await display.stop();
    const folder = await temporaryFolder();
    const key = join(folder.path, 'key');
    const field = (bytes: Uint8Array) => Buffer.from([0, bytes.length, ...bytes]);
    const [none, any] = [field(Buffer.alloc(0)), Buffer.from([0xff, 0xff])];
    const name = field(Buffer.from('MIT-MAGIC-COOKIE-1'));
    await writeFile(key, Buffer.concat([any, none, none, name, field(randomBytes(16))]));
    display = await startVirtualDisplay({ width: 320, height: 200, xvfbArguments: ['-auth', key] });
    await assert.rejects(
      openScreen(),
      /did not let this program in\. Start this in a terminal on the desktop/,
    );
    await folder.remove();
  });

  it('refuses a display of another depth, and says what it needs', async () => {
    await display.stop();
    display = await startVirtualDisplay({ width: 320, height: 200, depth: 16 });
    await assert.rejects(openScreen(), /depth 16 .* only 24-bit colour/);
  });
});
