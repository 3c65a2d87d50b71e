/**
 * A page with one end of a media lane on it, for a browser test: it is built by Vite and speaks with the broker through
 * `window.askBroker`, which the test gives.
 */
import { MediaLane } from '../../console/shared/media/media-lane.ts';
import type { LanePass } from '../../protocol/lane.ts';
import type { MediaMessage, MediaNews } from '../../protocol/media.ts';

declare global {
  interface Window {
    /** Given by the test: what signalling answers. */
    askBroker(message: MediaMessage): Promise<unknown>;
    media: {
      join(pass: LanePass): Promise<void>;
      told(news: MediaNews): void;
      /** Sends a picture of this colour; again: of another one. */
      paint(colour: string): Promise<void>;
      /** The colour in the middle of what is received; undefined before there is any. */
      seen(): number[] | undefined;
      size(): number[];
      /** Close codes. */
      closed(): number[];
      muted(): boolean[];
      mute(muted: boolean): void;
      leave(): void;
      bytes(): { sent: number; received: number; latencyMs: number | undefined };
    };
  }
}

let lane: MediaLane | undefined;
const listeners = new Set<(news: MediaNews) => void>();
const codes: number[] = [];
const mutes: boolean[] = [];
const video = Object.assign(document.createElement('video'), { muted: true, autoplay: true });
document.body.append(video);
const paper = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
let colour = 'black';
let count = 0;

function draw() {
  const context = paper.getContext('2d')!;
  context.fillStyle = colour;
  context.fillRect(0, 0, paper.width, paper.height);
  // Something moves in a corner, as it does on most screens: a picture that never changes is never sent.
  count += 1;
  context.fillStyle = count % 2 === 0 ? 'white' : 'black';
  context.fillRect(0, 0, 16, 16);
}

window.media = {
  async join(pass) {
    const signal = {
      ask: (message: MediaMessage) => window.askBroker(message),
      onNews(listener: (news: MediaNews) => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    lane = await MediaLane.join(pass, signal, {
      track: (track) => {
        video.srcObject = new MediaStream([track]);
      },
      closed: (code) => codes.push(code),
      muted: (muted) => mutes.push(muted),
    });
  },
  told(news) {
    for (const listener of [...listeners]) listener(news);
  },
  async paint(next) {
    const isFirst = count === 0;
    colour = next;
    draw();
    if (!isFirst) return;
    setInterval(draw, 33);
    await lane!.send(paper.captureStream(30).getVideoTracks()[0]!);
  },
  seen() {
    if (video.videoWidth === 0) return undefined;
    const still = Object.assign(document.createElement('canvas'), { width: 9, height: 9 });
    const context = still.getContext('2d')!;
    context.drawImage(video, 0, 0, 9, 9);
    return [...context.getImageData(4, 4, 1, 1).data].slice(0, 3);
  },
  size: () => [video.videoWidth, video.videoHeight],
  closed: () => codes,
  muted: () => mutes,
  mute: (muted) => lane?.mute(muted),
  leave: () => lane?.close(),
  bytes: () => ({
    sent: lane?.statistics.bytesSent ?? 0,
    received: lane?.statistics.bytesReceived ?? 0,
    latencyMs: lane?.statistics.latencyMs,
  }),
};
