import assert from 'node:assert/strict';
import { X11Display } from '../../../../agent/platform/x11/display.ts';
import { X11Input } from '../../../../agent/platform/x11/x11-input.ts';
import { Xkb } from '../../../../agent/platform/x11/xkb.ts';
import { type EventWindow, openEventWindow } from '../../../support/event-window.ts';
import { keysymsOf, setKeyboardLayout } from '../../../support/keyboard-layout.ts';
import { startTerminalWindow, type TerminalWindow } from '../../../support/terminal-window.ts';
import { until } from '../../../support/until.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../../../support/virtual-display.ts';

const RETURN = 0xff0d;
const TAB = 0xff09;
const SHIFT_L = 0xffe1;
const CONTROL_L = 0xffe3;
const CAPS_LOCK = 0xffe5;
const ALT_L = 0xffe9;
const ALT_GR = 0xfe03;
const SAMPLE = 'aZ1!@/ é€漢ñß{}|~';

const SHIFT_BIT = 1;
const CONTROL_BIT = 4;
const ALT_BIT = 8;

describe('X11 input', () => {
  let screen: VirtualDisplay;
  let input: X11Input;

  before(async () => {
    screen = await startVirtualDisplay({ width: 800, height: 600 });
  });
  after(() => screen.stop());
  afterEach(() => input.close());

  const press = (keysym: number) => input.key(keysym, true, 0);
  const release = (keysym: number) => input.key(keysym, false, 0);
  async function tap(...keysyms: number[]) {
    for (const keysym of keysyms) {
      await press(keysym);
      await release(keysym);
    }
  }

  describe('into a terminal', () => {
    let terminal: TerminalWindow;

    async function begin(layouts: string, program?: string) {
      await setKeyboardLayout(screen.display, layouts);
      terminal = await startTerminalWindow(screen.display, program);
      input = await X11Input.open(screen.display);
      await input.pointer(300, 300, 0);
    }

    async function finish(): Promise<string> {
      await tap(RETURN);
      await press(CONTROL_L);
      await tap(...keysymsOf('d'));
      await release(CONTROL_L);
      return (await terminal.typedText()).replace(/\n$/, '');
    }

    afterEach(() => terminal.stop());

    for (const layouts of ['us', 'fr', 'ru', 'us,ru', 'ru,us', 'de', 'us,fr,ru,gr'])
      it(`types every character of the sample on ${layouts}`, async () => {
        await begin(layouts);
        await tap(...keysymsOf(SAMPLE));
        assert.equal(await finish(), SAMPLE);
      });

    it('types on while Caps Lock is on', async () => {
      await begin('fr');
      await tap(CAPS_LOCK);
      await tap(...keysymsOf(SAMPLE));
      await tap(CAPS_LOCK);
      assert.equal(await finish(), SAMPLE);
    });

    it('types what is meant while the viewer holds Shift or AltGr for their own layout', async () => {
      await begin('fr');
      await press(SHIFT_L);
      await tap(...keysymsOf('1&é?'));
      await release(SHIFT_L);
      await press(ALT_GR);
      await tap(...keysymsOf('@aé'));
      await release(ALT_GR);
      assert.equal(await finish(), '1&é?@aé');
    });

    it('follows a change of the layout', async () => {
      await begin('us');
      await tap(...keysymsOf('az@é'));
      await setKeyboardLayout(screen.display, 'fr');
      await tap(...keysymsOf('az@é'));
      await setKeyboardLayout(screen.display, 'ru');
      await tap(...keysymsOf('az@éж'));
      assert.equal(await finish(), 'az@éaz@éaz@éж');
    });

    it('types more characters that the layout lacks than there are spare keys', async () => {
      const han = Array.from({ length: 90 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
      await begin('us');
      await tap(...keysymsOf(han));
      assert.equal(await finish(), han);
    });

    it('takes its spare keys back at the end, after the last character was read', async () => {
      await begin('us');
      const before = await keymapText();
      await tap(...keysymsOf('漢é'), RETURN);
      await input.close();
      await until('the line is there', async () => (await terminal.textSoFar()) === '漢é\n');
      assert.equal(await keymapText(), before);
    });

    async function keymapText(): Promise<string> {
      const display = await X11Display.connect(screen.display);
      const keymap = await (await Xkb.open(display, () => {})).keymap();
      await display.close();
      return JSON.stringify(
        [...keymap.keys].map(([keycode, { groups }]) => [keycode, groups.map((g) => g.symbols)]),
      );
    }

    it('presses Ctrl+C where Latin c is, while the Cyrillic layout is active', async () => {
      await begin('us,ru', 'sh -c \'trap "echo interrupted; exit" INT; echo ready; read line; echo $line\'');
      const display = await X11Display.connect(screen.display);
      const xkb = await Xkb.open(display, () => {});
      xkb.lock(0, 0, 1);
      await press(CONTROL_L);
      await tap(...keysymsOf('c'));
      await release(CONTROL_L);
      assert.equal(await terminal.typedText(), 'ready\ninterrupted\n');
      assert.equal((await xkb.state()).group, 1);
      xkb.lock(0, 0, 0);
      await display.close();
    });
  });

  describe('into a window', () => {
    let window: EventWindow;

    beforeEach(async () => {
      await setKeyboardLayout(screen.display, 'us');
      window = await openEventWindow(screen.display);
      input = await X11Input.open(screen.display);
    });
    afterEach(() => window.close());

    async function seen(): Promise<string> {
      await input.releaseAll();
      await window.settle();
      return window.log.join(' ');
    }

    it('holds modifiers for shortcuts', async () => {
      await press(CONTROL_L);
      await press(ALT_L);
      await tap(0xffff);
      await release(ALT_L);
      await release(CONTROL_L);
      assert.equal(await seen(), '+37 +64 +119 -119 -64 -37');
      assert.equal(window.pressStates.at(-1), CONTROL_BIT | ALT_BIT);
    });

    it('leaves Shift held for Alt+Shift+Tab', async () => {
      await press(ALT_L);
      await press(SHIFT_L);
      await tap(TAB, TAB);
      await release(SHIFT_L);
      await release(ALT_L);
      assert.equal(await seen(), '+64 +50 +23 -23 +23 -23 -50 -64');
      assert.equal(window.pressStates.at(-1), ALT_BIT | SHIFT_BIT);
    });

    it('repeats a held key only as often as the viewer does, and leaves the customer their own repeats', async () => {
      assert.equal(await serverRepeats(38), true);
      await press(0x61);
      await press(0x61);
      await press(0x61);
      assert.equal(await serverRepeats(38), false);
      await release(0x61);
      assert.equal(await seen(), '+38 -38 +38 -38 +38 -38');
      assert.equal(await serverRepeats(38), true);
    });

    async function serverRepeats(keycode: number): Promise<boolean> {
      const display = await X11Display.connect(screen.display);
      const repeating = await (await Xkb.open(display, () => {})).repeatingKeys();
      await display.close();
      return (repeating[keycode >> 3]! & (1 << (keycode & 7))) !== 0;
    }

    it('releases everything that is down', async () => {
      await press(CONTROL_L);
      await press(SHIFT_L);
      await press(0x41);
      await input.pointer(10, 10, 0b101);
      await until('everything is down', () => window.log.includes('b+3'));
      window.log.length = 0;
      await input.releaseAll();
      await window.settle();
      assert.deepEqual(window.log.toSorted(), ['-37', '-38', '-50', 'b-1', 'b-3']);
      await input.releaseAll();
      await release(CONTROL_L);
      await window.settle();
      assert.equal(window.log.length, 5);
    });

    it('releases everything when it is closed', async () => {
      await press(CONTROL_L);
      await input.pointer(10, 10, 1);
      await input.close();
      await window.settle();
      assert.deepEqual(window.log.slice(-2), ['-37', 'b-1']);
    });

    it('releases a key that two keysyms hold with the last of them', async () => {
      await press(0x61);
      await press(SHIFT_L);
      await press(0x41);
      await release(0x61);
      await until('A is pressed again', () => window.log.length === 4);
      assert.equal(window.log.join(' '), '+38 +50 -38 +38');
      await release(0x41);
      await until('it goes up', () => window.log.at(-1) === '-38');
    });

    it('moves the pointer, clicks and scrolls, and says each thing once', async () => {
      await input.pointer(100, 200, 0);
      await input.pointer(100, 200, 1);
      await input.pointer(100, 200, 1);
      await input.pointer(150, 200, 1);
      await input.pointer(150, 200, 0);
      await input.pointer(150, 200, 0b1000);
      await input.pointer(150, 200, 0);
      await input.pointer(150, 200, 0b10000000);
      await input.pointer(150, 200, 0);
      assert.equal(await seen(), '@100,200 b+1 @150,200 b-1 b+4 b-4 b+8 b-8');
    });

    it('keeps the pointer on the screen', async () => {
      await input.pointer(60_000, -5, 0);
      await input.pointer(Number.NaN, Number.POSITIVE_INFINITY, 0);
      assert.equal(await seen(), '@799,0 @0,0');
    });

    it('presses a key by its place when no keysym names it', async () => {
      await input.key(0, true, 0x1e);
      await input.key(0, false, 0x1e);
      await input.key(0, true, 0);
      await input.key(0xffffffff, true, 0x1e);
      assert.equal(await seen(), '+38 -38');
    });
  });

  it('fails without harm when the display goes away', async () => {
    const other = await startVirtualDisplay();
    input = await X11Input.open(other.display);
    await press(CONTROL_L);
    await other.stop();
    await assert.rejects(async () => {
      for (;;) await tap(0x61);
    });
    await input.pointer(5, 5, 1);
    await assert.rejects(input.releaseAll());
    await input.close();
  });

  it('says what is missing where there is no display', async () => {
    input = await X11Input.open(screen.display);
    await assert.rejects(X11Input.open(':59999'), /No screen was found at :59999/);
  });
});
