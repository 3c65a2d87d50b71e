import assert from 'node:assert/strict';
import { X11Input } from '../../../../agent/platform/x11/x11-input.ts';
import { keysymsOf, setKeyboardLayout } from '../../../support/keyboard-layout.ts';
import { startTerminalWindow, type TerminalWindow } from '../../../support/terminal-window.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../../../support/virtual-display.ts';

const RETURN = 0xff0d;
const CONTROL_L = 0xffe3;
const SAMPLE = 'aZ1!@/ é€漢ñß{}|~';

describe('the X11 keyboard', () => {
  let screen: VirtualDisplay;
  let terminal: TerminalWindow;
  let input: X11Input;

  async function begin(layouts: string, program?: string) {
    await setKeyboardLayout(screen.display, layouts);
    terminal = await startTerminalWindow(screen.display, program);
    input = await X11Input.open(screen.display);
    await input.pointer(300, 300, 0);
  }

  async function tap(...keysyms: number[]) {
    for (const keysym of keysyms) {
      await input.key(keysym, true, 0);
      await input.key(keysym, false, 0);
    }
  }

  async function finish(): Promise<string> {
    await tap(RETURN);
    await input.key(CONTROL_L, true, 0);
    await tap(...keysymsOf('d'));
    await input.key(CONTROL_L, false, 0);
    return (await terminal.typedText()).replace(/\n$/, '');
  }

  before(async () => {
    screen = await startVirtualDisplay();
  });
  after(() => screen.stop());
  afterEach(async () => {
    await input.close();
    await terminal.stop();
  });

  for (const layouts of ['us', 'fr', 'ru', 'us,ru', 'de', 'ru,us'])
    it(`types every character of the sample on ${layouts}`, async () => {
      await begin(layouts);
      await tap(...keysymsOf(SAMPLE));
      assert.equal(await finish(), SAMPLE);
    });
});
