import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { X11Screen } from '../../agent/platform/x11/x11-screen.ts';
import { PaintedWindow } from '../../test/support/painted-window.ts';
import { quantile } from '../support/statistics.ts';
import type { ScreenServer } from './servers.ts';
import { ANIMATION, Animation, scrollText } from './stage.ts';

export interface Figures {
  /** One change of 64 x 64 pixels on the display to its pixel on noVNC's canvas, median, and 95th of 100. */
  readonly flipMs: number;
  readonly flipP95Ms: number;
  /** Received while 300 lines of text scroll by. */
  readonly scrollMegabytes: number;
  readonly scrollCpuSeconds: number;
  /** Different frames shown in a second, of 30 and of 60 that were drawn (640 x 480, full motion). */
  readonly fpsOf30: number;
  readonly fpsOf60: number;
  readonly animationCpuSeconds: number;
  /** Pixels on the canvas that are exactly those of the display, two seconds after the last change. */
  readonly exactPercent: number;
}

const FLIPS = 50;
const WARM_UP_FLIPS = 3;
const SCROLL_WINDOW_MS = 12_500;
const ANIMATION_SECONDS = 5;

/** The page's half: see viewer.js. */
interface Bench {
  now(): number;
  received(): { bytes: number; messages: number };
  expect(x: number, y: number, colour: number): void;
  shown: Promise<number | undefined>;
  watchFrames(x: number, y: number): void;
  frames(): [frame: number, shownAt: number][];
  pixels(): string;
}
declare const bench: Bench;

export async function measure(page: Page, display: string, server: ScreenServer): Promise<Figures> {
  const offsetMs = await clockOffsetMs(page);
  const flips = await flip(page, display, offsetMs);
  const scroll = await scrolling(page, display, server);
  const cpuBefore = server.cpuSeconds();
  const animation = await Animation.open(display);
  const fpsOf30 = await animate(page, animation, 30, 1);
  const fpsOf60 = await animate(page, animation, 60, 1000);
  await animation.close();
  const animationCpuSeconds = server.cpuSeconds() - cpuBefore;
  return {
    flipMs: quantile(flips, 0.5),
    flipP95Ms: quantile(flips, 0.95),
    ...scroll,
    fpsOf30,
    fpsOf60,
    animationCpuSeconds,
    exactPercent: await exactPercent(page, display),
  };
}

/** The browser's clock less ours, by the quickest of many questions. */
async function clockOffsetMs(page: Page): Promise<number> {
  let best = { tookMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let i = 0; i < 40; i++) {
    const asked = now();
    const theirs = await page.evaluate(() => bench.now());
    const tookMs = now() - asked;
    if (tookMs < best.tookMs) best = { tookMs, offsetMs: theirs - asked - tookMs / 2 };
  }
  return best.offsetMs;
}

async function flip(page: Page, display: string, offsetMs: number): Promise<number[]> {
  const colours = [0xff0000, 0x00ff00, 0x0000ff, 0xffff00];
  const window = await PaintedWindow.open(display, 300, 300, 64, 64, 0x202020);
  await pause(800);
  const latencies: number[] = [];
  for (let i = 0; i < FLIPS + WARM_UP_FLIPS; i++) {
    const colour = colours[i % colours.length]!;
    await page.evaluate((c) => bench.expect(332, 332, c), colour);
    // At a random moment, so that a server's polling is met in every phase.
    await pause(60 + Math.random() * 120);
    const drawnAt = now();
    await window.fill(colour, 0, 0, 64, 64);
    const shownAt = await page.evaluate(() => bench.shown);
    if (i >= WARM_UP_FLIPS) latencies.push(shownAt ? shownAt - offsetMs - drawnAt : Number.POSITIVE_INFINITY);
  }
  await window.close();
  return latencies;
}

async function scrolling(page: Page, display: string, server: ScreenServer) {
  let figures = { scrollMegabytes: 0, scrollCpuSeconds: 0 };
  await scrollText(display, async () => {
    const [before, cpuBefore] = [await page.evaluate(() => bench.received()), server.cpuSeconds()];
    await pause(SCROLL_WINDOW_MS);
    const after = await page.evaluate(() => bench.received());
    figures = {
      scrollMegabytes: (after.bytes - before.bytes) / 1e6,
      scrollCpuSeconds: server.cpuSeconds() - cpuBefore,
    };
  });
  return figures;
}

async function animate(page: Page, animation: Animation, fps: number, firstFrame: number): Promise<number> {
  const { x, y } = ANIMATION;
  await page.evaluate(([x, y]) => bench.watchFrames(x!, y!), [x, y]);
  const start = now();
  let frame = firstFrame;
  while (now() - start < ANIMATION_SECONDS * 1000) {
    const waitMs = start + ((frame - firstFrame) * 1000) / fps - now();
    if (waitMs > 1) await pause(waitMs);
    await animation.show(frame++);
  }
  await pause(400);
  const shown = await page.evaluate(() => bench.frames());
  return shown.filter(([number]) => number >= firstFrame && number < frame).length / ANIMATION_SECONDS;
}

async function exactPercent(page: Page, display: string): Promise<number> {
  await pause(2000);
  const silent = { damaged() {}, resized() {}, cursorChanged() {}, lost() {} };
  const screen = await X11Screen.open(silent, { display });
  const { width, height } = screen;
  const framebuffer = { width, height, pixels: new SharedArrayBuffer(width * height * 4) };
  await screen.capture(framebuffer, true);
  await screen.close();
  const want = new Uint8Array(framebuffer.pixels);
  const seen = Buffer.from(await page.evaluate(() => bench.pixels()), 'base64');
  let exact = 0;
  for (let i = 0; i < want.length; i += 4) {
    if (seen[i] === want[i + 2] && seen[i + 1] === want[i + 1] && seen[i + 2] === want[i]) exact++;
  }
  return (exact * 100) / (width * height);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
