/**
 * Runs in a page before its own script, for join-to-first-picture.ts: notes when each kind of message first went or came,
 * when something to show was chosen, and when the first picture was there. Epoch ms: both browsers have the machine's clock.
 */
(() => {
  const at = {};
  const note = (name) => {
    at[name] ??= performance.timeOrigin + performance.now();
  };
  const noteMessage = (way, data) => {
    if (typeof data !== 'string') return;
    const type = /"type":"([\w.-]+)"/.exec(data)?.[1];
    if (type) note(`${way} ${type}`);
    if (data.includes('"status":"active"')) note('active');
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...options) {
      super(...options);
      this.addEventListener('message', ({ data }) => noteMessage('came', data));
    }
    send(data) {
      noteMessage('went', data);
      super.send(data);
    }
  };
  const { mediaDevices } = navigator;
  const ask = mediaDevices?.getDisplayMedia?.bind(mediaDevices);
  if (ask)
    mediaDevices.getDisplayMedia = async (wish) => {
      note('chooser opened');
      const stream = await ask(wish);
      note('chosen');
      return stream;
    };
  const fetchOwn = window.fetch;
  window.fetch = async (...request) => {
    const path = new URL(request[0].url ?? request[0], location.href).pathname;
    note(`asked ${path}`);
    const answer = await fetchOwn(...request);
    note(`answered ${path}`);
    return answer;
  };
  const look = () => {
    if (location.pathname === '/join' && document.querySelector('input[type=checkbox]')) note('question');
    if (document.querySelector('[data-frames] [data-connected]')) note('picture');
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.bench = { at, note };
})();
