import { type KeyboardState, type KeyPlan, planKey } from '../../input/key-plan.ts';
import {
  groupCount,
  type Keymap,
  keycodeOfBaseSymbol,
  type LevelModifiers,
  levelModifiers,
  Modifier,
} from '../../input/keymap.ts';
import { Keysym, kindOfKeysym } from '../../input/keysym.ts';
import { keycodeOfScanCode } from '../../input/scan-code.ts';
import { SpareKeys } from '../../input/spare-keys.ts';
import type { X11Display } from './display.ts';
import type { XkbState, XtestExtension } from './extensions.ts';
import { Xkb } from './xkb.ts';

/**
 * Programs see the new binding before the key event, in order; but they ask for the keymap only when they come to
 * the event. This long after a press its spare key keeps its meaning, for programs that are slow to come to it.
 */
const SPARE_SETTLE_MS = 300;

const NEVER_REPEATS = { autoRepeatMode: 0 };
const REPEATS = { autoRepeatMode: 1 };

/**
 * Presses keys through XTEST so that the program under the focus reads exactly the keysym that was sent, whatever
 * layout, group and locks are in force. Not safe for calls at the same time: `X11Input` puts them in a row.
 */
export class X11Keyboard {
  readonly #display: X11Display;
  readonly #xtest: XtestExtension;
  readonly #xkb: Xkb;
  readonly #spares = new SpareKeys(SPARE_SETTLE_MS);
  readonly #stale: { value: boolean };
  /** Keysyms whose key the viewer holds; no keycode when the key had to be pressed and let go at once. */
  readonly #held = new Map<number, number | undefined>();
  #keymap!: Keymap;
  #levels!: LevelModifiers;
  #repeating: readonly number[] = [];

  private constructor(display: X11Display, xtest: XtestExtension, xkb: Xkb, stale: { value: boolean }) {
    this.#display = display;
    this.#xtest = xtest;
    this.#xkb = xkb;
    this.#stale = stale;
  }

  static async open(display: X11Display, xtest: XtestExtension): Promise<X11Keyboard> {
    const stale = { value: true };
    const xkb = await Xkb.open(display, () => {
      stale.value = true;
    });
    const keyboard = new X11Keyboard(display, xtest, xkb, stale);
    await keyboard.#readKeymap();
    return keyboard;
  }

  get holding(): boolean {
    return this.#held.size > 0;
  }

