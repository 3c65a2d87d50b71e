import type { NothingChosen, Surface } from '../../../protocol/surface.ts';
import { framesOf, type TrackFrames } from './track-frames.ts';

/** Text moves little and must be read: more often nobody needs it. */
const MAX_FRAMES_A_SECOND = 30;
const REPEAT_EVERY_MS = 100;
const REPEATS = 10;

/** Nothing is shown, and why. */
export class NoSurface extends Error {
  override readonly name = 'NoSurface';
  constructor(
    readonly reason: NothingChosen,
    options?: ErrorOptions,
  ) {
    super(`nothing is shown: ${reason}`, options);
  }
}

/** Whether this browser can show something of its computer by itself. It has to be a secure page. */
export const canShow = (): boolean =>
  window.isSecureContext &&
  typeof navigator.mediaDevices?.getDisplayMedia === 'function' &&
  'VideoEncoder' in window;

const SURFACES: Readonly<Record<string, Surface>> = { browser: 'tab', window: 'window', monitor: 'screen' };

/** What the customer chose to show, until they stop it. */
export class ShownSurface {
  readonly surface: Surface;
  readonly #track: MediaStreamTrack;
  readonly #frames: TrackFrames;
  #repeating: ReturnType<typeof setTimeout> | undefined;
  readonly #onlooker = Object.assign(document.createElement('video'), { muted: true, autoplay: true });
  #isOver = false;

  /** `ended`: by the browser's own "Stop sharing", or because what was shown is gone. Not by `stop`. */
  private constructor(track: MediaStreamTrack, ended: () => void) {
    this.#track = track;
    this.surface = SURFACES[track.getSettings().displaySurface ?? ''] ?? 'unknown';
    // Resolution before frame rate: what is read must be sharp.
    track.contentHint = 'detail';
    track.addEventListener('ended', () => {
      this.stop();
      ended();
    });
    this.#frames = framesOf(track);
  }

  /** Lets the browser ask what to show; only in answer to a press. @throws NoSurface */
  static async choose(ended: () => void): Promise<ShownSurface> {
    const wish: DisplayMediaStreamOptions & Record<string, unknown> = {
      video: { frameRate: { max: MAX_FRAMES_A_SECOND } },
      audio: false,
      // This page in its own picture would show itself without end.
      selfBrowserSurface: 'exclude',
      // Another tab chosen in the browser's own bar would be a choice that no entry tells: the page has a button for it.
      surfaceSwitching: 'exclude',
    };
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia(wish);
    } catch (cause) {
      const isNo = cause instanceof DOMException && cause.name === 'NotAllowedError';
      throw new NoSurface(isNo ? 'not-chosen' : 'not-possible', { cause });
    }
    const [track] = stream.getVideoTracks();
    if (!track) throw new NoSurface('not-possible');
    return new ShownSurface(track, ended);
  }

  /** The newest frame, also when it is long ago: what does not move the browser does not give again. The caller closes it. */
  newest(): VideoFrame | undefined {
    return this.#frames.newest();
  }

  /** Each frame as it comes; the follower closes it. The answer stops it. */
  follow(follower: (frame: VideoFrame) => void): () => void {
    return this.#frames.follow(follower);
  }

  /** What WebRTC sends; it stays this surface's. */
  get track(): MediaStreamTrack {
    return this.#track;
  }

  /**
   * For whoever begins to be sent the track. Of a picture that does not move WebRTC sends one frame a second: a viewer that
   * missed the first waits for the next. So it is given anew a few times.
   */
  repeat(times = REPEATS): void {
    clearTimeout(this.#repeating);
    if (this.#isOver) return;
    this.#onlooker.srcObject = times === 0 ? null : new MediaStream([this.#track]);
    if (times > 0) this.#repeating = setTimeout(() => this.repeat(times - 1), REPEAT_EVERY_MS);
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#repeating);
    this.#frames.stop();
    this.#track.stop();
  }
}
