import type { Rect } from '../../platform/platform.ts';
import { byteOrder, type PixelFormat } from '../rfb/pixel-format.ts';
import type { Surface } from '../surface.ts';
import type { ByteWriter } from './byte-writer.ts';

/** RFC 6143 7.7.1: pixels in the viewer's own format, for viewers that know nothing better. */
export function writeRawPixels(out: ByteWriter, surface: Surface, rect: Rect, format: PixelFormat): void {
  const { red, green, blue } = byteOrder(format);
  const target = out.room(rect.w * rect.h * 4);
  const { words, width } = surface;
  target.fill(0);
  let at = 0;
  for (let y = rect.y; y < rect.y + rect.h; y++) {
    const start = y * width + rect.x;
    for (let i = start; i < start + rect.w; i++) {
      const pixel = words[i]!;
      target[at + red] = pixel >>> 16;
      target[at + green] = pixel >>> 8;
      target[at + blue] = pixel;
      at += 4;
    }
  }
}
