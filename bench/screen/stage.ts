import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { X11Display } from '../../agent/platform/x11/display.ts';

const SCROLL_LINES = 300;
const LINE_PAUSE_SECONDS = 0.0325;
const WORDS =
  'the quick brown fox jumps over lazy dog remote support session agent console broker packet window error ' +
  'warning info debug value 0x7f3a 192.168.0.17 /usr/lib/x86_64 return const function';

/** Runs `during` while 300 lines of text scroll through a terminal of 100 x 40 at some 30 lines a second. */
export async function scrollText(display: string, during: () => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const file = join(folder, 'lines.txt');
  writeFileSync(file, lines().join('\n'));
  const loop = `sleep 2.5; while IFS= read -r l; do echo "$l"; sleep ${LINE_PAUSE_SECONDS}; done < "${file}"; sleep 60`;
  const terminal = spawn(
    'xterm',
    ['-fa', 'DejaVu Sans Mono', '-fs', '10', '-geometry', '100x40+200+100', '-e', 'sh', '-c', loop],
    { env: { ...process.env, DISPLAY: display }, stdio: 'ignore' },
  );
  await pause(2200);
  await during();
  terminal.kill();
  await once(terminal, 'exit');
  rmSync(folder, { recursive: true });
}

/** The same text at every run. */
function lines(): string[] {
  const words = WORDS.split(' ');
  let random = 12345;
  const next = (below: number) => {
    random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
    return random % below;
  };
  return Array.from({ length: SCROLL_LINES }, (_, i) => {
    let line = `${i} `;
    const length = 60 + next(35);
    while (line.length < length) line += `${words[next(words.length)]} `;
    return line;
  });
}

export const ANIMATION = { x: 600, y: 300, w: 640, h: 480 };
const DISTINCT_FRAMES = 30;

/** Draws full-motion frames in a window, each with its number in the first rows as 16 black or white squares. */
export class Animation {
  readonly #display: X11Display;
  readonly #window: number;
  readonly #gc: number;
  readonly #pictures: Buffer[];

  private constructor(display: X11Display, window: number, gc: number) {
    this.#display = display;
    this.#window = window;
    this.#gc = gc;
    this.#pictures = Array.from({ length: DISTINCT_FRAMES }, (_, i) => plasma(i));
  }

  static async open(name: string): Promise<Animation> {
    const display = await X11Display.connect(name);
    const { client, root } = display;
    const window = client.AllocID();
    const { x, y, w, h } = ANIMATION;
    client.CreateWindow(window, root, x, y, w, h, 0, 0, 0, 0, { overrideRedirect: 1, backgroundPixel: 0 });
    client.MapWindow(window);
    const gc = client.AllocID();
    client.CreateGC(gc, window, { foreground: 0 });
    await display.sync();
    return new Animation(display, window, gc);
  }

  /** `number`: 1 to 65,535. It is on the screen when this returns. */
  async show(number: number): Promise<void> {
    const picture = this.#pictures[number % DISTINCT_FRAMES]!;
    for (let bit = 0; bit < 16; bit++) {
      const value = (number >> bit) & 1 ? 255 : 0;
      for (let row = 0; row < 16; row++) {
        const start = (row * ANIMATION.w + bit * 16) * 4;
        picture.fill(value, start, start + 64);
      }
    }
    const { w, h } = ANIMATION;
    this.#display.client.PutImage(2, this.#window, this.#gc, w, h, 0, 0, 0, 24, picture);
    await this.#display.sync();
  }

  close(): Promise<void> {
    return this.#display.close();
  }
}

/** Smooth colours that move: like film, unlike text. */
function plasma(frame: number): Buffer {
  const { w, h } = ANIMATION;
  const pixels = Buffer.alloc(w * h * 4);
  const t = (frame / DISTINCT_FRAMES) * 2 * Math.PI;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const v = Math.sin(x / 37 + t) + Math.sin(y / 23 - t) + Math.sin((x + y) / 51 + 2 * t);
      const grain = ((x * 7919 + y * 104729 + frame * 31) % 17) - 8;
      const at = (y * w + x) * 4;
      pixels[at] = 128 + 40 * v + grain;
      pixels[at + 1] = 128 + 40 * Math.sin(v * 2) + grain;
      pixels[at + 2] = 128 + 40 * Math.cos(v * 3) + grain;
    }
  }
  return pixels;
}
