import { describeComputer } from '../describe-computer.ts';
import type { Clipboard, InputSink, Platform, ScreenEvents, ScreenSource } from '../platform.ts';
import { X11Clipboard } from './x11-clipboard.ts';
import { X11Input } from './x11-input.ts';
import { X11Screen } from './x11-screen.ts';

/** Linux and its like with an X server. Screen, input and clipboard have a connection each: none waits for another. */
export class X11Platform implements Platform {
  readonly name = 'x11';
  readonly canControl = true;
  readonly canClipboard = true;
  readonly #display: string;
  readonly #open = new Set<{ close(): Promise<void> }>();

  /** `display` as $DISPLAY spells it, for instance `:0`. */
  constructor(display: string) {
    this.#display = display;
  }

  describe = describeComputer;

  openScreen(events: ScreenEvents): Promise<ScreenSource> {
    return this.#opened(X11Screen.open(events, { display: this.#display }));
  }

  openInput(): Promise<InputSink> {
    return this.#opened(X11Input.open(this.#display));
  }

  openClipboard(changed: (text: string) => void): Promise<Clipboard> {
    return this.#opened(X11Clipboard.open(changed, this.#display));
  }

  /** Closes whatever was opened and is not closed yet; keys go up first. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((part) => part.close()));
    this.#open.clear();
  }

  async #opened<Part extends { close(): Promise<void> }>(opening: Promise<Part>): Promise<Part> {
    const part = await opening;
    this.#open.add(part);
    return part;
  }
}
