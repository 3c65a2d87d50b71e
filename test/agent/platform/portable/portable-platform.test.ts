import assert from 'node:assert/strict';
import { PortablePlatform } from '../../../../agent/platform/portable/portable-platform.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../../../support/virtual-display.ts';

describe('the portable platform', () => {
  let screen: VirtualDisplay;
  let displayBefore: string | undefined;

  before(async () => {
    screen = await startVirtualDisplay({ width: 640, height: 480 });
    displayBefore = process.env.DISPLAY;
    // The screenshots' own library knows no other way to be told.
    process.env.DISPLAY = screen.display;
  });
  after(async () => {
    if (displayBefore === undefined) delete process.env.DISPLAY;
    else process.env.DISPLAY = displayBefore;
    await screen.stop();
  });

  it('captures a real screen', async () => {
    const platform = new PortablePlatform();
    const quiet = {
      damaged() {},
      resized() {},
      cursorChanged() {},
      lost: (reason: string) => assert.fail(reason),
    };
    const source = await platform.openScreen(quiet);
    assert.deepEqual([source.width, source.height], [640, 480]);
    const into = { width: 640, height: 480, pixels: new SharedArrayBuffer(640 * 480 * 4) };
    assert.deepEqual(await source.capture(into, true), [{ x: 0, y: 0, w: 640, h: 480 }]);
    await platform.close();
  });

  it('says that it cannot control', async () => {
    const platform = new PortablePlatform();
    assert.equal(platform.canControl, false);
    await assert.rejects(platform.openInput(), /Control is not available yet/);
    await assert.rejects(
      platform.openClipboard(() => {}),
      /clipboard is not available yet/,
    );
  });
});
