import { RfbClientStream, RfbStreamError } from './rfb-client-messages.ts';
import { fenceAnswer, fenceRequest } from './rfb-fence.ts';

/** What a lane must be for this; `LaneChannel` is. */
export interface LaneEnd {
  readonly isOpen: boolean;
  /** Given to `send`, and not left yet. */
  readonly bufferedBytes: number;
  send(bytes: Uint8Array): void;
  close(): void;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/**
 * Looks like a WebSocket to noVNC and is several lanes. Input events go down the control lane, and nowhere while there
 * is none, so that a viewer without control cannot send any; everything else but cut text goes down the view lane.
 * The clipboard has a client of its own (`shared-clipboard.ts`): noVNC stops reading it when it only views.
 */
export class JoinedChannel {
  binaryType = 'arraybuffer';
  readonly protocol = '';
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer | Uint8Array }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;

  readonly #view: LaneEnd;
  readonly #stream = new RfbClientStream();
  #control: LaneEnd | undefined;
  #isClosed = false;
  #lastProbe = 0;
  #probe: { id: number; sentAt: number; done: (ms: number) => void } | undefined;

  constructor(view: LaneEnd) {
    this.#view = view;
  }

  get readyState(): number {
    if (this.#isClosed) return CLOSED;
    return this.#view.isOpen ? OPEN : CONNECTING;
  }

  /** `undefined` takes input away: what noVNC sends of it from now on is dropped. */
  useControl(lane: LaneEnd | undefined): void {
    this.#control = lane;
  }

  /** The view lane opened. */
  viewOpened(): void {
    this.onopen?.({});
  }

  /** One message of the view lane; the agent sends whole RFB messages in it. */
  viewMessage(bytes: Uint8Array): void {
    const answered = fenceAnswer(bytes);
    if (answered !== undefined) {
      this.#answered(answered);
      return;
    }
    const isWholeBuffer = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
    this.onmessage?.({ data: isWholeBuffer ? (bytes.buffer as ArrayBuffer) : bytes });
  }

  viewClosed(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.({ code, reason: '' });
  }

  send(data: ArrayBuffer | Uint8Array): void {
    if (this.#isClosed) return;
    try {
      for (const message of this.#stream.read(data instanceof Uint8Array ? data : new Uint8Array(data))) {
        if (message.lane === 'view') this.#view.send(message.bytes);
        else if (message.lane === 'control') this.#control?.send(message.bytes);
      }
    } catch (error) {
      if (!(error instanceof RfbStreamError)) throw error;
      this.onerror?.(error);
      this.close();
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#view.close();
    this.viewClosed(1000);
  }

  /** How long the last measurement has waited for its answer, in ms; 0 when none is under way. */
  get unansweredMs(): number {
    return this.#probe ? performance.now() - this.#probe.sentAt : 0;
  }

  /**
   * Calls `done` with the ms from here to the agent and back, through everything that waits on the view lane:
   * what the technician feels. Does nothing while the last one is unanswered, and before the handshake is over.
   */
  measureLatency(done: (ms: number) => void): void {
    if (this.#probe || !this.#stream.isPastHandshake || this.readyState !== OPEN) return;
    this.#lastProbe = (this.#lastProbe + 1) >>> 0;
    this.#probe = { id: this.#lastProbe, sentAt: performance.now(), done };
    this.#view.send(fenceRequest(this.#lastProbe));
  }

  #answered(id: number): void {
    if (this.#probe?.id !== id) return;
    const { sentAt, done } = this.#probe;
    this.#probe = undefined;
    done(performance.now() - sentAt);
  }
}
