// The page in which a bare server is measured: noVNC and nothing else. watch.js has run before it.
import RFB from '/novnc/core/rfb.js';

/** Resolves when the desktop is there. */
window.bench.connect = (url, quality, compression) =>
  new Promise((resolve, reject) => {
    window.bench.connectingSince = window.bench.now();
    const rfb = new RFB(document.getElementById('screen'), url, { shared: true });
    rfb.qualityLevel = quality;
    rfb.compressionLevel = compression;
    rfb.addEventListener('connect', resolve);
    rfb.addEventListener('disconnect', () => reject(new Error('disconnected')));
  });
