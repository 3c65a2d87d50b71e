import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X11Screen } from '../../../agent/platform/x11/x11-screen.ts';
import { Encoding } from '../../../agent/screen/rfb/encodings.ts';
import { ScreenSharing } from '../../../agent/screen/screen-sharing.ts';
import { memoryLane } from '../../support/memory-lane.ts';
import { PaintedWindow } from '../../support/painted-window.ts';
import { NOVNC_ENCODINGS, RfbViewer, type RfbViewerOptions } from '../../support/rfb-viewer.ts';
import { until } from '../../support/until.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../../support/virtual-display.ts';

describe('screen sharing', function () {
  this.timeout(60_000);

  let display: VirtualDisplay;
  let sharing: ScreenSharing;
  let window: PaintedWindow;
  let lost: string[];
  let refused: string[];

  beforeEach(async () => {
    display = await startVirtualDisplay({ width: 640, height: 480 });
    window = await PaintedWindow.open(display.display, 0, 0, 640, 480, 0x102030);
    lost = [];
    refused = [];
    sharing = await ScreenSharing.start({
      openScreen: (events) => X11Screen.open(events, { display: display.display }),
      name: 'Anna’s computer',
      lost: (reason) => lost.push(reason),
      refused: (lane, reason) => refused.push(`${lane}: ${reason}`),
    });
  });

  afterEach(async () => {
    await sharing.close();
    await window.close();
    await display.stop();
  });

  function openViewer(options?: RfbViewerOptions): RfbViewer {
    const { a, b } = memoryLane();
    sharing.attachView(a);
    return new RfbViewer(b, options);
  }

  it('shows the whole screen, then every change', async () => {
    const viewer = openViewer();
    await viewer.sees(639, 479, 0x102030);
    assert.equal(viewer.name, 'Anna’s computer');
    await window.fill(0xcc2244, 100, 100, 64, 64);
    await viewer.sees(163, 163, 0xcc2244);
    await viewer.sees(164, 164, 0x102030);
  });

  it('announces the pointer, the size, and where key codes and more buttons are understood', async () => {
    const viewer = openViewer();
    await viewer.sees(0, 0, 0x102030);
    assert.equal(viewer.cursors.length, 1);
    assert.deepEqual(viewer.sizes, [{ width: 640, height: 480, reason: 0, status: 0 }]);
    assert.ok(viewer.encodings.includes(Encoding.qemuExtendedKey));
    assert.ok(viewer.encodings.includes(Encoding.extendedMouseButtons));
  });

  it('serves a viewer that knows only Raw and asks for each update', async () => {
    const viewer = openViewer({ encodings: [] });
    await viewer.sees(0, 0, 0x102030);
    await window.fill(0x00ff00, 10, 10, 5, 5);
    await viewer.sees(14, 14, 0x00ff00);
    assert.deepEqual([...new Set(viewer.encodings)], [Encoding.raw]);
  });

  it('shows two viewers the same, and goes on when one leaves', async () => {
    const first = openViewer();
    const second = openViewer();
    await Promise.all([first.sees(0, 0, 0x102030), second.sees(0, 0, 0x102030)]);
    first.lane.close();
    await until('the viewer is gone', () => sharing.viewers === 1);
    await window.fill(0xffffff, 0, 0, 640, 480);
    await second.sees(320, 240, 0xffffff);
  });

  it('follows the display to another size', async () => {
    const viewer = openViewer();
    await viewer.sees(639, 479, 0x102030);
    spawnSync('xrandr', ['--fb', '500x300'], {
      env: { ...process.env, DISPLAY: display.display, XAUTHORITY: '/dev/null' },
    });
    await until('the viewer has the new size', () => viewer.picture?.width === 500);
    await viewer.sees(499, 299, 0x102030);
    await window.fill(0x123456, 490, 290, 10, 10);
    await viewer.sees(499, 299, 0x123456);
    assert.deepEqual(viewer.sizes.at(-1), { width: 500, height: 300, reason: 0, status: 0 });
  });

  it('ends a viewer that cannot follow another size', async () => {
    const viewer = openViewer({ encodings: [Encoding.tight] });
    await viewer.sees(0, 0, 0x102030);
    spawnSync('xrandr', ['--fb', '500x300'], {
      env: { ...process.env, DISPLAY: display.display, XAUTHORITY: '/dev/null' },
    });
    await until('the lane is closed', () => viewer.closed);
    assert.match(refused[0]!, /^view: the screen changed its size/);
  });

  it('sends a viewer that hangs a few updates and no more, and then only the latest picture', async () => {
    const viewer = openViewer();
    await viewer.sees(0, 0, 0x102030);
    viewer.answersFences = false;
    const before = viewer.updates;
    for (let i = 1; i <= 50; i++) await window.fill(0x010101 * i, 0, 0, 640, 480);
    const held = () => viewer.updates - before;
    await until('updates stop', () => held() > 0);
    assert.ok(held() < 40, `${held()} updates`);
    await window.fill(0xfedcba, 0, 0, 640, 480);
    viewer.answersFences = true;
    for (const answer of viewer.unanswered.splice(0)) viewer.lane.send(answer);
    await viewer.sees(639, 479, 0xfedcba);
    assert.ok(held() < 50, `${held()} updates`);
  });

  it('gives input and cut text on the view lane no effect', async () => {
    const viewer = openViewer();
    await viewer.sees(0, 0, 0x102030);
    viewer.lane.send(Buffer.from('0401000000000061' + '050100050005' + '0600000000000001' + '41', 'hex'));
    await window.fill(0x00ff00, 0, 0, 9, 9);
    await viewer.sees(8, 8, 0x00ff00);
    assert.equal(viewer.closed, false);
    assert.deepEqual(refused, ['view: input came down the view lane, and had no effect']);
  });

  it('tells a viewer that the size of the screen is not for it to change', async () => {
    const viewer = openViewer();
    await viewer.sees(0, 0, 0x102030);
    const request = Buffer.alloc(24);
    request.set([251, 0, 4, 0, 3, 0, 1]);
    viewer.lane.send(request);
    await until('the answer is there', () => viewer.sizes.length === 2);
    assert.deepEqual(viewer.sizes[1], { width: 640, height: 480, reason: 1, status: 1 });
  });

  it('closes the lane of a viewer that asks for pixels that we do not have', async () => {
    const viewer = openViewer();
    await viewer.sees(0, 0, 0x102030);
    const format = Buffer.alloc(20);
    format.set([0, 0, 0, 0, 16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0]);
    viewer.lane.send(format);
    await until('the lane is closed', () => viewer.closed);
    assert.match(refused[0]!, /pixel format of 16 bits/);
  });

  it('closes the lane of a viewer that speaks something else', async () => {
    const { a, b } = memoryLane();
    sharing.attachView(a);
    b.send(Buffer.from('GET / HTTP/1.1\r\n'));
    await until('the lane is closed', () => b.closed);
    assert.equal(sharing.viewers, 0);
    assert.match(refused[0]!, /not RFB 3.8/);
  });

  it('sends everything anew when a viewer lost its picture', async () => {
    const viewer = openViewer();
    await viewer.sees(0, 0, 0x102030);
    viewer.picture!.rgba.fill(0);
    viewer.requestUpdate(false);
    await viewer.sees(639, 479, 0x102030);
  });

  it('takes new wishes for encodings while it runs', async () => {
    const viewer = openViewer();
    await viewer.sees(0, 0, 0x102030);
    viewer.setEncodings([
      ...NOVNC_ENCODINGS.filter((n) => n !== Encoding.tight && n !== Encoding.copyRect),
      -247,
    ]);
    await window.fill(0x445566, 0, 0, 100, 100);
    await viewer.sees(50, 50, 0x445566);
    assert.equal(viewer.encodings.at(-1), Encoding.raw);
  });

  it('tells once that the display is gone, and closes every lane', async () => {
    const viewer = openViewer();
    await viewer.sees(0, 0, 0x102030);
    process.kill(display.pid, 'SIGKILL');
    await until('the lane is closed', () => viewer.closed);
    assert.equal(lost.length, 1);
    const late = memoryLane();
    sharing.attachView(late.a);
    assert.equal(late.b.closed, true);
  });

  it('closes every lane without calling the display lost', async () => {
    const viewer = openViewer();
    await viewer.sees(0, 0, 0x102030);
    await sharing.close();
    assert.equal(viewer.closed, true);
    assert.deepEqual(lost, []);
  });

  it('does not start without a display', async () => {
    await assert.rejects(
      ScreenSharing.start({
        openScreen: (events) => X11Screen.open(events, { display: ':9999' }),
        name: 'nothing',
        lost: () => {},
      }),
      /No screen was found at :9999/,
    );
  });
});
