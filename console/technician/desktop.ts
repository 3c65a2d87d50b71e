import type { LaneChannel } from '../shared/lane-channel.ts';
import { type Store, WritableStore } from '../shared/store.ts';
import { JoinedChannel } from './joined-channel.ts';

/** What the bottom line says of the picture. */
export interface Quality {
  /** Undefined until measured. */
  latencyMs: number | undefined;
  bytesPerSecond: number;
}

const MEASURE_EVERY_MS = 1000;

/** The lanes that the picture lives on, whatever shows it: a new channel for each view lane, input while there is control. */
export class Desktop {
  readonly #channel = new WritableStore<JoinedChannel | undefined>(undefined);
  /** The picture's channel; a new one starts a new RFB connection. Undefined while there is none. */
  readonly channel: Store<JoinedChannel | undefined> = this.#channel;
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

  serve(lane: LaneChannel): void {
    if (lane.tool === 'view') this.#serveView(lane);
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
    this.#view = lane;
    this.#bytesBefore = 0;
    this.#latencies = [];
    lane.onOpen = () => {
      channel.viewOpened();
      this.#joinControl();
    };
    lane.onMessage = (bytes) => channel.viewMessage(bytes);
    lane.onClose = (code) => {
      channel.viewClosed(code);
      if (this.#view !== lane) return;
      this.#view = undefined;
      clearInterval(this.#timer);
      this.#quality.set({ latencyMs: undefined, bytesPerSecond: 0 });
      this.#channel.set(undefined);
    };
    this.#channel.set(channel);
    this.#joinControl();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#measure(lane, channel), MEASURE_EVERY_MS);
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
    this.#channel.get()?.useControl(isUsable ? this.#control : undefined);
    this.#hasControl.set(isUsable && this.#channel.get() !== undefined);
  }

  #measure(lane: LaneChannel, channel: JoinedChannel): void {
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
