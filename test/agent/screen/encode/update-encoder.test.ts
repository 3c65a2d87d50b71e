import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type EncodeSettings, UpdateEncoder } from '../../../../agent/screen/encode/update-encoder.ts';
import { Encoding } from '../../../../agent/screen/rfb/encodings.ts';
import type { Surface } from '../../../../agent/screen/surface.ts';
import { NOVNC_FORMAT, NovncPicture } from '../../../support/novnc-picture.ts';
import {
  meanDifference,
  paint,
  type Stroke,
  sharedSurface,
  strokes,
  worstDifference,
} from '../../../support/painted-surface.ts';

const EXACT: EncodeSettings = { format: NOVNC_FORMAT, tight: true, copyRect: true, compression: 2 };
const LOSSY: EncodeSettings = { ...EXACT, quality: 9 };
const WIDTH = 333;
const HEIGHT = 217;

/** An encoder, and the viewer at the other end. */
class Pair {
  readonly surface: Surface;
  readonly picture: NovncPicture;
  readonly encoder: UpdateEncoder;
  time = 1000;
  /** Pieces that the largest update went out in, before its end. */
  mostPieces = 0;

  constructor(width = WIDTH, height = HEIGHT) {
    this.surface = sharedSurface(width, height);
    this.picture = new NovncPicture(width, height);
    this.encoder = new UpdateEncoder(this.surface, () => this.time);
  }

  /** Sends all that differs, and answers the encodings that were used. */
  update(settings: EncodeSettings): number[] {
    const encodings: number[] = [];
    let rects = [{ x: 0, y: 0, w: this.surface.width, h: this.surface.height }];
    while (rects.length > 0) {
      const pieces: Uint8Array[] = [];
      const { message, remaining } = this.encoder.encode(rects, settings, (piece) => pieces.push(piece));
      this.mostPieces = Math.max(this.mostPieces, pieces.length);
      if (message) {
        const whole = Buffer.concat([...pieces, message]);
        encodings.push(...this.picture.draw(whole).map((rect) => rect.encoding));
      }
      rects = [...remaining];
    }
    return encodings;
  }

  refine(settings: EncodeSettings): void {
    for (;;) {
      const { message } = this.encoder.refine(settings);
      if (!message) return;
      this.picture.draw(message);
    }
  }

  difference(): number {
    return worstDifference(this.picture, this.surface);
  }
}

const stroke = (
  kind: Stroke['kind'],
  x: number,
  y: number,
  w: number,
  h: number,
  seed = 0x336699,
): Stroke => ({
  ...{ kind, x, y, w, h, seed },
});

