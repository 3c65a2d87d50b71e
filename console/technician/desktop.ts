import type { AgentKind } from '../../protocol/computer.ts';
import type { LaneChannel } from '../shared/lane-channel.ts';
import { MediaChannel } from '../shared/media/media-channel.ts';
import { type Store, WritableStore } from '../shared/store.ts';
import { JoinedChannel } from './joined-channel.ts';
import { LanePicture } from './picture/lane-picture.ts';
import { TrackPicture } from './picture/track-picture.ts';

/** What the bottom line says of the picture. */
export interface Quality {
  /** Undefined until measured. */
  latencyMs: number | undefined;
  bytesPerSecond: number;
}

/** A program on the customer's computer speaks RFB, a browser sends a track by WebRTC, or frames where that gets nowhere. */
export type PictureSource = JoinedChannel | LanePicture | TrackPicture;

const MEASURE_EVERY_MS = 1000;

/** The lanes that the picture lives on, whatever shows it: a new channel for each view lane, input while there is control. */
export class Desktop {
  readonly #channel = new WritableStore<PictureSource | undefined>(undefined);
  /** Where the picture comes from; a new one for each view lane. Undefined while there is none. */
  readonly channel: Store<PictureSource | undefined> = this.#channel;
  readonly #hasControl = new WritableStore(false);
  /** Control is granted and its lane is open: input goes somewhere. */
  readonly hasControl: Store<boolean> = this.#hasControl;
  readonly #quality = new WritableStore<Quality>({ latencyMs: undefined, bytesPerSecond: 0 });
  readonly quality: Store<Quality> = this.#quality;
  #view: LaneChannel | undefined;
  #control: LaneChannel | undefined;
  #controlIsGranted = false;
  #bytesBefore = 0;
  #latencies: number[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  serve(lane: LaneChannel, agent: AgentKind): void {
    if (lane instanceof MediaChannel) this.#serveTrack(lane);
    else if (lane.tool === 'view' && agent === 'browser') this.#serveFrames(lane);
    else if (lane.tool === 'view') this.#serveView(lane);
    else this.#serveControl(lane);
  }

  /** Told from the session's state, which may know before the lane is closed. */
  useControl(isGranted: boolean): void {
    this.#controlIsGranted = isGranted;
    this.#joinControl();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#channel.get()?.close();
    this.#channel.set(undefined);
  }

  #serveView(lane: LaneChannel): void {
    const channel = new JoinedChannel(lane);
    lane.onOpen = () => {
      channel.viewOpened();
      this.#joinControl();
    };
    lane.onMessage = (bytes) => channel.viewMessage(bytes);
    lane.onClose = (code) => {
      channel.viewClosed(code);
      this.#stopShowing(lane);
    };
    this.#startShowing(lane, channel);
    this.#joinControl();
  }

  #serveFrames(lane: LaneChannel): void {
    const picture = new LanePicture(lane);
    lane.onOpen = () => picture.opened();
    lane.onMessage = (bytes) => picture.receive(bytes);
    lane.onClose = () => {
      picture.close();
      this.#stopShowing(lane);
    };
    this.#startShowing(lane, picture);
  }

  #serveTrack(lane: MediaChannel): void {
    const picture = new TrackPicture(lane);
    lane.onClose = () => {
      picture.close();
      this.#stopShowing(lane);
    };
    this.#startShowing(lane, picture);
  }

  #startShowing(lane: LaneChannel, source: PictureSource): void {
    this.#view = lane;
    this.#bytesBefore = 0;
    this.#latencies = [];
    this.#channel.set(source);
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#measure(lane, source), MEASURE_EVERY_MS);
  }

  #stopShowing(lane: LaneChannel): void {
    if (this.#view !== lane) return;
    this.#view = undefined;
    clearInterval(this.#timer);
    this.#quality.set({ latencyMs: undefined, bytesPerSecond: 0 });
    this.#channel.set(undefined);
  }

  #serveControl(lane: LaneChannel): void {
    this.#control = lane;
    lane.onOpen = () => this.#joinControl();
    lane.onClose = () => {
      if (this.#control === lane) this.#control = undefined;
      this.#joinControl();
    };
  }

  #joinControl(): void {
    const isUsable = this.#controlIsGranted && this.#control?.isOpen === true;
    const channel = this.#channel.get();
    if (!(channel instanceof JoinedChannel)) {
      this.#hasControl.set(false);
      return;
    }
    channel.useControl(isUsable ? this.#control : undefined);
    this.#hasControl.set(isUsable);
  }

  #measure(lane: LaneChannel, channel: PictureSource): void {
    const bytesPerSecond = ((lane.bytesReceived - this.#bytesBefore) * 1000) / MEASURE_EVERY_MS;
    this.#bytesBefore = lane.bytesReceived;
    const { latencyMs } = this.#quality.get();
    // An answer that does not come is a latency too: it is at least so long.
    const isSlow = channel.unansweredMs > MEASURE_EVERY_MS;
    this.#quality.set({ latencyMs: isSlow ? channel.unansweredMs : latencyMs, bytesPerSecond });
    channel.measureLatency((ms) => {
      // The median of the last five: one slow answer behind a large picture is not the line.
      this.#latencies = [...this.#latencies.slice(-4), ms];
      const sorted = [...this.#latencies].sort((a, b) => a - b);
      this.#quality.set({ ...this.#quality.get(), latencyMs: sorted[Math.floor(sorted.length / 2)] });
    });
  }
}
