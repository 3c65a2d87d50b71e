import type { EncodeSettings } from './encode/update-encoder.ts';
import type { ViewerEncodings } from './rfb/encodings.ts';
import type { PixelFormat } from './rfb/pixel-format.ts';

/** What the encoder must know of a viewer. `trailer` is sent behind every update. */
export function encodeSettings(
  encodings: ViewerEncodings,
  format: PixelFormat,
  trailer: Uint8Array | undefined,
): EncodeSettings {
  return {
    format,
    tight: encodings.has('tight'),
    copyRect: encodings.has('copyRect'),
    compression: encodings.compression,
    lastRect: encodings.has('lastRect'),
    ...(encodings.quality === undefined ? {} : { quality: encodings.quality }),
    ...(trailer ? { trailer } : {}),
  };
}
