import RFB from '@novnc/novnc';
import type { JoinedChannel } from './joined-channel.ts';
import { KEY, keysymsOf } from './keysyms.ts';
import { stillOf } from './last-picture.ts';

/** Typed text goes in slices, so that a long one neither floods the lane nor holds up the page. */
const TYPE_SLICE = 32;
const TYPE_PAUSE_MS = 20;

export interface KeyPress {
  keysym: number;
  /** Physical key, for agents that go by scan code; null where only the character counts. */
  code: string | null;
}

export const CTRL: KeyPress = { keysym: KEY.control, code: 'ControlLeft' };
export const ALT: KeyPress = { keysym: KEY.alt, code: 'AltLeft' };

/** One RFB connection and the canvas that shows it. */
export class Viewer {
  readonly #rfb: RFB;
  readonly #canvas: HTMLCanvasElement;
  readonly #heldKeys = new Set<string>();
  #isClosed = false;

  constructor(
    target: HTMLElement,
    channel: JoinedChannel,
    /** `toLookAt`: it never takes a key. */
    options: { label: string; connected: () => void; disconnected: () => void; toLookAt?: boolean },
  ) {
    this.#rfb = new RFB(target, channel, { shared: true });
    this.#rfb.background = 'transparent';
    this.#rfb.viewOnly = true;
    this.#rfb.addEventListener('connect', () => {
      this.#canvas.dataset.connected = '';
      options.connected();
    });
    this.#rfb.addEventListener('disconnect', () => {
      this.#isClosed = true;
      options.disconnected();
    });
    this.#canvas = target.querySelector('canvas')!;
    this.#canvas.setAttribute('role', options.toLookAt ? 'img' : 'application');
    this.#canvas.setAttribute('aria-label', options.label);
    // noVNC leaves it out of the Tab order; people without a mouse must reach it.
    this.#canvas.tabIndex = 0;
    this.#canvas.addEventListener('keydown', this.#pressed, true);
    this.#canvas.addEventListener('keyup', this.#released, true);
    this.#canvas.addEventListener('blur', this.#blurred);
  }

  set hasControl(hasControl: boolean) {
    if (!hasControl) this.#heldKeys.clear();
    this.#rfb.viewOnly = !hasControl;
    this.#rfb.showDotCursor = hasControl;
  }

  /** Fitted to the window, or in its own size with scroll bars. */
  set isFitted(isFitted: boolean) {
    this.#rfb.scaleViewport = isFitted;
  }

  focus(): void {
    this.#rfb.focus({ preventScroll: true });
  }

  /** Presses all, then releases them the other way round. */
  press(...keys: readonly KeyPress[]): void {
    for (const { keysym, code } of keys) this.#rfb.sendKey(keysym, code, true);
    for (const { keysym, code } of [...keys].reverse()) this.#rfb.sendKey(keysym, code, false);
    this.focus();
  }

  /** Types `text` as characters, not keys: right whatever the two layouts are. Resolves when all is sent. */
  async type(text: string): Promise<void> {
    const keysyms = keysymsOf(text);
    for (let at = 0; at < keysyms.length && !this.#isClosed; at += TYPE_SLICE) {
      for (const keysym of keysyms.slice(at, at + TYPE_SLICE)) this.#rfb.sendKey(keysym, null);
      await new Promise((resolve) => setTimeout(resolve, TYPE_PAUSE_MS));
    }
    this.focus();
  }

  /** What it shows now, for when it is gone. */
  still(): HTMLCanvasElement | undefined {
    return stillOf(this.#canvas);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rfb.disconnect();
  }

  readonly #pressed = (event: KeyboardEvent) => this.#heldKeys.add(event.code);
  readonly #released = (event: KeyboardEvent) => this.#heldKeys.delete(event.code);

  /**
   * Keys that are down when the focus leaves would be released elsewhere, and stay down at the customer's computer.
   * noVNC knows them by their code, so it is told that they went up.
   */
  readonly #blurred = () => {
    const held = [...this.#heldKeys];
    this.#heldKeys.clear();
    for (const code of held) this.#canvas.dispatchEvent(new KeyboardEvent('keyup', { code }));
  };
}
