// Watches what a page draws on the canvas that a person sees: a change counts as shown when it is there. It runs before
// the page's own scripts, in the console as in the bench's own viewer.
(() => {
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
  Object.assign(window.WebSocket, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
  window.WebSocket.prototype = PlainWebSocket.prototype;

  const now = () => performance.timeOrigin + performance.now();
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
    if (this.canvas.isConnected) look(this);
  };

  window.bench = {
    now,
    received: () => ({ ...received }),
    /** Arms at once; `shown` then resolves with the time at which the pixel had the colour, or with nothing. */
    expect(x, y, colour, withinMs = 3000) {
      this.shown = new Promise((resolve) => {
        awaited = { x, y, colour, seen: resolve };
        setTimeout(resolve, withinMs);
      });
    },
    /** In the page itself, so that no time passes between the button and the press. */
    pressAsSoonAsThere(label) {
      const look = () => {
        const button = [...document.querySelectorAll('button')].find((one) => one.textContent === label);
        if (!button) return;
        observer.disconnect();
        button.click();
      };
      const observer = new MutationObserver(look);
      observer.observe(document.body, { childList: true, subtree: true });
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
      const canvas = document.querySelector('canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let text = '';
      for (let i = 0; i < data.length; i += 0x8000)
        text += String.fromCharCode(...data.subarray(i, i + 0x8000));
      return btoa(text);
    },
  };
})();
