import * as fc from 'fast-check';
import { Surface } from '../../agent/screen/surface.ts';
import type { NovncPicture } from './novnc-picture.ts';

/** One thing drawn on a screen. Numbers are taken modulo what fits. */
export interface Stroke {
  readonly kind: 'fill' | 'text' | 'shades' | 'photo' | 'scroll';
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly seed: number;
}

export const strokes = (maxLength: number): fc.Arbitrary<Stroke[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom('fill', 'text', 'shades', 'photo', 'scroll'),
      x: fc.nat(400),
      y: fc.nat(300),
      w: fc.integer({ min: 1, max: 400 }),
      h: fc.integer({ min: 1, max: 300 }),
      seed: fc.nat(0xffffff),
    }),
    { maxLength },
  );

/** A framebuffer in shared memory, as the agent has it, to draw on. */
export function sharedSurface(width: number, height: number): Surface {
  return Surface.over(width, height, new SharedArrayBuffer(width * height * 4));
}

/** Draws what screens are made of: areas of one colour, text of two, shades of some, photos of many, scrolls. */
export function paint(surface: Surface, stroke: Stroke): void {
  const x = stroke.x % surface.width;
  const y = stroke.y % surface.height;
  const w = Math.min(stroke.w, surface.width - x);
  const h = Math.min(stroke.h, surface.height - y);
  if (stroke.kind === 'scroll') {
    const by = 1 + (stroke.seed % Math.max(1, h >> 1));
    if (by < h) surface.move({ x, y, w, h: h - by }, x, y + by);
    return;
  }
  let random = stroke.seed | 1;
  const next = () => {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    return random >>> 8;
  };
  for (let row = y; row < y + h; row++) {
    for (let column = x; column < x + w; column++) {
      surface.words[row * surface.width + column] = colourOf(stroke, column, row, next);
    }
  }
}

function colourOf(stroke: Stroke, x: number, y: number, next: () => number): number {
  switch (stroke.kind) {
    case 'text':
      return next() % 5 === 0 ? stroke.seed : 0xffffff;
    case 'shades':
      return 0x010101 * ((next() >> 3) % 200);
    case 'photo':
      // Smooth, so that JPEG stays near, with more colours than any palette holds.
      return ((x & 0xff) << 16) | ((y & 0xff) << 8) | ((stroke.seed + x + y) & 0xff);
    default:
      return stroke.seed;
  }
}

/** The largest difference of any channel of any pixel; 0 when the viewer sees exactly the screen. */
export function worstDifference(picture: NovncPicture, surface: Surface): number {
  let worst = 0;
  forEachDifference(picture, surface, (difference) => {
    if (difference > worst) worst = difference;
  });
  return worst;
}

/** The mean difference of a channel, of 255. */
export function meanDifference(picture: NovncPicture, surface: Surface): number {
  let sum = 0;
  forEachDifference(picture, surface, (difference) => {
    sum += difference;
  });
  return sum / (surface.width * surface.height * 3);
}

function forEachDifference(
  picture: NovncPicture,
  surface: Surface,
  visit: (difference: number) => void,
): void {
  const { rgba } = picture;
  const { words } = surface;
  for (let i = 0; i < surface.width * surface.height; i++) {
    const pixel = words[i]!;
    const seen = (rgba[i * 4]! << 16) | (rgba[i * 4 + 1]! << 8) | rgba[i * 4 + 2]!;
    if ((pixel & 0xffffff) === seen) continue;
    for (let shift = 0; shift <= 16; shift += 8) {
      visit(Math.abs(((seen >>> shift) & 0xff) - ((pixel >>> shift) & 0xff)));
    }
  }
}
