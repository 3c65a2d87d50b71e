import type { LaneChannel } from '../lane-channel.ts';
import type { InputSink } from '../platform/platform.ts';
import {
  type ClientMessage,
  ClientMessageReader,
  ClientType,
  RfbProtocolError,
} from './rfb/client-messages.ts';

/** Only these have a place here: everything else is a viewer gone astray, or worse. */
const CONTROL_TYPES = [ClientType.key, ClientType.pointer, ClientType.qemu];
/** More events than this waiting for the display, and the lane is not read until they are through. */
const MAX_QUEUED = 256;

type InputMessage = Extract<ClientMessage, { type: 'key' | 'pointer' }>;

/** Takes key and pointer events from a control lane to the display, in order, until the lane closes. */
export class ControlLane {
  readonly #lane: LaneChannel;
  readonly #input: InputSink;
  readonly #reader = new ClientMessageReader(CONTROL_TYPES);
  readonly #closed: (reason: string | undefined) => void;
  #queue: InputMessage[] = [];
  #working = false;
  #paused = false;
  #ended = false;
  #reason: string | undefined;

  /** `closed` is called once, after every key and button was released. */
  constructor(lane: LaneChannel, input: InputSink, closed: (reason: string | undefined) => void) {
    this.#lane = lane;
    this.#input = input;
    this.#closed = closed;
    lane.onClose(() => this.#end(undefined));
    if (!this.#ended) this.#listen();
  }

  get closed(): boolean {
    return this.#ended;
  }

  close(): void {
    this.#end(undefined);
  }

  #listen(): void {
    this.#paused = false;
    this.#lane.onMessage((bytes) => {
      try {
        for (const message of this.#reader.read(bytes)) this.#enqueue(message as InputMessage);
      } catch (error) {
        if (!(error instanceof RfbProtocolError)) throw error;
        this.#end(error.message);
        return;
      }
      if (this.#queue.length > MAX_QUEUED && !this.#paused) {
        this.#paused = true;
        this.#lane.onMessage(undefined);
      }
      if (!this.#working) void this.#work();
    });
  }

  #enqueue(message: InputMessage): void {
    const last = this.#queue.at(-1);
    // Of moves that wait, only the last matters; presses and releases all do.
    if (message.type === 'pointer' && last?.type === 'pointer' && last.buttons === message.buttons) {
      this.#queue[this.#queue.length - 1] = message;
    } else this.#queue.push(message);
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      for (let message = this.#queue.shift(); message; message = this.#queue.shift()) {
        if (message.type === 'key') await this.#input.key(message.keysym, message.down, message.keycode);
        else await this.#input.pointer(message.x, message.y, message.buttons);
      }
    } catch (error) {
      this.#end(`the display takes no input: ${(error as Error).message}`);
    }
    this.#working = false;
    if (this.#ended) await this.#release();
    else if (this.#paused) this.#listen();
  }

  #end(reason: string | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reason = reason;
    // What still waits is not carried out: control is over now, not when the queue is empty.
    this.#queue = [];
    this.#lane.onMessage(undefined);
    this.#lane.close();
    if (!this.#working) void this.#release();
  }

  async #release(): Promise<void> {
    await this.#input.releaseAll().catch(() => {
      // A display that is gone holds no key down.
    });
    this.#closed(this.#reason);
  }
}
