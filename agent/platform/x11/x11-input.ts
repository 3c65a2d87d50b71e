import { onScreen, type PointerState, pointerChanges } from '../../input/pointer-changes.ts';
import type { InputSink } from '../platform.ts';
import { X11Display } from './display.ts';
import type { XtestExtension } from './extensions.ts';
import { X11Keyboard } from './x11-keyboard.ts';

const STRUCTURE_NOTIFY = 0x20000;
/** Beyond this a keysym is no number of an X keysym (29 bits). */
const MAX_KEYSYM = 0x1fffffff;

/**
 * The customer's keyboard and mouse, moved through XTEST over a connection of its own, so that no capture
 * stands before a key. Calls are carried out in the order they were made; each resolves when it was handed over.
 */
export class X11Input implements InputSink {
  readonly #display: X11Display;
  readonly #xtest: XtestExtension;
  readonly #keyboard: X11Keyboard;
  readonly #size: { width: number; height: number };
  #pointer: PointerState | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(
    display: X11Display,
    xtest: XtestExtension,
    keyboard: X11Keyboard,
    size: { width: number; height: number },
  ) {
    this.#display = display;
    this.#xtest = xtest;
    this.#keyboard = keyboard;
    this.#size = size;
  }

  /** Connects to the display (`:0`); throws when it offers no XTEST or XKB. */
  static async open(displayName?: string): Promise<X11Input> {
    const display = await X11Display.connect(displayName);
    try {
      const xtest = await display.extension<XtestExtension>('xtest');
      const keyboard = await X11Keyboard.open(display, xtest);
      display.client.ChangeWindowAttributes(display.root, { eventMask: STRUCTURE_NOTIFY });
      const { width, height } = await display.request<{ width: number; height: number }>((reply) =>
        display.client.GetGeometry(display.root, reply),
      );
      const size = { width, height };
      display.onEvent((event) => {
        if (event.name !== 'ConfigureNotify' || event.wid !== display.root) return;
        size.width = event.width as number;
        size.height = event.height as number;
      });
      return new X11Input(display, xtest, keyboard, size);
    } catch (error) {
      await display.close();
      throw error;
    }
  }

  get holding(): boolean {
    return this.#keyboard.holding || (this.#pointer?.buttons ?? 0) !== 0;
  }

  key(keysym: number, down: boolean, keycode: number): Promise<void> {
    return this.#inTurn(async () => {
      if (keysym === 0) {
        if (down) this.#keyboard.pressPlace(keycode);
        else this.#keyboard.releasePlace(keycode);
      } else if (keysym <= MAX_KEYSYM) {
        if (down) await this.#keyboard.press(keysym, keycode);
        else this.#keyboard.release(keysym);
      }
    });
  }

  pointer(x: number, y: number, buttons: number): Promise<void> {
    return this.#inTurn(() =>
      this.#point({ x: onScreen(x, this.#size.width), y: onScreen(y, this.#size.height), buttons }),
    );
  }

  releaseAll(): Promise<void> {
    return this.#inTurn(async () => {
      this.#keyboard.releaseAll();
      if (this.#pointer) this.#point({ ...this.#pointer, buttons: 0 });
      await this.#display.sync();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const released = this.releaseAll().then(() => this.#keyboard.restore());
    this.#closed = true;
    // A display that is gone holds no key down.
    await released.catch(() => {});
    await this.#display.close();
  }

  #point(now: PointerState): void {
    const { moved, released, pressed } = pointerChanges(this.#pointer, now);
    const { root } = this.#display;
    const { FakeInput, MotionNotify, ButtonRelease, ButtonPress } = this.#xtest;
    if (moved) FakeInput(MotionNotify, 0, 0, root, now.x, now.y);
    for (const button of released) FakeInput(ButtonRelease, button, 0, root, 0, 0);
    for (const button of pressed) FakeInput(ButtonPress, button, 0, root, 0, 0);
    this.#pointer = now;
  }

  #inTurn(act: () => void | Promise<void>): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const done = this.#queue.then(act);
    this.#queue = done.catch(() => {});
    return done;
  }
}
