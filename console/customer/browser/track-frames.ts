/** The pictures of a track one by one, for an encoder of our own. Frames belong to whoever is given them: they close them. */
export interface TrackFrames {
  /** The newest one, also when it is long ago. */
  newest(): VideoFrame | undefined;
  /** Each as it comes. The answer stops it. */
  follow(follower: Follower): () => void;
  stop(): void;
}

type Follower = (frame: VideoFrame) => void;

/** Chromium's; the draft has it for workers alone. */
interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
type ProcessorOf = new (options: { track: MediaStreamTrack }) => TrackProcessor;

const trackProcessor = (): ProcessorOf | undefined =>
  (window as { MediaStreamTrackProcessor?: ProcessorOf }).MediaStreamTrackProcessor;

/** The track stays its owner's. */
export function framesOf(track: MediaStreamTrack): TrackFrames {
  const Processor = trackProcessor();
  return Processor ? new ReadFrames(track, new Processor({ track })) : new WatchedFrames(track);
}

const NUDGE_AFTER_MS = 250;

/** As the browser hands them out. */
class ReadFrames implements TrackFrames {
  readonly #track: MediaStreamTrack;
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>;
  readonly #followers = new Set<Follower>();
  readonly #onlooker = videoElement();
  #newest: VideoFrame | undefined;
  #nudging: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(track: MediaStreamTrack, processor: TrackProcessor) {
    this.#track = track;
    this.#reader = processor.readable.getReader();
    void this.#read();
    this.#nudge();
  }

  newest(): VideoFrame | undefined {
    return this.#newest?.clone();
  }

  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  stop(): void {
    this.#isOver = true;
    this.#stopNudging();
    this.#followers.clear();
    this.#reader.cancel().catch(() => {});
    this.#newest?.close();
    this.#newest = undefined;
  }

  /**
   * A picture that does not move may have come before anybody read, and to a reader of frames Chromium gives it no second
   * time; to whoever else begins to look it does, and to all with them.
   */
  #nudge(): void {
    this.#nudging = setTimeout(() => {
      if (this.#newest || this.#isOver) return;
      this.#onlooker.srcObject = new MediaStream([this.#track]);
      this.#nudge();
    }, NUDGE_AFTER_MS);
  }

  #stopNudging(): void {
    clearTimeout(this.#nudging);
    this.#onlooker.srcObject = null;
  }

  async #read(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done || this.#isOver) {
        value?.close();
        return;
      }
      if (!this.#newest) this.#stopNudging();
      this.#newest?.close();
      this.#newest = value;
      give(this.#followers, () => value.clone());
    }
  }
}

/**
 * Where the browser hands out none (Firefox): what a video of the track shows, as often as a thread beside the page says. The
 * page's own clock strikes once a second while another tab is in front, which is most of the time that a screen is shown.
 */
class WatchedFrames implements TrackFrames {
  readonly #onlooker = videoElement();
  readonly #followers = new Set<Follower>();
  #clock: Worker | undefined;

  constructor(track: MediaStreamTrack) {
    this.#onlooker.srcObject = new MediaStream([track]);
  }

  newest(): VideoFrame | undefined {
    if (this.#onlooker.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return undefined;
    return new VideoFrame(this.#onlooker);
  }

  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    this.#clock ??= this.#startClock();
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size === 0) this.#stopClock();
    };
  }

  stop(): void {
    this.#followers.clear();
    this.#stopClock();
    this.#onlooker.srcObject = null;
  }

  #startClock(): Worker {
    const clock = new Worker(new URL('./frame-clock.ts', import.meta.url), { type: 'module' });
    clock.onmessage = () => {
      give(this.#followers, () => this.newest());
    };
    return clock;
  }

  #stopClock(): void {
    this.#clock?.terminate();
    this.#clock = undefined;
  }
}

/** To each one of their own. Who cannot take it is a defect that is reported, and keeps it from nobody else. */
function give(followers: ReadonlySet<Follower>, frameFor: () => VideoFrame | undefined): void {
  for (const follower of [...followers]) {
    // One of them may have stopped others, or all.
    if (!followers.has(follower)) continue;
    let frame: VideoFrame | undefined;
    try {
      frame = frameFor();
      if (frame) follower(frame);
    } catch (error) {
      frame?.close();
      reportError(error);
    }
  }
}

const videoElement = () => Object.assign(document.createElement('video'), { muted: true, autoplay: true });