  /** A second press without a release between is the viewer's auto-repeat. */
  async press(keysym: number, scanCode: number): Promise<void> {
    const kind = kindOfKeysym(keysym);
    if (this.#held.has(keysym)) {
      if (kind === 'modifier') return;
      const keycode = this.#held.get(keysym);
      if (keycode !== undefined && !this.#repeats(keycode)) return;
      this.release(keysym);
    }
    const state = await this.#xkb.state();
    if (this.#stale.value) await this.#readKeymap();
    const hint = keycodeOfScanCode(scanCode);
    const keyboard = this.#keyboardState(state);
    let plan = planKey(this.#keymap, this.#levels, keyboard, keysym, hint);
    if (!plan && kind !== 'modifier' && (await this.#lendSpareKey(keysym)))
      plan = planKey(this.#keymap, this.#levels, keyboard, keysym, hint);
    if (plan) this.#carryOut(keysym, plan, state);
  }

  /** A key that no keysym names: the physical place is all that is known of it. */
  pressPlace(scanCode: number): void {
    const keycode = keycodeOfScanCode(scanCode);
    if (keycode !== 0) this.#hold(-scanCode, keycode);
  }

  releasePlace(scanCode: number): void {
    this.release(-scanCode);
  }

  release(keysym: number): void {
    const keycode = this.#held.get(keysym);
    this.#held.delete(keysym);
    // `a` and `A` may hold the same key: it goes up with the last of them.
    if (keycode === undefined || this.#isHeld(keycode)) return;
    this.#up(keycode);
    if (this.#repeats(keycode)) this.#display.client.ChangeKeyboardControl({ key: keycode, ...REPEATS });
  }

  releaseAll(): void {
    // The last first, so that Ctrl goes up after the C of Ctrl+C.
    for (const keysym of [...this.#held.keys()].reverse()) this.release(keysym);
  }

  /** Takes back what was lent, once the last characters have surely been read. */
  async restore(): Promise<void> {
    this.releaseAll();
    const { keycodes, waitMs } = this.#spares.lent(Date.now());
    if (waitMs > 0) await delay(waitMs);
    for (const keycode of keycodes) this.#display.client.ChangeKeyboardMapping(keycode, 2, [0, 0]);
    await this.#display.sync();
  }

  async #readKeymap(): Promise<void> {
    this.#stale.value = false;
    const [keymap, repeating] = await Promise.all([this.#xkb.keymap(), this.#xkb.repeatingKeys()]);
    this.#keymap = keymap;
    this.#levels = levelModifiers(keymap);
    // A key that we hold repeats no more; that was our own doing.
    this.#repeating = repeating.map((bits, index) => bits | this.#heldBits(index));
    this.#spares.follow(keymap);
  }

  async #lendSpareKey(keysym: number): Promise<boolean> {
    const loan = this.#spares.lend(keysym, Date.now(), (keycode) => this.#isHeld(keycode));
    if (!loan) return false;
    if (loan.waitMs > 0) await delay(loan.waitMs);
    // The same on both levels: Shift, when the viewer holds it, makes no difference.
    this.#display.client.ChangeKeyboardMapping(loan.keycode, 2, [keysym, keysym]);
    await this.#readKeymap();
    return true;
  }

  #carryOut(keysym: number, plan: KeyPlan, state: XkbState): void {
    this.#spares.pressed(plan.keycode, Date.now());
    if (plan.changed === 0 && plan.group === state.group) {
      this.#hold(keysym, plan.keycode);
      return;
    }
    // The key is let go before the modifiers come back: held on, its repeats would type something else.
    const undo = this.#arrange(plan, state);
    if (this.#isHeld(plan.keycode)) this.#up(plan.keycode);
    this.#down(plan.keycode);
    this.#up(plan.keycode);
    for (const step of undo.reverse()) step();
    this.#held.set(keysym, undefined);
  }

  /** Puts modifiers and group as the plan wants them; answers the steps that put them back. */
  #arrange(plan: KeyPlan, state: XkbState): (() => void)[] {
    const undo: (() => void)[] = [];
    const toClear = plan.changed & ~plan.modifiers;
    const toSet = plan.changed & plan.modifiers;
    for (const keycode of new Set(this.#held.values())) {
      if (keycode === undefined || !((this.#keymap.modifierKeys.get(keycode) ?? 0) & toClear)) continue;
      this.#up(keycode);
      undo.push(() => this.#down(keycode));
    }
    let lock = 0;
    for (const [bit, keysym] of this.#levelKeys()) {
      if (!(toSet & bit)) continue;
      const keycode = keycodeOfBaseSymbol(this.#keymap, plan.group, keysym);
      if (keycode === undefined || this.#keymap.modifierKeys.get(keycode) !== bit) {
        lock |= bit;
        continue;
      }
      this.#down(keycode);
      undo.push(() => this.#up(keycode));
    }
    lock |= toSet & this.#levels.num;
    const affected = lock | (toClear & state.lockedMods);
    const moved = plan.group !== state.group;
    if (affected !== 0 || moved) {
      const groups = groupCount(this.#keymap);
      const lockedGroup = plan.group - state.baseGroup - state.latchedGroup;
      this.#xkb.lock(affected, lock, moved ? ((lockedGroup % groups) + groups) % groups : undefined);
      undo.push(() => this.#xkb.lock(affected, state.lockedMods, moved ? state.lockedGroup : undefined));
    }
    return undo;
  }

  #levelKeys(): [bit: number, keysym: number][] {
    return [
      [this.#levels.level5, Keysym.isoLevel5Shift],
      [this.#levels.level3, Keysym.isoLevel3Shift],
      [Modifier.shift, Keysym.shiftL],
    ];
  }

  #hold(keysym: number, keycode: number): void {
    // The viewer's own repeats arrive as presses. The server's would go on through a stalled network.
    if (this.#isHeld(keycode)) this.#up(keycode);
    else if (this.#repeats(keycode))
      this.#display.client.ChangeKeyboardControl({ key: keycode, ...NEVER_REPEATS });
    this.#down(keycode);
    this.#held.set(keysym, keycode);
  }

  #keyboardState(state: XkbState): KeyboardState {
    let ownModifiers = 0;
    for (const keycode of this.#held.values())
      if (keycode !== undefined) ownModifiers |= this.#keymap.modifierKeys.get(keycode) ?? 0;
    return {
      group: state.group,
      modifiers: state.mods,
      baseModifiers: state.baseMods,
      latchedModifiers: state.latchedMods,
      lockedModifiers: state.lockedMods,
      ownModifiers,
    };
  }

  #isHeld(keycode: number): boolean {
    for (const held of this.#held.values()) if (held === keycode) return true;
    return false;
  }

  #heldBits(byte: number): number {
    let bits = 0;
    for (const keycode of this.#held.values())
      if (keycode !== undefined && keycode >> 3 === byte && this.#repeats(keycode))
        bits |= 1 << (keycode & 7);
    return bits;
  }

  #repeats(keycode: number): boolean {
    return ((this.#repeating[keycode >> 3] ?? 0) & (1 << (keycode & 7))) !== 0;
  }

  #down(keycode: number): void {
    this.#xtest.FakeInput(this.#xtest.KeyPress, keycode, 0, this.#display.root, 0, 0);
  }

  #up(keycode: number): void {
    this.#xtest.FakeInput(this.#xtest.KeyRelease, keycode, 0, this.#display.root, 0, 0);
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
