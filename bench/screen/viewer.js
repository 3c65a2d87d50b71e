// The page of the bench: noVNC, with its drawing watched. A change counts as shown when noVNC has drawn it on the canvas
// that a person sees.
import RFB from '/novnc/core/rfb.js';

const received = { bytes: 0, messages: 0 };
const PlainWebSocket = window.WebSocket;
// Not a subclass: noVNC looks for `send` on the socket's own prototype.
window.WebSocket = function WebSocket(...args) {
  const socket = new PlainWebSocket(...args);
  socket.addEventListener('message', ({ data }) => {
    received.bytes += data.byteLength ?? data.length;
    received.messages++;
  });
  return socket;
};

const now = () => performance.timeOrigin + performance.now();
let canvas;
let awaited;
let counter;

function look(context) {
  if (awaited) {
    const [r, g, b] = context.getImageData(awaited.x, awaited.y, 1, 1).data;
    const off = (shift, value) => Math.abs(((awaited.colour >> shift) & 255) - value);
    if (Math.max(off(16, r), off(8, g), off(0, b)) < 60) {
      awaited.seen(now());
      awaited = undefined;
    }
  }
  if (counter) {
    const pixels = context.getImageData(counter.x, counter.y + 8, 256, 1).data;
    let frame = 0;
    for (let bit = 0; bit < 16; bit++) if (pixels[(bit * 16 + 8) * 4 + 1] > 128) frame |= 1 << bit;
    if (frame > 0 && !counter.frames.has(frame)) counter.frames.set(frame, now());
  }
}

const drawImage = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (...args) {
  drawImage.apply(this, args);
  if (this.canvas === canvas) look(this);
};

window.bench = {
  now,
  received: () => ({ ...received }),
  /** Resolves when the desktop is there. */
  connect: (url, quality, compression) =>
    new Promise((resolve, reject) => {
      const rfb = new RFB(document.getElementById('screen'), url, { shared: true });
      rfb.qualityLevel = quality;
      rfb.compressionLevel = compression;
      rfb.addEventListener('connect', () => {
        canvas = document.querySelector('#screen canvas');
        resolve();
      });
      rfb.addEventListener('disconnect', () => reject(new Error('disconnected')));
    }),
  /** Arms at once; `shown` then resolves with the time at which the pixel had the colour, or with nothing. */
  expect(x, y, colour) {
    this.shown = new Promise((resolve) => {
      awaited = { x, y, colour, seen: resolve };
      setTimeout(resolve, 3000);
    });
  },
  watchFrames(x, y) {
    counter = { x, y, frames: new Map() };
  },
  /** Frame numbers with the times at which they were shown first. */
  frames() {
    const { frames } = counter;
    counter = undefined;
    return [...frames];
  },
  /** Base64 of bytes R, G, B, A. */
  pixels() {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let text = '';
    for (let i = 0; i < data.length; i += 0x8000)
      text += String.fromCharCode(...data.subarray(i, i + 0x8000));
    return btoa(text);
  },
};
