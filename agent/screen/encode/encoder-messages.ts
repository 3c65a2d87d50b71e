import type { Framebuffer, Rect } from '../../platform/platform.ts';
import type { EncodedUpdate, EncodeSettings } from './update-encoder.ts';

/** What the main thread asks of the encoder's thread. They are done in order. */
export type EncoderRequest =
  | { readonly kind: 'open'; readonly viewer: number; readonly framebuffer: Framebuffer }
  | { readonly kind: 'resize'; readonly viewer: number; readonly framebuffer: Framebuffer }
  | { readonly kind: 'invalidate'; readonly viewer: number; readonly rect: Rect }
  | {
      readonly kind: 'encode';
      readonly viewer: number;
      readonly rects: readonly Rect[];
      readonly settings: EncodeSettings;
    }
  | { readonly kind: 'refine'; readonly viewer: number; readonly settings: EncodeSettings }
  | { readonly kind: 'close'; readonly viewer: number };

/** The answer to one `encode` or `refine`; pieces of the update may come before it. */
export type EncoderReply =
  | { readonly viewer: number; readonly piece: Uint8Array<ArrayBuffer> }
  | { readonly viewer: number; readonly update: EncodedUpdate };
