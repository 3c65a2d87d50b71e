import { X11Display } from '../../agent/platform/x11/display.ts';

/** A window over everything else on an X display, to paint on. */
export class PaintedWindow {
  readonly #painter: X11Display;
  readonly #window: number;
  readonly #gc: number;

  private constructor(painter: X11Display, window: number, gc: number) {
    this.#painter = painter;
    this.#window = window;
    this.#gc = gc;
  }

  /** `colour`: 0xRRGGBB. It is on the screen when this returns. */
  static async open(display: string, x: number, y: number, w: number, h: number, colour: number) {
    const painter = await X11Display.connect(display);
    const { client, root } = painter;
    const id = client.AllocID();
    client.CreateWindow(id, root, x, y, w, h, 0, 0, 0, 0, { overrideRedirect: 1, backgroundPixel: colour });
    client.MapWindow(id);
    const gc = client.AllocID();
    client.CreateGC(gc, id, { foreground: colour });
    await painter.sync();
    return new PaintedWindow(painter, id, gc);
  }

  async fill(colour: number, x: number, y: number, w: number, h: number): Promise<void> {
    this.#painter.client.ChangeGC(this.#gc, { foreground: colour });
    this.#painter.client.PolyFillRectangle(this.#window, this.#gc, [x, y, w, h]);
    await this.#painter.sync();
  }

  close(): Promise<void> {
    return this.#painter.close();
  }
}