describe('update encoder', function () {
  this.timeout(60_000);

  const screens = fc.array(strokes(6), { minLength: 1, maxLength: 4 });
  const levels = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 });

  it('sends every screen so that noVNC decodes exactly its pixels', () => {
    fc.assert(
      fc.property(screens, levels, (frames, compression) => {
        const pair = new Pair();
        const lastRect = compression[0]! % 2 === 0;
        frames.forEach((frame, i) => {
          for (const one of frame) paint(pair.surface, one);
          pair.update({ ...EXACT, compression: compression[i]!, lastRect });
          assert.equal(pair.difference(), 0);
        });
        pair.encoder.close();
      }),
      { numRuns: 30 },
    );
  });

  it('sends exact pixels in raw encoding to a viewer that knows nothing else', () => {
    fc.assert(
      fc.property(screens, (frames) => {
        const pair = new Pair();
        for (const frame of frames) {
          for (const one of frame) paint(pair.surface, one);
          const used = pair.update({ ...EXACT, tight: false, copyRect: false });
          assert.ok(used.every((encoding) => encoding === Encoding.raw));
          assert.equal(pair.difference(), 0);
        }
        pair.encoder.close();
      }),
      { numRuns: 20 },
    );
  });

  it('shows photos nearly at once and exactly after a quiet while', () => {
    fc.assert(
      fc.property(screens, (frames) => {
        const pair = new Pair();
        for (const frame of frames) {
          for (const one of frame) paint(pair.surface, one);
          pair.update(LOSSY);
          const mean = meanDifference(pair.picture, pair.surface);
          assert.ok(mean < 12, `off by ${mean} on average`);
          pair.time += 100;
        }
        pair.time += 500;
        pair.refine(LOSSY);
        assert.equal(pair.difference(), 0);
        pair.encoder.close();
      }),
      { numRuns: 30 },
    );
  });

  it('never uses JPEG for a viewer that named no quality', () => {
    const pair = new Pair();
    paint(pair.surface, stroke('photo', 0, 0, WIDTH, HEIGHT));
    pair.update(EXACT);
    assert.equal(pair.difference(), 0);
    assert.equal(pair.encoder.refine(EXACT).refineInMs, undefined);
  });

  it('keeps text exact beside a photo', () => {
    const pair = new Pair(512, 256);
    paint(pair.surface, stroke('photo', 0, 0, 256, 256));
    paint(pair.surface, stroke('text', 256, 0, 256, 256));
    pair.update({ ...LOSSY, quality: 0 });
    for (let y = 0; y < 256; y++) {
      for (let x = 256; x < 512; x++) {
        assert.equal(pair.picture.pixel(x, y), pair.surface.words[y * 512 + x]);
      }
    }
    assert.ok(pair.difference() > 0, 'the photo is not exact yet');
  });

  it('tells when it wants to refine, and refines no tile that is still changing', () => {
    const pair = new Pair(128, 64);
    paint(pair.surface, stroke('photo', 0, 0, 128, 64));
    const first = pair.encoder.encode([{ x: 0, y: 0, w: 128, h: 64 }], LOSSY);
    assert.equal(first.refineInMs, 500);
    pair.picture.draw(first.message!);
    pair.time += 400;
    paint(pair.surface, stroke('photo', 0, 0, 64, 64, 7));
    pair.picture.draw(pair.encoder.encode([{ x: 0, y: 0, w: 64, h: 64 }], LOSSY).message!);
    pair.time += 100;
    const refined = pair.encoder.refine(LOSSY);
    assert.deepEqual(
      pair.picture.draw(refined.message!).map(({ x }) => x),
      [64],
    );
    assert.equal(refined.refineInMs, 400);
  });

  it('sends a scroll as a copy and the new lines only', () => {
    const pair = new Pair(640, 480);
    for (let line = 0; line < 30; line++)
      paint(pair.surface, stroke('text', 0, line * 16, 640, 16, line * 77 + 1));
    pair.update(EXACT);
    pair.surface.move({ x: 0, y: 0, w: 640, h: 464 }, 0, 16);
    paint(pair.surface, stroke('text', 0, 464, 640, 16, 4242));
    const { message } = pair.encoder.encode([{ x: 0, y: 0, w: 640, h: 480 }], EXACT);
    const drawn = pair.picture.draw(message!);
    assert.equal(drawn[0]!.encoding, Encoding.copyRect);
    assert.ok(message!.length < 4000, `${message!.length} bytes`);
    assert.equal(pair.difference(), 0);
  });

  it('finds the scroll of a list beside a side bar that stands still', () => {
    const pair = new Pair(640, 480);
    paint(pair.surface, stroke('shades', 0, 0, 192, 480));
    for (let line = 0; line < 30; line++)
      paint(pair.surface, stroke('text', 192, line * 16, 448, 16, line * 77 + 1));
    pair.update(EXACT);
    pair.surface.move({ x: 192, y: 32, w: 448, h: 448 }, 192, 0);
    assert.equal(pair.update(EXACT)[0], Encoding.copyRect);
    assert.equal(pair.difference(), 0);
  });

  it('lets a large update go in pieces to a viewer that knows LastRect, and to no other', () => {
    for (const lastRect of [true, false]) {
      const pair = new Pair(1024, 512);
      paint(pair.surface, stroke('photo', 0, 0, 1024, 512));
      pair.update({ ...EXACT, lastRect });
      assert.equal(pair.difference(), 0);
      assert.equal(pair.mostPieces > 0, lastRect, `${pair.mostPieces} pieces`);
    }
  });

  it('answers nothing when nothing changed', () => {
    const pair = new Pair();
    pair.update(EXACT);
    const { message } = pair.encoder.encode([{ x: 0, y: 0, w: WIDTH, h: HEIGHT }], EXACT);
    assert.equal(message, undefined);
  });

  it('sends anew what the viewer says that it lost', () => {
    const pair = new Pair();
    paint(pair.surface, stroke('text', 0, 0, WIDTH, HEIGHT));
    pair.update(EXACT);
    pair.picture.rgba.fill(0);
    pair.encoder.invalidate({ x: 0, y: 0, w: 5000, h: 5000 });
    pair.update(EXACT);
    assert.equal(pair.difference(), 0);
  });

  it('ends a message at its budget, and sends the rest in the next', () => {
    const pair = new Pair(1024, 1024);
    for (let i = 0; i < pair.surface.words.length; i++) {
      pair.surface.words[i] = Math.imul(i + 1, 0x9e3779b1) & 0xffffff;
    }
    const all = { x: 0, y: 0, w: 1024, h: 1024 };
    const { message, remaining } = pair.encoder.encode([all], EXACT);
    assert.ok(message!.length < 1024 * 1024, `${message!.length} bytes`);
    assert.ok(remaining.length > 0);
    pair.picture.draw(message!);
    pair.update(EXACT);
    assert.equal(pair.difference(), 0);
  });

  it('goes on with the same streams after the screen changed its size', () => {
    const pair = new Pair(320, 200);
    paint(pair.surface, stroke('shades', 0, 0, 320, 200));
    pair.update(EXACT);
    const larger = sharedSurface(400, 300);
    paint(larger, stroke('shades', 0, 0, 400, 300, 99));
    pair.encoder.useFramebuffer(larger);
    pair.picture.resize(400, 300);
    pair.picture.draw(pair.encoder.encode([{ x: 0, y: 0, w: 400, h: 300 }], EXACT).message!);
    assert.equal(worstDifference(pair.picture, larger), 0);
  });
});
