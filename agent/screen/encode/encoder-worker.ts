import { parentPort } from 'node:worker_threads';
import type { Framebuffer } from '../../platform/platform.ts';
import { Surface } from '../surface.ts';
import type { EncoderReply, EncoderRequest } from './encoder-messages.ts';
import { type EncodedUpdate, type TakePiece, UpdateEncoder } from './update-encoder.ts';

if (!parentPort) throw new Error('this runs as a worker thread only');
const port = parentPort;
const viewers = new Map<number, UpdateEncoder>();

port.on('message', (request: EncoderRequest) => {
  if (request.kind === 'open') {
    viewers.set(request.viewer, new UpdateEncoder(surfaceOf(request.framebuffer)));
    return;
  }
  const encoder = viewers.get(request.viewer);
  if (!encoder) return;
  switch (request.kind) {
    case 'resize':
      encoder.useFramebuffer(surfaceOf(request.framebuffer));
      break;
    case 'invalidate':
      encoder.invalidate(request.rect);
      break;
    case 'encode':
      answer(request.viewer, encoder.encode(request.rects, request.settings, piecesTo(request.viewer)));
      break;
    case 'refine':
      answer(request.viewer, encoder.refine(request.settings, piecesTo(request.viewer)));
      break;
    case 'close':
      encoder.close();
      viewers.delete(request.viewer);
      break;
  }
});

function piecesTo(viewer: number): TakePiece {
  return (piece) => {
    const reply: EncoderReply = { viewer, piece };
    port.postMessage(reply, [piece.buffer]);
  };
}

function answer(viewer: number, update: EncodedUpdate): void {
  const reply: EncoderReply = { viewer, update };
  port.postMessage(reply, update.message ? [update.message.buffer] : []);
}

function surfaceOf({ width, height, pixels }: Framebuffer): Surface {
  return Surface.over(width, height, pixels);
}
