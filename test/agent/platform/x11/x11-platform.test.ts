import assert from 'node:assert/strict';
import { X11Platform } from '../../../../agent/platform/x11/x11-platform.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../../../support/virtual-display.ts';

describe('the X11 platform', () => {
  let screen: VirtualDisplay;

  before(async () => {
    screen = await startVirtualDisplay({ width: 640, height: 480 });
  });
  after(() => screen.stop());

  it('opens screen, input and clipboard, and closes them all', async () => {
    const platform = new X11Platform(screen.display);
    const quiet = {
      damaged() {},
      resized() {},
      cursorChanged() {},
      lost: (reason: string) => assert.fail(reason),
    };
    const source = await platform.openScreen(quiet);
    assert.deepEqual([source.width, source.height], [640, 480]);
    const input = await platform.openInput();
    await input.key(0xffe3, true, 0);
    const clipboard = await platform.openClipboard(() => {});
    await clipboard.write('x');
    await platform.close();
    await input.key(0x61, true, 0);
    await platform.close();
  });

  it('names the display that is not there', async () => {
    const platform = new X11Platform(':59998');
    await assert.rejects(platform.openInput(), /:59998/);
    await platform.close();
  });
});
